/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits on files: sizes and descriptors; ioctl. */
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include "show.h"

static void
caught(int number)
{
	static const char text[] = "too large\n";

	if (number == SIGXFSZ && write(1, text, sizeof(text) - 1) < 0)
		_exit(1);
}

int
main(void)
{
	struct rlimit limit = { 5000, 1 << 30 };
	char buffer[3000] = "";
	int fd = (int)DO(open("f", O_CREAT | O_RDWR, 0644)), value = -1, on = 1;

	setvbuf(stdout, NULL, _IONBF, 0);
	DO(signal(SIGXFSZ, caught) == SIG_ERR ? -1 : 0);
	DO(setrlimit(RLIMIT_FSIZE, &limit));
	SHOW(write(fd, buffer, 3000));
	SHOW(write(fd, buffer, 3000));
	SHOW(write(fd, buffer, 3000));
	SHOW(ftruncate(fd, 5001));
	SHOW(ftruncate(fd, 5000));
	SHOW(truncate("f", 10000));
	SHOW(fallocate(fd, 0, 0, 5500));
	SHOW(pwrite(fd, buffer, 10, 4999));
	SHOW(pwrite(fd, buffer, 10, 5200));
	DO(lseek(fd, 40, SEEK_SET));
	SHOW(ioctl(fd, FIONREAD, &value));
	printf("%d\n", value);
	SHOW(ioctl(fd, FIONBIO, &on));
	SHOW(fcntl(fd, F_GETFL) & O_NONBLOCK);
	SHOW(ioctl(fd, FIOCLEX));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(ioctl(fd, FIONCLEX));
	SHOW(fcntl(fd, F_GETFD));
	SHOW(ioctl(fd, TIOCGWINSZ, buffer));
	SHOW(ioctl(fd, 0x12345678, buffer));
	SHOW(ioctl(99, FIONREAD, &value));
	SHOW(isatty(fd));
	return 0;
}
