/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame: registers are seen and changed through it, floating point survives, and it lies where it should. */
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <ucontext.h>
#include "show.h"

static volatile sig_atomic_t came;
static volatile double junk;

static void
change(int number, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	greg_t *r = u->uc_mcontext.gregs;

	printf("rbx %#llx r12 %#llx r15 %#llx\n", r[REG_RBX], r[REG_R12], r[REG_R15]);
	printf("segments %#llx, flags %#lx\n", r[REG_CSGSFS] & 0xffff, u->uc_flags & ~1ul);
	printf("aligned %d %d, info behind context %d\n", (int)((uintptr_t)u->uc_mcontext.fpregs % 64), (int)((uintptr_t)__builtin_frame_address(0) % 16),
		(char *)info > (char *)context);
	printf("old mask %lu, stack flags %d, link %p\n", u->uc_sigmask.__bits[0], u->uc_stack.ss_flags, (void *)u->uc_link);
	r[REG_RBX] = 0x1111;
	r[REG_R15] = 0x2222;
	r[REG_RIP] += 2;
}

static void
spoil(int number)
{
	junk = junk * 3.5 + 1;
	__asm__ volatile("pxor %%xmm0, %%xmm0; movdqa %%xmm0, %%xmm5; movdqa %%xmm0, %%xmm15; fninit; fldpi" : : : "xmm0", "xmm5", "xmm15");
	came++;
}

int
main(void)
{
	struct sigaction a = { .sa_sigaction = change, .sa_flags = SA_SIGINFO };
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, off = { { 0, 0 }, { 0, 0 } };
	unsigned long rbx, r15, wrong = 0;
	unsigned control = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(sigaction(SIGILL, &a, NULL));
	__asm__ volatile("mov $0xabc, %%rbx; mov $0xdef, %%r12; mov $0x123, %%r15; ud2; mov %%rbx, %0; mov %%r15, %1" : "=r" (rbx), "=r" (r15) : : "rbx", "r12", "r15", "memory");
	printf("%#lx %#lx\n", rbx, r15);
	signal(SIGALRM, spoil);
	control = 0x1fc0;
	__asm__ volatile("ldmxcsr %0" : : "m" (control));
	DO(setitimer(ITIMER_REAL, &often, NULL));
	while (came < 20) {
		unsigned long low = 0x1234567, out5, out15;
		__asm__ volatile("movq %2, %%xmm5; movq %2, %%xmm15; mov $2000, %%ecx; 1: dec %%ecx; jnz 1b; movq %%xmm5, %0; movq %%xmm15, %1"
			: "=r" (out5), "=r" (out15) : "r" (low) : "rcx", "xmm5", "xmm15");
		wrong += out5 != low || out15 != low;
	}
	DO(setitimer(ITIMER_REAL, &off, NULL));
	__asm__ volatile("stmxcsr %0" : "=m" (control));
	printf("%lu wrong, mxcsr %#x\n", wrong, control & 0xffc0);
	return 0;
}
