/* SPDX-License-Identifier: BSD-2-Clause */
/* What handlers see of calls at sites: where they were interrupted, and with which number and result; calls that begin anew, and such that do not. */
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>
#include "show.h"
#include "site.h"

SITE(ask_parent, 110);		/* getppid */
SITE(ask_none, 3);		/* close */
SITE(read_it, 0);		/* read */
SITE(sleep_it, 35);		/* nanosleep */
SITE(kill_it, 62);		/* kill */

extern char __executable_start[], etext[];
static volatile int outside, inside, taken;
static volatile long rip, rax;
static int ends[2];

static void
anywhere(int number, siginfo_t *info, void *context)
{
	const ucontext_t *c = context;
	char *at = (char *)c->uc_mcontext.gregs[REG_RIP];
	int in_program = at >= __executable_start && at < etext;

	inside += in_program;
	outside += !in_program;
}

static void
once(int number, siginfo_t *info, void *context)
{
	const ucontext_t *c = context;

	taken++;
	rip = c->uc_mcontext.gregs[REG_RIP];
	rax = c->uc_mcontext.gregs[REG_RAX];
	if (taken == 2)
		DO(write(ends[1], "x", 1));
}

static void
handler_set(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	DO(sigaction(number, &action, NULL));
}

static void
alarm_every(long microseconds)
{
	DO(setitimer(ITIMER_REAL, &(struct itimerval){ { 0, microseconds }, { 0, microseconds } }, NULL));
}

static void
told(const char *what, const char *site, long result)
{
	printf("%s: %ld; handlers: %d, at %ld of the site, rax %ld\n", what, result, taken, rip - (long)site, rax);
	taken = 0;
}

int
main(void)
{
	char c[3] = "";
	struct timespec shortly = { 0, 30000000 };

	handler_set(SIGALRM, anywhere, SA_RESTART);
	alarm_every(1000);
	for (long i = 0; inside + outside < 50; i++) {
		ask_parent(0, 0, 0);
		ask_none(-1, 0, 0);
	}
	alarm_every(0);
	printf("interrupted outside of the program: %d\n", outside);

	DO(pipe(ends));
	for (int i = 0; i < 3; i++) {
		handler_set(SIGALRM, once, SA_RESTART);
		alarm_every(10000);
		long result = read_it(ends[0], (long)c, 1);
		alarm_every(0);
		told("read, begun anew", (char *)read_it, result);
		handler_set(SIGALRM, once, 0);
		alarm_every(10000);
		result = read_it(ends[0], (long)c, 1);
		alarm_every(0);
		told("read, ended", (char *)read_it, result);
		alarm_every(10000);
		result = sleep_it((long)&shortly, 0, 0);
		alarm_every(0);
		told("nanosleep", (char *)sleep_it, result);
		handler_set(SIGUSR1, once, 0);
		told("kill", (char *)kill_it, kill_it(getpid(), SIGUSR1, 0));
	}
	return 0;
}
