/* SPDX-License-Identifier: BSD-2-Clause */
/* mkdir, rmdir, getdents; many names. */
#include <dirent.h>
#include <sys/syscall.h>
#include "show.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names and types, sorted: their order is the file system's affair. */
static void
list(const char *path)
{
	char *names[600];
	unsigned count = 0;
	DIR *d = opendir(path);

	if (!d) {
		printf("%s: %s\n", path, strerror(errno));
		return;
	}
	for (struct dirent *e; (e = readdir(d));) {
		names[count] = malloc(strlen(e->d_name) + 8);
		sprintf(names[count++], "%s %d", e->d_name, e->d_type);
	}
	closedir(d);
	qsort(names, count, sizeof(*names), compare);
	printf("%s has %u names, from %s to %s\n", path, count, names[0], names[count - 1]);
	for (unsigned i = 0; i < count; i++) {
		if (count < 20)
			printf("  %s\n", names[i]);
		free(names[i]);
	}
}

int
main(void)
{
	struct stat s;
	char path[300], buffer[4096];
	int fd;

	SHOW(mkdir("d", 0777));
	SHOW(mkdir("d", 0777));
	SHOW(mkdir("d/", 0777));
	SHOW(mkdir("d/.", 0777));
	SHOW(mkdir("d/..", 0777));
	SHOW(mkdir("/", 0777));
	SHOW(mkdir("", 0777));
	SHOW(mkdir("e/", 0700));
	SHOW(mkdir("none/x", 0777));
	put_file("f", "");
	SHOW(mkdir("f", 0777));
	SHOW(mkdir("f/x", 0777));
	SHOW(symlink("nothing", "l"));
	SHOW(mkdir("l", 0777));
	SHOW(mkdir("l/", 0777));
	SHOW(mkdir("sticky", 01777));
	DO(stat("sticky", &s));
	printf("%o\n", s.st_mode);
	SHOW(rmdir("none"));
	SHOW(rmdir("f"));
	SHOW(rmdir("l"));
	SHOW(rmdir("."));
	SHOW(rmdir("d/.."));
	SHOW(rmdir("d/."));
	SHOW(mkfifo("d/fifo", 0644));
	SHOW(symlink("x", "d/link"));
	SHOW(mkdir("d/sub", 0755));
	put_file("d/file", "");
	list("d");
	list("f");
	list("none");
	SHOW(rmdir("d"));
	for (int i = 0; i < 500; i++) {
		sprintf(path, "e/a-name-that-is-not-quite-short-%03d", i);
		put_file(path, "");
	}
	list("e");
	for (int i = 0; i < 500; i += 2) {
		sprintf(path, "e/a-name-that-is-not-quite-short-%03d", i);
		DO(unlink(path));
	}
	list("e");
	fd = (int)DO(open("e", O_RDONLY));
	SHOW(syscall(SYS_getdents64, fd, buffer, 10));
	SHOW(syscall(SYS_getdents64, fd, NULL, 4096));
	TRY(syscall(SYS_getdents64, fd, buffer, 4096));
	SHOW(lseek(fd, 0, SEEK_SET));
	SHOW(syscall(SYS_getdents64, 99, buffer, 4096));
	SHOW(syscall(SYS_getdents64, open("f", O_RDONLY), buffer, 4096));
	for (int i = 1; i < 500; i += 2) {
		sprintf(path, "e/a-name-that-is-not-quite-short-%03d", i);
		DO(unlink(path));
	}
	SHOW(rmdir("e/"));
	SHOW(syscall(SYS_getdents64, fd, buffer, 4096));
	SHOW(openat(fd, "x", O_CREAT | O_WRONLY, 0644));
	return 0;
}
