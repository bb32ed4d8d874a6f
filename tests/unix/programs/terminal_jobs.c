/* SPDX-License-Identifier: BSD-2-Clause */
/* Job control: groups in the background that read, write and set their terminal. */
#include "pty.h"

static void
nothing(int number)
{
}

/* In a group of its own, in the background, with SIGTTIN and SIGTTOU as WHAT. */
static void
background(const char *name, void (*body)(void), void (*what)(int), int orphan)
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		setpgid(0, 0);
		signal(SIGTTIN, what);
		signal(SIGTTOU, what);
		if (!orphan)
			body();
		else if (!fork()) {
			while (getppid() != 1 && orphan++ < 1000)
				usleep(1000);
			body();
			fflush(stdout);
			_exit(0);
		} else
			_exit(0);
		fflush(stdout);
		_exit(0);
	}
	setpgid(child, child);
	waitpid(child, &status, WUNTRACED);
	if (orphan) {
		usleep(100000);
		return;
	}
	if (WIFSTOPPED(status)) {
		printf("%s: stopped by %d\n", name, WSTOPSIG(status));
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	} else {
		printf("%s: ended %d\n", name, status);
	}
	fflush(stdout);
}

static void
reads(void)
{
	char c;

	say("read", read(0, &c, 1));
}

static void
writes(void)
{
	say("write", write(0, "x", 1));
}

static void
sets(void)
{
	struct termios t;

	say("get", tcgetattr(0, &t));
	say("set", tcsetattr(0, TCSANOW, &t));
}

static void
takes(void)
{
	say("foreground", tcsetpgrp(0, getpgrp()));
	printf("is %d\n", tcgetpgrp(0) == getpgrp());
}

static void
jobs(void)
{
	struct termios t;
	int tty;

	printf("mine %d\n", tcgetpgrp(0) == getpgrp() && tcgetsid(0) == getsid(0));
	background("reads", reads, SIG_DFL, 0);
	background("reads, ignoring", reads, SIG_IGN, 0);
	background("writes", writes, SIG_DFL, 0);
	tcgetattr(0, &t);
	t.c_lflag |= TOSTOP;
	tcsetattr(0, TCSANOW, &t);
	background("writes to tostop", writes, SIG_DFL, 0);
	background("writes to tostop, ignoring", writes, SIG_IGN, 0);
	background("sets", sets, SIG_DFL, 0);
	background("sets, ignoring", sets, SIG_IGN, 0);
	background("takes", takes, SIG_DFL, 0);
	background("takes, ignoring", takes, SIG_IGN, 0);
	signal(SIGTTOU, SIG_IGN);
	say("back", tcsetpgrp(0, getpgrp()));
	signal(SIGTTOU, SIG_DFL);
	say("no such", tcsetpgrp(0, 999999));
	say("negative", tcsetpgrp(0, -5));
	background("orphan reads", reads, nothing, 1);
	background("orphan writes", writes, SIG_DFL, 1);
	background("orphan sets", sets, SIG_DFL, 1);
	tty = open("/dev/tty", O_RDWR);
	printf("tty %d %d\n", tty >= 0, tcgetpgrp(tty) == getpgrp());
	say("leave", ioctl(tty, TIOCNOTTY));
	say("tty", open("/dev/tty", O_RDWR));
	say("group", tcgetpgrp(0));
}

int
main(void)
{
	int other = pty_open(), number;

	say("not mine", tcgetpgrp(other));
	say("sid", tcgetsid(other));
	say("set", tcsetpgrp(other, getpgrp()));
	say("leave", ioctl(other, TIOCNOTTY));
	say("take", ioctl(other, TIOCSCTTY, 0));
	say("pipe", pipe((int[2]){ 0 }) ? -1 : 0);
	say("of a file", ioctl(open("/dev/null", O_RDWR), TIOCGPGRP, &number));
	close(master);
	signal(SIGHUP, SIG_IGN);
	session(jobs, 0);
	ended();
	return 0;
}
