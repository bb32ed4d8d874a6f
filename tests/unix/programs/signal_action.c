/* SPDX-License-Identifier: BSD-2-Clause */
/* Handlers: what they are told, what is masked meanwhile, flags, nesting, errors. */
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include "show.h"

static volatile int depth, calls;

static void
plain(int number)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("plain %d, itself masked %d, USR2 masked %d\n", number, sigismember(&set, number), sigismember(&set, SIGUSR2));
}

static void
informed(int number, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	printf("informed %d: signo %d code %d pid %s uid %d\n", number, info->si_signo, info->si_code, info->si_pid == getpid() ? "own" : "other", (int)info->si_uid);
	printf("mask before: USR1 %d USR2 %d\n", sigismember(&u->uc_sigmask, SIGUSR1), sigismember(&u->uc_sigmask, SIGUSR2));
}

static void
nested(int number)
{
	depth++;
	printf("in %d\n", depth);
	if (++calls < 3)
		raise(number);
	printf("out %d\n", depth);
	depth--;
}

static void
unmask(int number, siginfo_t *info, void *context)
{
	sigdelset(&((ucontext_t *)context)->uc_sigmask, SIGUSR2);
}

static void
set(int number, void (*handler)(int), int flags, int mask)
{
	struct sigaction a = { .sa_handler = handler, .sa_flags = flags };

	if (mask)
		sigaddset(&a.sa_mask, mask);
	DO(sigaction(number, &a, NULL));
}

int
main(void)
{
	struct sigaction a = { .sa_handler = SIG_DFL }, old;
	sigset_t both;

	setvbuf(stdout, NULL, _IOLBF, 0);
	set(SIGUSR1, plain, 0, SIGUSR2);
	SHOW(raise(SIGUSR1));
	SHOW(kill(getpid(), SIGUSR1));
	set(SIGUSR1, (void *)informed, SA_SIGINFO, 0);
	SHOW(raise(SIGUSR1));
	SHOW(kill(getpid(), SIGUSR1));
	set(SIGUSR1, nested, SA_NODEFER, 0);
	SHOW(raise(SIGUSR1));
	set(SIGUSR1, nested, 0, 0);
	calls = 0;
	SHOW(raise(SIGUSR1));
	set(SIGUSR1, plain, (int)SA_RESETHAND, 0);
	SHOW(raise(SIGUSR1));
	sigaction(SIGUSR1, NULL, &old);
	printf("reset: %d\n", old.sa_handler == SIG_DFL);
	set(SIGUSR1, plain, 0, 0);
	set(SIGUSR2, plain, 0, 0);
	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGUSR2);
	SHOW(sigprocmask(SIG_BLOCK, &both, NULL));
	SHOW(raise(SIGUSR2));
	SHOW(raise(SIGUSR1));
	SHOW(raise(SIGUSR1));
	SHOW(sigprocmask(SIG_UNBLOCK, &both, NULL));
	SHOW(sigprocmask(SIG_BLOCK, &both, NULL));
	set(SIGTERM, (void *)unmask, SA_SIGINFO, 0);
	SHOW(raise(SIGUSR2));
	SHOW(raise(SIGTERM));
	SHOW(raise(SIGUSR1));
	SHOW(signal(SIGUSR1, SIG_IGN) == SIG_ERR);
	SHOW(sigpending(&both));
	SHOW(sigismember(&both, SIGUSR1));
	SHOW(sigaction(0, &a, NULL));
	SHOW(sigaction(65, &a, NULL));
	SHOW(sigaction(SIGKILL, &a, NULL));
	SHOW(sigaction(SIGKILL, NULL, &old));
	SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
	SHOW(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8));
	SHOW(syscall(SYS_rt_sigprocmask, 7, &both, NULL, 8));
	SHOW(syscall(SYS_rt_sigprocmask, 7, NULL, NULL, 8));
	SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 4));
	SHOW(kill(getpid(), 65));
	SHOW(kill(getpid(), -1));
	SHOW(kill(999999, 0));
	SHOW(syscall(SYS_tkill, -1, 0));
	SHOW(syscall(SYS_tkill, 999999, 0));
	SHOW(syscall(SYS_tgkill, getpid(), getppid(), 0));
	SHOW(syscall(SYS_tgkill, getpid(), getpid(), 0));
	return 0;
}
