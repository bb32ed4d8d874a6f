/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks, sleeps, timers. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include "show.h"

static volatile sig_atomic_t came, value, overrun;

static void
tick(int number, siginfo_t *info, void *context)
{
	came++;
	value = info->si_value.sival_int;
	overrun += info->si_overrun;
}

static long
micro(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int
main(void)
{
	static const int clocks[] = { 0, 1, 2, 3, 4, 5, 6, 7, 11, 10, 50, -1 };
	struct timespec t, system, little = { 0, 20000000 }, bad = { 0, 1000000000 };
	struct sigaction a = { .sa_sigaction = tick, .sa_flags = SA_SIGINFO };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42 };
	struct itimerspec often = { { 0, 5000000 }, { 0, 5000000 } }, off = { { 0, 0 }, { 0, 0 } }, got;
	struct itimerval real = { { 0, 0 }, { 0, 10000 } }, wrong = { { 0, 0 }, { 0, 1000000 } };
	struct timeval now;
	struct rusage usage;
	timer_t timer;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		printf("clock %d: %s\n", clocks[i], clock_gettime(clocks[i], &t) ? strerror(errno) : "shows");
		if (syscall(SYS_clock_gettime, clocks[i], &system) == 0)
			printf("  and by the system call %s\n", system.tv_sec - t.tv_sec < 2 && (system.tv_sec > t.tv_sec || system.tv_nsec >= t.tv_nsec) ? "later" : "earlier");
	}
	long before = micro();
	SHOW(nanosleep(&little, NULL));
	long slept = micro() - before;
	printf("slept %s\n", slept >= 20000 && slept < 2000000 ? "right" : "wrong");
	SHOW(nanosleep(&bad, NULL));
	SHOW(syscall(SYS_nanosleep, 8, NULL));
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += 10000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_sec++, t.tv_nsec -= 1000000000;
	printf("%s\n", strerror(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL)));
	printf("%s\n", strerror(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL)));
	printf("%s\n", strerror(clock_nanosleep(99, 0, &little, NULL)));
	SHOW(syscall(SYS_clock_getres, CLOCK_MONOTONIC, &t));
	printf("%ld.%09ld\n", (long)t.tv_sec, t.tv_nsec);
	SHOW(gettimeofday(&now, NULL));
	printf("%s\n", labs((long)(time(NULL) - now.tv_sec)) <= 1 ? "same second" : "another");
	SHOW(getrusage(RUSAGE_SELF, &usage));
	SHOW(getrusage(5, &usage));
	SHOW(times(NULL) != -1);
	DO(sigaction(SIGALRM, &a, NULL));
	DO(sigaction(SIGUSR1, &a, NULL));
	SHOW(alarm(100));
	SHOW(alarm(0));
	SHOW(alarm(0));
	SHOW(setitimer(ITIMER_REAL, &real, NULL));
	while (!came)
		pause();
	printf("alarm came\n");
	SHOW(setitimer(ITIMER_REAL, &wrong, NULL));
	SHOW(setitimer(9, &real, NULL));
	SHOW(getitimer(9, &real));
	came = 0;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
	SHOW(timer_settime(timer, 0, &often, NULL));
	while (came < 5)
		pause();
	printf("value %d\n", value);
	SHOW(timer_gettime(timer, &got));
	printf("interval %ld, left %s\n", got.it_interval.tv_nsec, got.it_value.tv_nsec > 0 && got.it_value.tv_nsec <= 5000000 ? "right" : "wrong");
	SHOW(timer_settime(timer, 0, &off, &got));
	SHOW(timer_getoverrun(timer) >= 0);
	SHOW(timer_delete(timer));
	SHOW(syscall(SYS_timer_delete, 77));
	SHOW(syscall(SYS_timer_gettime, 77, &got));
	event.sigev_signo = 99;
	SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
	event.sigev_signo = SIGUSR1;
	SHOW(syscall(SYS_timer_create, 99, &event, &timer));
	return 0;
}
