/* SPDX-License-Identifier: BSD-2-Clause */
/* fork: what a child has of its parent, and what not. */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include "show.h"

static int data = 1;
static __thread int mine = 2;

int
main(void)
{
	int *common = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct itimerval timer = { .it_value.tv_sec = 100 };
	sigset_t set;
	int local = 3, status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	DO(sigprocmask(SIG_BLOCK, &set, NULL));
	DO(raise(SIGUSR1));
	DO(setitimer(ITIMER_REAL, &timer, NULL));
	umask(027);
	pid_t parent = getpid(), child = fork();
	if (child == 0) {
		printf("child: %d %d %d, parent %s, own number %s\n", data, mine, local, getppid() == parent ? "right" : "wrong", getpid() != parent ? "new" : "old");
		data = mine = local = 9;
		common[0] = 7;
		getitimer(ITIMER_REAL, &timer);
		printf("child: timer %s\n", timer.it_value.tv_sec ? "runs" : "off");
		sigpending(&set);
		printf("child: USR1 pending %d\n", sigismember(&set, SIGUSR1));
		sigprocmask(SIG_BLOCK, NULL, &set);
		printf("child: USR1 masked %d\n", sigismember(&set, SIGUSR1));
		printf("child: umask %03o\n", umask(0));
		exit(5);
	}
	SHOW(waitpid(child, &status, 0) == child);
	printf("status %#x\n", status);
	printf("parent: %d %d %d, common %d\n", data, mine, local, common[0]);
	sigpending(&set);
	printf("parent: USR1 pending %d\n", sigismember(&set, SIGUSR1));
	printf("parent: umask %03o\n", umask(0));
	SHOW(waitpid(child, &status, 0));
	SHOW(kill(child, 0));
	return 0;
}
