/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals to threads and to a process of several. */
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include "show.h"

static volatile pid_t who;
static volatile int ready;

static void
note(int number)
{
	who = (pid_t)syscall(SYS_gettid);
}

static void *
waits(void *tid)
{
	*(pid_t *)tid = (pid_t)syscall(SYS_gettid);
	ready = 1;
	while (!who)
		pause();
	return NULL;
}

static void *
faults(void *unused)
{
	*(volatile char *)8 = 1;
	return NULL;
}

int
main(void)
{
	pthread_t thread;
	pid_t tid = 0;
	sigset_t set;
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGUSR1, note);
	pthread_create(&thread, NULL, waits, &tid);
	while (!ready)
		usleep(1000);
	usleep(5000);
	SHOW(syscall(SYS_tgkill, getpid(), tid, SIGUSR1));
	pthread_join(thread, NULL);
	printf("%s\n", who == tid ? "the thread" : "another");
	who = ready = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_create(&thread, NULL, waits, &tid);
	while (!ready)
		usleep(1000);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	usleep(5000);
	SHOW(kill(getpid(), SIGUSR1));
	pthread_join(thread, NULL);
	printf("%s\n", who == tid ? "who does not mask it" : "another");
	SHOW(pthread_kill(pthread_self(), SIGUSR1));
	sigpending(&set);
	printf("pending %d\n", sigismember(&set, SIGUSR1));
	if (fork() == 0) {
		pthread_create(&thread, NULL, faults, NULL);
		pause();
	}
	wait(&status);
	printf("%#x\n", status & ~0x80);
	return 0;
}
