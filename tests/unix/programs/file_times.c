/* SPDX-License-Identifier: BSD-2-Clause */
/* Times that are set, and that changes set. */
#include <sys/time.h>
#include <time.h>
#include <utime.h>
#include "show.h"

static struct stat s;

static void
times_of(const char *path)
{
	DO(lstat(path, &s));
	printf("%s: %ld.%09ld %ld.%09ld\n", path, (long)s.st_atim.tv_sec, s.st_atim.tv_nsec, (long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

/* The modification is later than 2020. */
static void
now_of(const char *path)
{
	DO(lstat(path, &s));
	printf("%s: %d\n", path, s.st_mtim.tv_sec > 1577836800);
}

int
main(void)
{
	struct timespec two[2] = { { 1000, 1 }, { 2000, 999999999 } }, one[2] = { { 5, UTIME_OMIT }, { 3000, 0 } };
	struct timespec now[2] = { { 0, UTIME_NOW }, { 0, UTIME_OMIT } }, bad[2] = { { 0, 1000000000 }, { 0, 0 } }, omit[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
	struct timeval old[2] = { { 7, 5 }, { 8, 6 } }, wrong[2] = { { 7, 1000000 }, { 8, 6 } };
	struct utimbuf older = { 11, 12 };
	int fd;

	put_file("f", "x");
	DO(mkdir("d", 0755));
	DO(symlink("f", "l"));
	now_of("f");
	SHOW(utimensat(AT_FDCWD, "f", two, 0));
	times_of("f");
	SHOW(utimensat(AT_FDCWD, "f", one, 0));
	times_of("f");
	SHOW(utimensat(AT_FDCWD, "l", two, AT_SYMLINK_NOFOLLOW));
	times_of("l");
	times_of("f");
	SHOW(utimensat(AT_FDCWD, "f", bad, 0));
	SHOW(utimensat(AT_FDCWD, "none", two, 0));
	SHOW(utimensat(AT_FDCWD, "none", omit, 0));
	SHOW(utimensat(AT_FDCWD, "f", two, 0x4000));
	SHOW(utimes("f", old));
	times_of("f");
	SHOW(utimes("f", wrong));
	SHOW(utime("f", &older));
	times_of("f");
	SHOW(utimensat(AT_FDCWD, "f", now, 0));
	DO(stat("f", &s));
	printf("%d %ld\n", s.st_atim.tv_sec > 1577836800, (long)s.st_mtim.tv_sec);
	fd = (int)DO(open("f", O_RDWR));
	SHOW(futimens(fd, two));
	times_of("f");
	SHOW(write(fd, "y", 1));
	now_of("f");
	SHOW(utimensat(AT_FDCWD, "d", two, 0));
	put_file("d/new", "");
	now_of("d");
	SHOW(utimensat(AT_FDCWD, "d", two, 0));
	SHOW(rename("d/new", "d/newer"));
	now_of("d");
	SHOW(utimensat(AT_FDCWD, "d", two, 0));
	SHOW(unlink("d/newer"));
	now_of("d");
	SHOW(utimensat(AT_FDCWD, "d", two, 0));
	SHOW(utimensat(AT_FDCWD, "f", two, 0));
	SHOW(ftruncate(fd, 0));
	now_of("f");
	SHOW(utimensat(AT_FDCWD, "f", two, 0));
	SHOW(utimes("f", NULL));
	now_of("f");
	SHOW(futimens(99, two));
	return 0;
}
