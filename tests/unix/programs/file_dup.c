/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors: dup, fcntl, close_range; what two of one open file share. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include "show.h"

int
main(void)
{
	struct rlimit limit = { 20, 20 };
	int fd = (int)SHOW(open("f", O_CREAT | O_RDWR | O_CLOEXEC, 0644));

	SHOW(dup(fd));
	SHOW(write(3, "one", 3));
	SHOW(write(4, "two", 3));
	show_file("f");
	SHOW(fcntl(3, F_GETFD));
	SHOW(fcntl(4, F_GETFD));
	SHOW(fcntl(4, F_SETFD, FD_CLOEXEC));
	SHOW(fcntl(4, F_GETFD));
	SHOW(dup2(3, 9));
	SHOW(fcntl(9, F_GETFD));
	SHOW(dup2(3, 3));
	SHOW(fcntl(3, F_GETFD));
	SHOW(dup2(99, 5));
	SHOW(dup2(3, -1));
	SHOW(dup2(3, 1 << 20));
	SHOW(dup3(3, 3, 0));
	SHOW(dup3(3, 10, O_CLOEXEC));
	SHOW(fcntl(10, F_GETFD));
	SHOW(dup3(3, 11, O_APPEND));
	SHOW(dup(99));
	SHOW(fcntl(3, F_DUPFD, 6));
	SHOW(fcntl(3, F_DUPFD_CLOEXEC, 6));
	SHOW(fcntl(7, F_GETFD));
	SHOW(fcntl(3, F_DUPFD, 1 << 20));
	SHOW(fcntl(3, F_GETFL) & ~0100000);
	SHOW(fcntl(3, F_SETFL, O_APPEND | O_NONBLOCK | O_WRONLY | O_CREAT));
	SHOW(fcntl(4, F_GETFL) & ~0100000);
	SHOW(lseek(3, 0, SEEK_SET));
	SHOW(write(4, "!", 1));
	SHOW(lseek(3, 0, SEEK_CUR));
	SHOW(fcntl(3, 999));
	SHOW(fcntl(99, F_GETFD));
	SHOW(fcntl(3, F_GETOWN));
	SHOW(fcntl(3, F_SETSIG, 70));
	SHOW(setrlimit(RLIMIT_NOFILE, &limit));
	for (int i = 0; i < 12; i++)
		fd = dup(3);
	SHOW(fd);
	SHOW(open("f", O_RDONLY));
	SHOW(dup2(3, 20));
	SHOW(fcntl(3, F_DUPFD, 20));
	SHOW(close(5));
	SHOW(open("f", O_RDONLY));
	SHOW(syscall(SYS_close_range, 6, 12, 0));
	SHOW(fcntl(6, F_GETFD));
	SHOW(fcntl(13, F_GETFD));
	SHOW(syscall(SYS_close_range, 13, ~0u, 4));
	SHOW(fcntl(13, F_GETFD));
	SHOW(syscall(SYS_close_range, 5, 4, 0));
	SHOW(syscall(SYS_close_range, 5, 6, 64));
	SHOW(close(-1));
	return 0;
}
