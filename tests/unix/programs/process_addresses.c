/* SPDX-License-Identifier: BSD-2-Clause */
/* Instruction pointers, stacks and bases that cannot be, by every way that a program has of setting them: clone, arch_prctl, a handler, the way back from one. */
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include "show.h"

enum { SET_GS = 0x1001, SET_FS };	/* musl has no <asm/prctl.h> */
enum { AT, STACK, STACK_USED, HANDLER, WITHOUT_FLOATING };
enum { BY_CALL, BY_EXCEPTION, BY_ANOTHER };

static const unsigned long addresses[] = { 8, 0x7ffffffff000, 0x7ffffffff008, 0x800000000000, 0xffff800000000000, -8ul };
static unsigned long bad;
static int what;

void leave(void), use(void);
__asm__("leave: mov $60, %eax; mov $7, %edi; syscall\n"
	"use: push %rax; mov $60, %eax; mov $8, %edi; syscall");

static void
spoil(int number, siginfo_t *info, void *context)
{
	ucontext_t *u = context;
	greg_t *r = u->uc_mcontext.gregs;

	if (what == STACK || what == STACK_USED) {
		r[REG_RSP] = (greg_t)bad;
		r[REG_RIP] = (greg_t)(what == STACK ? leave : use);
	} else {
		r[REG_RIP] = (greg_t)bad;
	}
	if (what == WITHOUT_FLOATING)
		u->uc_mcontext.fpregs = NULL;
}

static void
nothing(int number)
{
}

static int
ended(pid_t child)
{
	int status;

	DO(waitpid(child, &status, __WALL));
	return status;
}

/* How a child ends whose signal comes so. */
static int
signalled(int how)
{
	sigset_t usr2;

	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	pid_t child = fork();
	if (child == 0) {
		struct sigaction a = { .sa_sigaction = what == HANDLER ? (void *)bad : spoil, .sa_flags = SA_SIGINFO };
		sigaction(SIGUSR1, &a, NULL);
		sigaction(SIGTRAP, &a, NULL);
		if (how == BY_CALL)
			raise(SIGUSR1);
		else if (how == BY_EXCEPTION)
			__asm__ volatile("int3");
		DO(kill(getppid(), SIGUSR2));
		for (;;);
	}
	if (how == BY_ANOTHER) {
		int number;
		sigwait(&usr2, &number);
		DO(kill(child, SIGUSR1));
	}
	return ended(child);
}

/* The child of a clone with that stack, which it uses or does not. */
static long
clone_onto(unsigned long stack, int used)
{
	register long r10 __asm__("r10") = 0, r8 __asm__("r8") = 0;
	long result;

	__asm__ volatile("syscall; test %%eax, %%eax; jne 2f; test %6, %6; je 1f; push %%rax; 1: mov $60, %%eax; mov $5, %%edi; syscall; 2:"
		: "=a"(result) : "a"(SYS_clone), "D"(SIGCHLD), "S"(stack), "d"(0), "r"(r10), "r"(used), "r"(r8) : "rcx", "r11", "memory");
	return result;
}

int
main(void)
{
	signal(SIGUSR2, nothing);
	for (unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		bad = addresses[i];
		printf("%#lx\n", bad);
		if (bad >= 0x7ffffffff000) {
			SHOW(syscall(SYS_arch_prctl, SET_FS, bad));
			SHOW(syscall(SYS_arch_prctl, SET_GS, bad));
			SHOW(syscall(SYS_clone, SIGCHLD | CLONE_SETTLS, 0, 0, 0, bad));
		}
		printf("clone %#x\n", ended((pid_t)clone_onto(bad, 0)));
		if (bad <= 8 || bad == -8ul)	/* others are SIGBUS where the processor is one */
			printf("clone, used %#x\n", ended((pid_t)clone_onto(bad, 1)));
		for (what = AT; what <= WITHOUT_FLOATING; what++) {
			if (what == STACK_USED && bad > 8 && bad != -8ul)
				continue;
			printf("%d: %#x %#x %#x\n", what, signalled(BY_CALL), signalled(BY_EXCEPTION), signalled(BY_ANOTHER));
		}
	}
	return 0;
}
