/* SPDX-License-Identifier: BSD-2-Clause */
/* For programs whose output is compared: what a call gave. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* CALL as it stands, and its result, or why it failed. */
#define SHOW(call) (errno = 0, show(#call, (long)(call)))

static inline long
show(const char *call, long result)
{
	if (result == -1)
		printf("%s: %s\n", call, strerror(errno));
	else
		printf("%s = %ld\n", call, result);
	return result;
}

/* As SHOW, where the result itself is the machine's affair. */
#define TRY(call) (errno = 0, try(#call, (long)(call)))

static inline long
try(const char *call, long result)
{
	printf("%s: %s\n", call, result == -1 ? strerror(errno) : "done");
	return result;
}

/* Something that must not fail, and is not shown. */
#define DO(call) do_it(#call, (long)(call))

static inline long
do_it(const char *call, long result)
{
	if (result == -1) {
		printf("%s: %s\n", call, strerror(errno));
		exit(99);
	}
	return result;
}

static inline void
put_file(const char *path, const char *text)
{
	int fd = (int)DO(open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644));

	DO(write(fd, text, strlen(text)));
	DO(close(fd));
}

/* FD's content from its place on, in one line. */
static inline void
show_rest(int fd)
{
	char text[200];
	ssize_t bytes = read(fd, text, sizeof(text) - 1);

	if (bytes < 0) {
		printf("read: %s\n", strerror(errno));
		return;
	}
	printf("%zd bytes: \"", bytes);
	for (ssize_t i = 0; i < bytes; i++)
		printf(text[i] >= ' ' && text[i] <= '~' ? "%c" : "\\%03o", (unsigned char)text[i]);
	printf("\"\n");
}

static inline void
show_file(const char *path)
{
	int fd = open(path, O_RDONLY);

	printf("%s: ", path);
	if (fd < 0) {
		printf("%s\n", strerror(errno));
		return;
	}
	show_rest(fd);
	close(fd);
}
