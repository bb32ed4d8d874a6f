/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is stepped by its own handler of SIGTRAP: after each instruction, across calls, a page fault and another signal; at last by none, which ends it.
 * Right behind a `syscall' is not looked at: where a kernel goes back by sysret there is a step, and where by iretq, as Linux, the next is behind one instruction more.
 */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "show.h"

#define TRAP	0x100
#define STEPS	64

/* Instructions that are stepped: some without a call, two calls, one that touches a page for the first time, one that is refused, the end. */
long stepped(char *fresh);
extern char stepped_begin[];
__asm__(".text; .globl stepped, stepped_begin; stepped: pushfq; orq $0x100, (%rsp); popfq; stepped_begin: nop; lea 1(%rdi), %rdx; mov %rdi, %r8;"
	"mov $39, %eax; syscall; mov %rax, %r9; nop;"		/* getpid */
	"mov $102, %eax; syscall; nop;"				/* getuid */
	"movb $7, (%r8); movzbl (%r8), %ecx; ud2; nop;"
	"pushfq; andq $~0x100, (%rsp); popfq; nop; mov %r9, %rax; ret");

static struct { long at, si_code, flags; } step[STEPS];
static volatile int steps, illegal;

static void
trapped(int number, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	if (!memcmp((const char *)c->uc_mcontext.gregs[REG_RIP] - 2, "\x0f\x05", 2))
		return;
	if (steps < STEPS) {
		step[steps].at = c->uc_mcontext.gregs[REG_RIP] - (long)stepped_begin;
		step[steps].si_code = info->si_code;
		step[steps].flags = c->uc_mcontext.gregs[REG_EFL] & TRAP;
	}
	if (++steps == STEPS)
		c->uc_mcontext.gregs[REG_EFL] &= ~TRAP;
}

/* Goes on behind the instruction, and is not stepped itself. */
static void
refused(int number, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	illegal++;
	c->uc_mcontext.gregs[REG_RIP] += 2;
}

static void
once(char *fresh)
{
	steps = illegal = 0;
	int right = stepped(fresh) == getpid();
	printf("%d steps, %d refused, the call %d, written %d; at", steps, illegal, right, *fresh);
	for (int i = 0; i < steps && i < STEPS; i++)
		printf(" %ld (%ld, %lx)", step[i].at, step[i].si_code, step[i].flags);
	printf("\n");
}

int
main(void)
{
	struct sigaction trap = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO }, ill = { .sa_sigaction = refused, .sa_flags = SA_SIGINFO };
	char *fresh = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	DO(sigaction(SIGTRAP, &trap, NULL));
	DO(sigaction(SIGILL, &ill, NULL));
	for (int i = 0; i < 3; i++)
		once(fresh + i * 4096L);
	trap.sa_handler = SIG_DFL;
	DO(sigaction(SIGTRAP, &trap, NULL));
	fflush(stdout);
	stepped(fresh);
	return 0;
}
