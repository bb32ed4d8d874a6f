/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that a signal interrupts: which begin anew, and which say so. */
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include "show.h"

static volatile int fills;	/* a pipe's end: 0: none */

static void
tick(int number)
{
	if (fills)
		DO(write(fills, "x", 1));
}

static void
soon(int flags)
{
	struct sigaction a = { .sa_handler = tick, .sa_flags = flags };
	struct itimerval t = { .it_value.tv_usec = 20000 };

	DO(sigaction(SIGALRM, &a, NULL));
	DO(setitimer(ITIMER_REAL, &t, NULL));
}

int
main(void)
{
	struct timespec time = { 0, 60000000 }, rest = { 0, 0 }, little = { 0, 30000000 };
	struct pollfd p;
	siginfo_t info;
	sigset_t set;
	int ends[2], status;
	char c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(pipe(ends));
	p = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	soon(0);
	SHOW(read(ends[0], &c, 1));
	fills = ends[1];
	soon(SA_RESTART);
	SHOW(read(ends[0], &c, 1));
	fills = 0;
	soon(SA_RESTART);
	SHOW(poll(&p, 1, 1000));
	soon(SA_RESTART);
	SHOW(pause());
	soon(SA_RESTART);
	SHOW(nanosleep(&time, &rest));
	printf("rest %s\n", rest.tv_nsec > 0 && rest.tv_nsec <= 60000000 ? "right" : "wrong");
	soon(0);
	SHOW(usleep(40000));
	soon(SA_RESTART);
	rest.tv_nsec = 0;
	SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &rest));
	printf("rest %s\n", rest.tv_nsec > 0 && rest.tv_nsec <= 60000000 ? "right" : "wrong");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	soon(SA_RESTART);
	SHOW(sigtimedwait(&set, &info, &time));
	SHOW(sigtimedwait(&set, &info, &little));
	sigemptyset(&set);
	soon(SA_RESTART);
	SHOW(sigsuspend(&set));
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	soon(0);
	SHOW(wait(&status));
	DO(kill(child, SIGKILL));
	SHOW(wait(&status) == child);
	if ((child = fork()) == 0) {
		struct timespec long_one = { 0, 100000000 };
		SHOW(nanosleep(&long_one, &rest));
		SHOW(poll(NULL, 0, 50));
		_exit(3);
	}
	usleep(30000);
	DO(kill(child, SIGSTOP));
	DO(waitpid(child, &status, WUNTRACED));
	DO(kill(child, SIGCONT));
	DO(waitpid(child, &status, 0));
	printf("%#x\n", status);
	return 0;
}
