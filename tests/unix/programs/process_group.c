/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups and sessions. */
#include <signal.h>
#include <sys/auxv.h>
#include "show.h"

static void
in_child(const char *what, void (*act)(void))
{
	int status;

	printf("-- %s\n", what);
	if (fork() == 0) {
		act();
		_exit(0);
	}
	DO(wait(&status));
	printf("status %#x\n", status);
}

static void
leader(void)
{
	SHOW(setpgid(0, 0));
	SHOW(getpgrp() == getpid());
	SHOW(setsid());
	SHOW(setpgid(0, getppid()));
	SHOW(getpgrp() == getppid() || getpgrp() == getpgid(getppid()));
}

static void
session(void)
{
	SHOW(setsid() == getpid());
	SHOW(getsid(0) == getpid());
	SHOW(getpgrp() == getpid());
	SHOW(setsid());
	SHOW(setpgid(0, 0));
	SHOW(setpgid(0, getppid()));
	if (fork() == 0) {
		SHOW(getsid(0) == getppid());
		SHOW(setpgid(0, 0));
		SHOW(kill(0, 0));
		_exit(0);
	}
	DO(wait(NULL));
	SHOW(open("/dev/tty", O_RDWR));
}

static void
parent_sets(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		pause();
		_exit(0);
	}
	SHOW(setpgid(child, child));
	SHOW(getpgid(child) == child);
	SHOW(kill(-child, SIGTERM));
	DO(waitpid(-child, &status, 0));
	printf("%#x\n", status);
	SHOW(kill(-child, SIGTERM));
	child = vfork();
	if (child == 0) {
		execl((char *)getauxval(AT_EXECFN), "wait", "x", NULL);
		_exit(1);
	}
	SHOW(setpgid(child, child));
	kill(child, SIGKILL);
	DO(wait(NULL));
}

int
main(int count, char **argument)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count > 1)
		pause();
	SHOW(getpgrp() == getpid());
	SHOW(getpgid(0) == getpid());
	SHOW(getpgid(999999));
	SHOW(getsid(999999));
	SHOW(setpgid(0, -1));
	SHOW(setpgid(999999, 0));
	SHOW(setpgid(getppid(), 0));
	SHOW(setpgid(0, 999999));
	SHOW(setsid());
	in_child("leader", leader);
	in_child("session", session);
	in_child("parent", parent_sets);
	return 0;
}
