/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways back from a handler that are not the usual one: what the handler left in its frame, and what waited meanwhile. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "show.h"

#define TRAPS		0x100

static void (*change_frame)(ucontext_t *u);
static volatile sig_atomic_t later;

static void nothing(ucontext_t *u) { }
static void no_floating(ucontext_t *u) { u->uc_mcontext.fpregs = NULL; }
static void floating_nowhere(ucontext_t *u) { u->uc_mcontext.fpregs = (void *)0x1000; }
static void rip_nowhere(ucontext_t *u) { u->uc_mcontext.gregs[REG_RIP] = 0x1000; }
static void rip_of_nobody(ucontext_t *u) { u->uc_mcontext.gregs[REG_RIP] = (greg_t)0x8000000000000000ul; }
static void rsp_nowhere(ucontext_t *u) { u->uc_mcontext.gregs[REG_RSP] = 0x1000; }
static void traps(ucontext_t *u) { u->uc_mcontext.gregs[REG_EFL] |= TRAPS; }
static void mask_more(ucontext_t *u) { sigaddset(&u->uc_sigmask, SIGUSR2); raise(SIGUSR2); }
static void mask_kill(ucontext_t *u) { memset(&u->uc_sigmask, 0xff, 8); }
static void one_waits(ucontext_t *u) { raise(SIGUSR2); }

static void
frame_elsewhere(ucontext_t *u)
{
	__asm__ volatile("mov %0, %%rsp; mov %1, %%eax; syscall" : : "r"(0x1000ul), "i"(SYS_rt_sigreturn));
}

static void
frame_at_the_edge(ucontext_t *u)
{
	char *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *at = two + 4096 - 200;

	munmap(two + 4096, 4096);
	memcpy(at, u, 200);
	__asm__ volatile("mov %0, %%rsp; mov %1, %%eax; syscall" : : "r"(at), "i"(SYS_rt_sigreturn));
}

static void
frame_moved(ucontext_t *u)
{
	static ucontext_t copy;

	memcpy(&copy, u, 304);
	__asm__ volatile("mov %0, %%rsp; mov %1, %%eax; syscall" : : "r"(&copy), "i"(SYS_rt_sigreturn));
}

static void first(int number, siginfo_t *info, void *context) { change_frame(context); }
static void second(int number) { later++; }

static void
child(void (*change)(ucontext_t *))
{
	struct sigaction a = { .sa_sigaction = first, .sa_flags = SA_SIGINFO }, b = { .sa_handler = second };
	sigset_t mask;

	sigaddset(&a.sa_mask, SIGUSR2);
	change_frame = change;
	sigaction(SIGUSR1, &a, NULL);
	sigaction(SIGUSR2, &b, NULL);
	raise(SIGUSR1);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	printf("back, mask %#lx, others %d\n", mask.__bits[0], (int)later);
	exit(0);
}

static void
returns(const char *what, void (*change)(ucontext_t *))
{
	int status;

	fflush(stdout);
	if (!fork())
		child(change);
	wait(&status);
	printf("%s: %#x\n", what, status);
}

int
main(void)
{
	returns("nothing", nothing);
	returns("no floating-point registers", no_floating);
	returns("floating-point registers nowhere", floating_nowhere);
	returns("rip nowhere", rip_nowhere);
	returns("rip that nobody can have", rip_of_nobody);
	returns("rsp nowhere", rsp_nowhere);
	returns("a trap", traps);
	returns("one waits and is masked", mask_more);
	returns("all masked", mask_kill);
	returns("one waits", one_waits);
	returns("no frame", frame_elsewhere);
	returns("half a frame", frame_at_the_edge);
	returns("another frame", frame_moved);
	return 0;
}
