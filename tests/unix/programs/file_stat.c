/* SPDX-License-Identifier: BSD-2-Clause */
/* stat, fstat, statx, statfs of each kind of file. */
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include "show.h"

static void
kind_of(const char *path)
{
	struct stat s;

	if (stat(path, &s))
		printf("%s: %s\n", path, strerror(errno));
	else
		printf("%s: %o, device %u:%u\n", path, s.st_mode, major(s.st_rdev), minor(s.st_rdev));
}

int
main(void)
{
	struct stat s, again;
	struct statfs fs;
	uint32_t x[64];
	int pipes[2], fd;

	DO(pipe(pipes));
	DO(mkfifo("fifo", 0640));
	DO(mknod("socket", S_IFSOCK | 0600, 0));
	DO(mknod("regular", 0644, 0));
	kind_of("fifo");
	kind_of("socket");
	kind_of("regular");
	kind_of("/dev/null");
	kind_of("/dev/zero");
	kind_of("/dev/full");
	kind_of("/dev/random");
	kind_of("/dev/urandom");
	SHOW(mknod("directory", S_IFDIR | 0644, 0));
	SHOW(mknod("strange", 0150000, 0));
	SHOW(mknod("regular", S_IFREG | 0644, 0));
	SHOW(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
	kind_of("null");
	fd = (int)SHOW(open("null", O_RDWR));
	SHOW(write(fd, "x", 1));
	SHOW(read(fd, &s, 1));
	SHOW(unlink("null"));
	SHOW(open("socket", O_RDWR));
	SHOW(mknod("none", S_IFCHR | 0666, makedev(99, 9)));
	SHOW(open("none", O_RDWR));
	SHOW(unlink("none"));
	SHOW(fstat(pipes[0], &s));
	printf("%o\n", s.st_mode);
	SHOW(fstat(99, &s));
	put_file("f", "12345");
	DO(link("f", "g"));
	DO(stat("f", &s));
	DO(stat("g", &again));
	printf("same: %d, %lu links, %ld bytes, %ld a block\n", s.st_ino == again.st_ino && s.st_dev == again.st_dev, (unsigned long)s.st_nlink, (long)s.st_size, (long)s.st_blksize);
	SHOW(syscall(SYS_statx, AT_FDCWD, "f", 0, 0x7ff, x));
	printf("links %u mode %o size %u\n", x[4], x[7] & 0xffff, x[10]);
	SHOW(syscall(SYS_statx, AT_FDCWD, "f", 0x8000, 0x7ff, x));
	SHOW(syscall(SYS_statx, AT_FDCWD, "f", 0, 0x80000000, x));
	SHOW(syscall(SYS_statx, AT_FDCWD, "none", 0, 0x7ff, x));
	SHOW(syscall(SYS_statx, 1, "", AT_EMPTY_PATH, 0x7ff, x));
	SHOW(syscall(SYS_statx, 1, "", 0, 0x7ff, x));
	SHOW(syscall(SYS_newfstatat, pipes[0], "", &s, AT_EMPTY_PATH));
	SHOW(syscall(SYS_newfstatat, 99, "", &s, AT_EMPTY_PATH));
	SHOW(syscall(SYS_newfstatat, AT_FDCWD, "", &s, AT_EMPTY_PATH));
	printf("%o\n", s.st_mode);
	SHOW(syscall(SYS_newfstatat, 99, "/dev/null", &s, 0));
	SHOW(syscall(SYS_newfstatat, 99, "f", &s, 0));
	SHOW(syscall(SYS_newfstatat, pipes[0], "f", &s, 0));
	SHOW(syscall(SYS_newfstatat, AT_FDCWD, "f", &s, 0x8));
	SHOW(statfs("/proc", &fs));
	printf("%lx, names of %ld\n", (unsigned long)fs.f_type, (long)fs.f_namelen);
	SHOW(statfs("none", &fs));
	SHOW(fstatfs(99, &fs));
	return 0;
}
