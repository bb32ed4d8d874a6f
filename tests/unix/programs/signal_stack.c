/* SPDX-License-Identifier: BSD-2-Clause */
/* sigaltstack: where handlers run, what is refused, and a stack that has overflowed. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "show.h"

static char stack[65536];
static sigjmp_buf back;

static int
is_on(const void *at)
{
	return (const char *)at >= stack && (const char *)at < stack + sizeof(stack);
}

static void
where(int number)
{
	stack_t s;
	int local;

	DO(sigaltstack(NULL, &s));
	printf("%d: on the stack %d, flags %d\n", number, is_on(&local), s.ss_flags);
	s.ss_flags = SS_DISABLE;
	SHOW(sigaltstack(&s, NULL));
	if (number == SIGUSR1)
		raise(SIGUSR2);
}

static void
overflowed(int number)
{
	siglongjmp(back, 1);
}

static int
deeper(int n)
{
	volatile char some[1000];

	some[0] = (char)n;
	return n < 0 ? 0 : deeper(n + 1) + some[0];
}

int
main(void)
{
	stack_t s = { .ss_sp = stack, .ss_size = sizeof(stack) }, old;
	struct sigaction a = { .sa_handler = where, .sa_flags = SA_ONSTACK };
	struct rlimit limit = { 256 << 10, 8 << 20 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	SHOW(sigaltstack(NULL, &old));
	printf("flags %d\n", old.ss_flags);
	s.ss_size = 100;
	SHOW(sigaltstack(&s, NULL));
	s.ss_size = sizeof(stack);
	s.ss_flags = 77;
	SHOW(sigaltstack(&s, NULL));
	s.ss_flags = 0;
	SHOW(sigaltstack(&s, &old));
	SHOW(sigaltstack((stack_t *)(uintptr_t)(s.ss_size - 65528), NULL));
	DO(sigaction(SIGUSR1, &a, NULL));
	DO(sigaction(SIGUSR2, &a, NULL));
	raise(SIGUSR1);
	a.sa_flags = 0;
	DO(sigaction(SIGUSR2, &a, NULL));
	raise(SIGUSR2);
	SHOW(sigaltstack(&s, NULL));
	if (fork() == 0) {
		DO(sigaltstack(NULL, &old));
		printf("child: flags %d\n", old.ss_flags);
		_exit(0);
	}
	wait(NULL);
	a.sa_handler = overflowed;
	a.sa_flags = SA_ONSTACK;
	DO(sigaction(SIGSEGV, &a, NULL));
	DO(setrlimit(RLIMIT_STACK, &limit));
	if (!sigsetjmp(back, 1))
		deeper(0);
	printf("overflowed, and went on\n");
	s.ss_flags = SS_DISABLE;
	SHOW(sigaltstack(&s, NULL));
	if (fork() == 0) {
		deeper(0);
		_exit(0);
	}
	int status;
	wait(&status);
	printf("%#x\n", status & ~0x80);
	return 0;
}
