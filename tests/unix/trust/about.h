/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls on all that programs of a domain share: files, pipes, sockets, memory, processes. */
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
files(void)
{
	int fd = open("a", O_CREAT | O_RDWR, 0600);

	write(fd, "text", 4);
	link("a", "b");
	rename("b", "c");
	close(fd);
	unlink("c");
	unlink("a");
	mkdir("d", 0700);
	rmdir("d");
}

static void
pipes(void)
{
	int end[2];
	char c;

	pipe(end);
	write(end[1], "x", 1);
	read(end[0], &c, 1);
	dup2(end[0], 20);
	close(20);
	close(end[0]);
	close(end[1]);
}

static void
sockets(void)
{
	int end[2];
	char c;

	socketpair(AF_UNIX, SOCK_STREAM, 0, end);
	write(end[1], "x", 1);
	poll(&(struct pollfd){ .fd = end[0], .events = POLLIN }, 1, 0);
	read(end[0], &c, 1);
	close(end[0]);
	close(end[1]);
}

static void
memory(void)
{
	char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (unsigned i = 0; i < 65536; i += 4096)
		at[i] = 1;
	mprotect(at, 8192, PROT_READ);
	munmap(at + 4096, 4096);
	munmap(at, 65536);
}

static void
children(void)
{
	static unsigned times;		/* a child dies, too, and must not do so each time at the same instruction, for ever */
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, &status, 0);
	for (volatile unsigned i = ++times * 4001 % 50021; i; i--)
		;
}

static void (*const about[])(void) = { files, pipes, sockets, memory, children };
#define ABOUT	(sizeof(about) / sizeof(about[0]))
