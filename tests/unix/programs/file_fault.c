/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses that are not the program's: every call says so, and nothing else happens. */
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <sys/syscall.h>
#include "show.h"

#define BAD ((void *)0x10)
#define HIGH ((void *)0xffff800000000000)

int
main(void)
{
	int fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644));

	DO(write(fd, "content", 7));
	DO(lseek(fd, 0, SEEK_SET));
	SHOW(read(fd, BAD, 5));
	SHOW(read(fd, HIGH, 5));
	SHOW(read(fd, (char *)-5, 5));
	SHOW(lseek(fd, 0, SEEK_CUR));
	SHOW(write(fd, BAD, 5));
	SHOW(write(fd, HIGH, 5));
	SHOW(write(fd, BAD, 0));
	SHOW(pread(fd, BAD, 5, 0));
	SHOW(pwrite(fd, BAD, 5, 0));
	SHOW(readv(fd, BAD, 1));
	SHOW(syscall(SYS_open, BAD, O_RDONLY));
	SHOW(syscall(SYS_open, HIGH, O_RDONLY));
	SHOW(syscall(SYS_stat, BAD, BAD));
	SHOW(syscall(SYS_stat, "f", BAD));
	SHOW(syscall(SYS_lstat, "f", BAD));
	SHOW(syscall(SYS_fstat, fd, BAD));
	SHOW(syscall(SYS_access, BAD, 0));
	SHOW(syscall(SYS_mkdir, BAD, 0755));
	SHOW(syscall(SYS_rmdir, BAD));
	SHOW(syscall(SYS_unlink, BAD));
	SHOW(syscall(SYS_rename, "f", BAD));
	SHOW(syscall(SYS_rename, BAD, "g"));
	SHOW(syscall(SYS_link, "f", BAD));
	SHOW(syscall(SYS_symlink, BAD, "g"));
	SHOW(syscall(SYS_symlink, "f", "s"));
	SHOW(syscall(SYS_readlink, "s", BAD, 10));
	SHOW(syscall(SYS_chmod, BAD, 0600));
	SHOW(syscall(SYS_truncate, BAD, 0));
	SHOW(syscall(SYS_chdir, BAD));
	SHOW(syscall(SYS_getcwd, BAD, 100));
	SHOW(syscall(SYS_getcwd, (char[1]){ 0 }, 1));
	SHOW(syscall(SYS_statfs, "f", BAD));
	SHOW(syscall(SYS_getdents64, open(".", O_RDONLY), BAD, 1000));
	SHOW(syscall(SYS_utimensat, AT_FDCWD, "f", BAD, 0));
	SHOW(syscall(SYS_fcntl, fd, F_SETLK, BAD));
	SHOW(syscall(SYS_ioctl, fd, FIONREAD, BAD));
	SHOW(read(fd, (char[8]){ 0 }, 0));
	SHOW(read(fd, (char[8]){ 0 }, -1));
	show_file("f");
	return 0;
}
