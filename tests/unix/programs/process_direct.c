/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that a library may make in a way of its own, beside `syscall` instructions: signals that interrupt them, calls that begin anew, processes and threads that come of them.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int channel[2];
static volatile int caught;

/* By an instruction in this program. */
static long
instruction(long number, long a, long b, long c)
{
	__asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return number;
}

static void
on_alarm(int number)
{
	caught++;
	if (caught == 2 && write(channel[1], "x", 1) != 1)
		_exit(9);
}

/* A read that waits is interrupted, and with SA_RESTART begins anew and finds what the handler has written. */
static void
interrupted(int flags)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval soon = { .it_value.tv_usec = 1000 };
	char c = '-';

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	long n = read(channel[0], &c, 1);
	printf("read: %ld %d %c, caught %d\n", n, n < 0 ? errno : 0, c, caught);
}

static void
mixed(void)
{
	static char page[4096] __attribute__((aligned(4096)));
	unsigned char there = 0;

	printf("same number: %d\n", instruction(SYS_getpid, 0, 0, 0) == getpid());
	printf("mincore: %ld, madvise: %ld, none: %ld\n", instruction(SYS_mincore, (long)page, 0, (long)&there), instruction(SYS_madvise, (long)page, 4096, MADV_NORMAL),
		instruction(9999, 1, 2, 3));
	printf("bad slot or address: %ld\n", instruction(SYS_mincore, (long)page, 4096, 1));
}

static int
wait_for(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static void
processes(void)
{
	static char *const words[] = { "/bin/busybox", "echo", "spawned", NULL };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(fork() ? 10 + (wait(NULL) > 0) : getppid() > 1);
	printf("fork: %x\n", wait_for(pid));
	fflush(stdout);
	printf("spawn: %d", posix_spawn(&pid, words[0], NULL, NULL, words, environ));
	printf(" %x\n", wait_for(pid));
	printf("behind it: %d\n", getpid() == getpgrp() || getppid() > 0);
}

static void *
thread(void *argument)
{
	return getpid() == *(pid_t *)argument && read(channel[0], argument, 1) == 1 ? argument : NULL;
}

static void
threads(void)
{
	pid_t own = getpid();
	pthread_t made;
	void *result;

	pthread_create(&made, NULL, thread, &own);
	if (write(channel[1], "y", 1) != 1)
		_exit(9);
	pthread_join(made, &result);
	printf("thread: %d, and then: %d\n", result == &own, getppid() > 0);
}

int
main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 1 << 12);
	if (pipe(channel))
		return 1;
	interrupted(0);
	interrupted(SA_RESTART);
	mixed();
	processes();
	threads();
	fflush(stdout);
	kill(getpid(), SIGTERM);
	return 0;
}
