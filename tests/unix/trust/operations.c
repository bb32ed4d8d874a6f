/* SPDX-License-Identifier: BSD-2-Clause */
/* Under hostile.c: a child takes the name that this one was given, and makes calls of all kinds until its library does what the name says; then this one makes them, too. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include "about.h"

#define LOOKS	50		/* of a millisecond, at the child */
#define NOTHING	"nothing"	/* the argument of one that does nothing */

/* A program whose library has another's memory from then on. */
static void
executed(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/operations", "operations", NOTHING, NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static void
everything(void)
{
	const struct itimerval never = { 0 }, later = { .it_value = { .tv_sec = 100 } };

	for (unsigned i = 0; i < ABOUT; i++)
		about[i]();
	executed();
	setitimer(ITIMER_REAL, &later, NULL);
	setitimer(ITIMER_REAL, &never, NULL);
	usleep(100);
}

static void
child(const char *name)
{
	prctl(PR_SET_NAME, name);
	for (unsigned i = 0; i < 4; i++) {
		everything();
		void *grown = malloc(1 << 20);		/* stacks, tables: more of the arena */
		memset(grown, 1, 1 << 20);
	}
	_exit(0);
}

static int
ended(pid_t pid, int *status)
{
	for (unsigned i = 0; i < LOOKS; i++, usleep(1000))
		if (waitpid(pid, status, WNOHANG) == pid)
			return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	int status = 0;

	if (!strcmp(argv[argc - 1], NOTHING))
		return 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir("/tmp/operations", 0700);
	chdir("/tmp/operations");
	printf("hostile: %s\n", argv[argc - 1]);
	pid_t pid = fork();
	if (pid == 0)
		child(argv[argc - 1]);
	if (!ended(pid, &status)) {
		printf("hostile: it stays\n");
		kill(pid, SIGKILL);
	}
	everything();
	printf("hostile: others go on, %#x\n", status);
	return 1;
}
