/* SPDX-License-Identifier: BSD-2-Clause */
/* Many sites, each called for the first time by several threads at about the same time: from before the mov and from behind it. */
#include <pthread.h>
#include <sched.h>
#include "show.h"
#include "site.h"

#define THREADS 6
#define SITES 512
#define SITE_APART 16

/* One behind the other, each a function: getpid, sched_getscheduler(0) and so on by turns. */
__asm__(".text; .balign 16; .globl site_first; site_first:"
	".rept 256; mov $39, %eax; syscall; ret; .balign 16; mov $145, %eax; syscall; ret; .balign 16; .endr");
extern char site_first[];

static pthread_barrier_t begin;

static long
call_at(const char *at, long number, long argument)
{
	__asm__ volatile("call *%[at]" : "+a" (number), "+D" (argument) : [at] "r" (at) : "rcx", "r11", "rsi", "rdx", "memory");
	return number;
}

static void
work(unsigned rounds)
{
	for (volatile unsigned i = 0; i < rounds; i++)
		;
}

static void *
caller(void *self)
{
	long number = (long)self, pid = getpid(), wrong = 0;

	pthread_barrier_wait(&begin);
	for (unsigned i = 0; i < SITES; i++) {
		const char *at = site_first + i * SITE_APART;
		long expected = i & 1 ? 0 : pid;
		work(500 + 97 * (unsigned)number);
		wrong += call_at(number & 1 ? at + SITE_MOV : at, i & 1 ? 145 : 39, 0) != expected;
		if (i % 7 == (unsigned)number)
			sched_yield();
		wrong += call_at(at, -1, 0) != expected;
	}
	return (void *)wrong;
}

int
main(void)
{
	pthread_t thread[THREADS];
	void *wrong;

	pthread_barrier_init(&begin, NULL, THREADS);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, caller, (void *)i);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &wrong);
		printf("thread %d: %ld wrong\n", i, (long)wrong);
	}
	return 0;
}
