/* SPDX-License-Identifier: BSD-2-Clause */
/* setitimer's three timers: by the clock, and by the processor's time, which does not go on while a process sleeps. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include "show.h"

#define MILLISECOND 1000		/* in microseconds */

static volatile sig_atomic_t came[NSIG];

static void
count(int number)
{
	came[number]++;
}

static int
set(int which, long value, long interval)
{
	struct itimerval t = { { 0, interval }, { 0, value } };

	return setitimer(which, &t, NULL);
}

/* Microseconds of the processor's. */
static long
used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
is_off(int which)
{
	struct itimerval t;

	getitimer(which, &t);
	return !t.it_value.tv_sec && !t.it_value.tv_usec && !t.it_interval.tv_sec && !t.it_interval.tv_usec;
}

static void
by_processor(int which, int number)
{
	long before = used();

	DO(set(which, 20 * MILLISECOND, 10 * MILLISECOND));
	struct timespec pause = { 0, 50 * MILLISECOND * 1000 };
	nanosleep(&pause, NULL);
	printf("asleep: %d\n", came[number]);
	while (came[number] < 4)
		;
	printf("not long before its time: %d\n", used() - before >= 25 * MILLISECOND);
	DO(set(which, 0, 0));
	printf("off: %d\n", is_off(which));
	int now = came[number];
	DO(set(which, 10 * MILLISECOND, 0));
	while (came[number] == now)
		;
	printf("once: %d\n", is_off(which));
}

static void
together(void)
{
	struct itimerval t, old;

	DO(set(ITIMER_VIRTUAL, 900 * MILLISECOND, 0));
	DO(set(ITIMER_PROF, 800 * MILLISECOND, 700 * MILLISECOND));
	DO(set(ITIMER_REAL, 600 * MILLISECOND, 0));
	for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
		getitimer(which, &t);
		printf("%d: %d %ld\n", which, t.it_value.tv_usec > 300 * MILLISECOND && t.it_value.tv_usec <= 910 * MILLISECOND, (long)t.it_interval.tv_usec);
	}
	if (fork() == 0)
		_exit(is_off(ITIMER_VIRTUAL) + 2 * is_off(ITIMER_PROF) + 4 * is_off(ITIMER_REAL));
	int status;
	wait(&status);
	printf("a child's: %#x\n", status);
	memset(&t, 0, sizeof(t));
	DO(setitimer(ITIMER_PROF, &t, &old));
	printf("old: %d %ld\n", old.it_value.tv_usec > 300 * MILLISECOND, (long)old.it_interval.tv_usec);
	DO(setitimer(ITIMER_PROF, &t, &old));
	printf("old: %ld %ld\n", (long)old.it_value.tv_usec, (long)old.it_interval.tv_usec);
}

/* Without a handler; and execve keeps them. */
static void
ends(int which, const char *self)
{
	int status;

	fflush(stdout);
	if (fork() == 0) {
		DO(set(which, 30 * MILLISECOND, 0));
		execl(self, self, "burn", NULL);
		_exit(1);
	}
	wait(&status);
	printf("ends: %#x\n", status);
}

static void
refused(void)
{
	struct itimerval t = { { 0, 0 }, { 0, 0 } };

	SHOW(setitimer(3, &t, NULL));
	SHOW(setitimer(-1, &t, NULL));
	SHOW(getitimer(3, &t));
	SHOW(getitimer(-1, &t));
	SHOW(getitimer(ITIMER_PROF, (struct itimerval *)8));
	SHOW(setitimer(ITIMER_PROF, (struct itimerval *)8, NULL));
	t.it_value.tv_usec = 1000000;
	SHOW(setitimer(ITIMER_VIRTUAL, &t, NULL));
	t.it_value.tv_usec = -1;
	SHOW(setitimer(ITIMER_PROF, &t, NULL));
	t.it_value.tv_usec = 0;
	t.it_interval.tv_sec = -1;
	SHOW(setitimer(ITIMER_PROF, &t, NULL));
}

int
main(int argc, char **argument)
{
	struct sigaction a = { .sa_handler = count };
	struct sigaction all = { .sa_handler = SIG_DFL };
	timer_t id;

	if (argc > 1)
		for (;;)
			;
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGVTALRM, &a, NULL);
	sigaction(SIGPROF, &a, NULL);
	by_processor(ITIMER_VIRTUAL, SIGVTALRM);
	by_processor(ITIMER_PROF, SIGPROF);
	together();
	DO(timer_create(CLOCK_MONOTONIC, NULL, &id));
	printf("another timer's number: %d\n", (int)(intptr_t)id);
	sigaction(SIGVTALRM, &all, NULL);
	sigaction(SIGPROF, &all, NULL);
	ends(ITIMER_VIRTUAL, "/proc/self/exe");
	ends(ITIMER_PROF, "/proc/self/exe");
	refused();
	return 0;
}
