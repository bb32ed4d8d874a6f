/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of terminals: what a new one has, raw input by counts and times, names, what is not a terminal. */
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include "pty.h"

static int slave;

static void
raw(int least, int tenths)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t.c_cc[VMIN] = (cc_t)least;
	t.c_cc[VTIME] = (cc_t)tenths;
	say("raw", tcsetattr(slave, TCSANOW, &t));
}

static void
reads(const char *typed)
{
	char text[16];
	struct pollfd one = { slave, POLLIN, 0 };
	struct timespec from, to;

	type(typed);
	printf("poll %d, ", poll(&one, 1, 0));
	clock_gettime(CLOCK_MONOTONIC, &from);
	ssize_t n = read(slave, text, sizeof(text));
	clock_gettime(CLOCK_MONOTONIC, &to);
	long tenths = (to.tv_sec - from.tv_sec) * 10 + (to.tv_nsec - from.tv_nsec) / 100000000;
	printf("read %zd after %s\n", n, tenths ? "a while" : "no time");
}

int
main(void)
{
	struct termios t;
	struct stat s;
	struct winsize size;
	char name[32], again[32] = "";
	int number, end[2], value;

	slave = pty_open();
	say("get", tcgetattr(slave, &t));
	printf("%o %o %o %o\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
	for (int i = 0; i < 17; i++)
		printf("%d ", t.c_cc[i]);
	printf("\n");
	say("of the master", tcgetattr(master, &t));
	say("size", ioctl(slave, TIOCGWINSZ, &size));
	printf("%d %d\n", size.ws_row, size.ws_col);
	raw(1, 0);
	reads("a");
	raw(3, 0);
	reads("abcd");
	raw(0, 0);
	reads("");
	reads("ab");
	raw(0, 2);
	reads("");
	reads("x");
	raw(5, 2);
	reads("xy");
	say("get", tcgetattr(slave, &t));
	type("gone");
	usleep(20000);
	say("set and flush", tcsetattr(slave, TCSAFLUSH, &t));
	fcntl(slave, F_SETFL, O_NONBLOCK);
	say("read", read(slave, name, 1));
	say("zero", read(slave, name, 0));
	say("drain", tcdrain(slave));
	say("break", tcsendbreak(slave, 0));

	ioctl(master, TIOCGPTN, &number);
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	say("name", ttyname_r(slave, again, sizeof(again)));
	printf("the same: %d\n", !strcmp(name, again));
	fstat(slave, &s);
	printf("a device: %d, 136: %d, its number: %d\n", S_ISCHR(s.st_mode), major(s.st_rdev) == 136, (int)minor(s.st_rdev) == number);
	fstat(master, &s);
	printf("the master: %d %d\n", major(s.st_rdev), minor(s.st_rdev));
	pipe(end);
	printf("terminals: %d %d %d %d\n", isatty(slave), isatty(master), isatty(end[0]), isatty(open("/dev/null", O_RDWR)));
	say("number of a slave", ioctl(slave, TIOCGPTN, &value));
	say("nonsense", ioctl(slave, 0x1234, &value));
	say("bad address", ioctl(slave, TCGETS, 1));
	say("bad address", ioctl(slave, TCSETS, 1));
	say("bad address", ioctl(slave, TIOCSWINSZ, 1));
	say("seek", lseek(slave, 0, SEEK_SET));

	say("write", write(slave, "last", 4));
	close(slave);
	see("last");
	say("read", read(master, name, 1));
	slave = open(again, O_RDWR | O_NOCTTY);
	close(master);
	say("hung up, read", read(slave, name, 1));
	say("write", write(slave, "x", 1));
	say("get", tcgetattr(slave, &t));
	struct pollfd one = { slave, POLLIN | POLLOUT, 0 };
	say("poll", poll(&one, 1, 0));
	printf("%x\n", one.revents);
	say("name", access(again, F_OK));
	slave = pty_open();
	value = 1;
	say("lock", ioctl(master, TIOCSPTLCK, &value));
	say("is locked", ioctl(master, TIOCGPTLCK, &value));
	printf("%d\n", value);
	ioctl(master, TIOCGPTN, &number);
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	say("open", open(name, O_RDWR | O_NOCTTY));
	return 0;
}
