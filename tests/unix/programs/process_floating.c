/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers are each thread's own: across calls, waits, preemption and handlers; a new program has fresh ones. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "show.h"

#define THREADS 4

#define LOAD	"movq %[low], %%xmm0; movdqa %%xmm0, %%xmm7; pshufd $0, %%xmm0, %%xmm15; ldmxcsr %[control];"
#define STORE	"movq %%xmm7, %[seven]; movq %%xmm15, %[fifteen]; stmxcsr %[control];"

static volatile int over;
static int ring[THREADS][2];

/* A call, or none if NUMBER is negative, or a long stretch without one, between what is loaded and what is there then: whether it is the same. */
static int
keeps(uint64_t low, uint32_t control, long number, long a, long b, long c, long *result)
{
	uint64_t seven = 0, fifteen = 0;
	uint32_t was = control;
	long rax = number;

	if (number >= 0)
		__asm__ volatile(LOAD "syscall;" STORE : "+a" (rax), [seven] "=&r" (seven), [fifteen] "=&r" (fifteen), [control] "+m" (control)
			: [low] "r" (low), "D" (a), "S" (b), "d" (c) : "rcx", "r11", "memory", "xmm0", "xmm7", "xmm15");
	else
		__asm__ volatile(LOAD "mov $20000, %%ecx; 1: dec %%ecx; jnz 1b;" STORE : [seven] "=&r" (seven), [fifteen] "=&r" (fifteen), [control] "+m" (control)
			: [low] "r" (low) : "rcx", "memory", "xmm0", "xmm7", "xmm15");
	*result = rax;
	return seven == low && fifteen == (low << 32 | (uint32_t)low) && control == was;
}

static uint32_t
rounding(long number)
{
	return 0x1f80 | (uint32_t)(number & 3) << 13;
}

static void *
preempted(void *self)
{
	uint64_t low = 0x1000 + (uintptr_t)self;
	long wrong = 0, result;

	while (!over)
		wrong += !keeps(low++, rounding((long)self), -1, 0, 0, 0, &result);
	return (void *)wrong;
}

/* A byte goes round; each waits for it. */
static void *
waits(void *self)
{
	long number = (long)self, wrong = 0, result = 0;
	char c;

	for (int i = 0; i < 200; i++) {
		wrong += !keeps(0x77000 + (uint64_t)number, rounding(number), SYS_read, ring[number][0], (long)&c, 1, &result) || result != 1;
		wrong += !keeps(0x88000 + (uint64_t)number, rounding(number), SYS_write, ring[(number + 1) % THREADS][1], (long)&c, 1, &result) || result != 1;
	}
	return (void *)wrong;
}

static void
spoil(int number)
{
	uint32_t control;

	__asm__ volatile("stmxcsr %0; pcmpeqd %%xmm0, %%xmm0; movdqa %%xmm0, %%xmm7; movdqa %%xmm0, %%xmm15" : "=m" (control) : : "xmm0", "xmm7", "xmm15");
	if ((control & 0xffc0) != 0x1f80)
		_exit(9);
	over++;
}

static long
together(void *(*body)(void *))
{
	pthread_t thread[THREADS];
	void *wrong;
	long sum = 0;

	for (long i = 0; i < THREADS; i++)
		DO(-pthread_create(&thread[i], NULL, body, (void *)i));
	if (body == waits)
		DO(write(ring[0][1], "", 1));
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &wrong);
		sum += (long)wrong;
	}
	return sum;
}

static void
timer(long microseconds)
{
	struct itimerval t = { { 0, microseconds }, { 0, microseconds } };

	DO(setitimer(ITIMER_REAL, &t, NULL));
}

static void
program_again(void)
{
	char *list[] = { "self", "again", NULL }, *none[] = { NULL };
	uint32_t control = rounding(3);
	int status;

	if (fork() == 0) {
		__asm__ volatile("ldmxcsr %0; pcmpeqd %%xmm9, %%xmm9" : : "m" (control) : "xmm9");
		execve((char *)getauxval(AT_EXECFN), list, none);
		_exit(1);
	}
	wait(&status);
	printf("again: %#x\n", status);
}

/* What a new thread or process begins with is its maker's. */
static void
begins(uint64_t low, uint32_t control, unsigned long flags)
{
	static char stack[4096] __attribute__((aligned(16)));
	uint64_t fifteen = 0;
	uint32_t is = control;
	int status = 0;
	long child;

	__asm__ volatile("movq %[low], %%xmm15; fldpi; ldmxcsr %[is]; syscall; test %%rax, %%rax; jnz 1f;"
			"stmxcsr (%%rsp); mov (%%rsp), %%edi; cmp %%edi, %%ebx; setne %%dil; movzbl %%dil, %%edi;"
			"movq %%xmm15, %%rax; cmp %%rax, %[low]; je 2f; or $2, %%edi; 2:"
			"fnstsw %%ax; and $0x3800, %%eax; cmp $0x3800, %%eax; je 3f; or $4, %%edi; 3:"
			"mov $60, %%eax; syscall; 1: fstp %%st(0); movq %%xmm15, %[fifteen]; stmxcsr %[is]"
			: "=a" (child), [fifteen] "=&r" (fifteen), [is] "+m" (is)
			: "0" ((long)SYS_clone), "D" (flags | SIGCHLD), "S" (stack + sizeof(stack) - 64), "d" (0l), [low] "r" (low), "b" (control)
			: "rcx", "r11", "memory", "xmm15", "st");
	waitpid((pid_t)child, &status, 0);
	printf("begins: %#x %d %d\n", status, fifteen == low, is == control);
}

int
main(int count, char **argument)
{
	uint32_t control;
	uint64_t nine;

	__asm__ volatile("movq %%xmm9, %0; stmxcsr %1" : "=r" (nine), "=m" (control));
	if (count > 1)
		return nine || (control & 0xffc0) != 0x1f80;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < THREADS; i++)
		DO(pipe(ring[i]));
	printf("waiting: %ld wrong\n", together(waits));
	signal(SIGALRM, spoil);
	timer(20000);
	printf("preempted, with handlers: %ld wrong\n", together(preempted));
	timer(0);
	program_again();
	begins(0x123456789abcdef0, rounding(1), 0);
	begins(0xfedcba9876543210, rounding(2), CLONE_VM);
	begins(0x1111, rounding(3), CLONE_VM | CLONE_VFORK);
	return 0;
}
