/* SPDX-License-Identifier: BSD-2-Clause */
/* A trap behind the first instruction of a site: the program sees the `mov' done, and the call still to come. */
#include <signal.h>
#include <ucontext.h>
#include "show.h"

long stepped(void);
extern char site[];
__asm__(".text; .globl stepped, site; stepped: pushfq; orq $0x100, (%rsp); popfq; site: mov $39, %eax; syscall; ret");	/* getpid */

static volatile long at, rax;
static volatile int traps;

static void
step(int number, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	traps++;
	at = c->uc_mcontext.gregs[REG_RIP] - (long)site;
	rax = c->uc_mcontext.gregs[REG_RAX];
	c->uc_mcontext.gregs[REG_EFL] &= ~0x100;
}

int
main(void)
{
	struct sigaction action = { .sa_sigaction = step, .sa_flags = SA_SIGINFO };

	DO(sigaction(SIGTRAP, &action, NULL));
	for (int i = 0; i < 6; i++) {
		int right = stepped() == getpid();
		printf("%d traps, at %ld, rax %ld; the call: %d\n", traps, at, rax, right);
	}
	return 0;
}
