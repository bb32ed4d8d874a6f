/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals with values, in their order; sigtimedwait; limits of the queue. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include "show.h"

static void
tell(int number, siginfo_t *info, void *context)
{
	printf("handler: %d code %d value %d\n", number - (number >= 34 ? SIGRTMIN : 0), info->si_code, info->si_value.sival_int);
}

static void
taken(long result, const siginfo_t *info)
{
	if (result < 0)
		printf("%s\n", strerror(errno));
	else
		printf("took %d code %d value %d\n", info->si_signo - (info->si_signo >= 34 ? SIGRTMIN : 0), info->si_code, info->si_value.sival_int);
}

int
main(void)
{
	struct sigaction a = { .sa_sigaction = tell, .sa_flags = SA_SIGINFO };
	struct timespec none = { 0, 0 }, little = { 0, 10000000 }, wrong = { 0, -1 };
	siginfo_t info = { .si_code = SI_USER };
	sigset_t set;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&set);
	DO(sigprocmask(SIG_BLOCK, &set, NULL));
	for (int i = 0; i < 3; i++) {
		DO(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = 10 + i }));
		DO(sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 20 + i }));
		DO(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 30 + i }));
	}
	DO(sigaction(SIGRTMIN, &a, NULL));
	DO(sigaction(SIGRTMIN + 1, &a, NULL));
	for (int i = 0; i < 3; i++)
		taken(sigtimedwait(&set, &info, &none), &info);
	sigdelset(&set, SIGRTMIN);
	sigdelset(&set, SIGRTMIN + 1);
	DO(sigprocmask(SIG_SETMASK, &set, NULL));
	SHOW(sigtimedwait(&set, &info, &little));
	SHOW(sigtimedwait(&set, &info, &wrong));
	if (fork() == 0) {
		usleep(10000);
		DO(kill(getppid(), SIGUSR2));
		_exit(0);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	taken(sigwaitinfo(&set, &info), &info);
	printf("from %s\n", info.si_pid != getpid() ? "the child" : "itself");
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	taken(sigwaitinfo(&set, &info), &info);
	SHOW(wait(NULL) > 0);
	SHOW(sigqueue(999999, SIGUSR1, (union sigval){ .sival_int = 1 }));
	SHOW(sigqueue(getpid(), 99, (union sigval){ .sival_int = 1 }));
	SHOW(sigqueue(getpid(), 0, (union sigval){ .sival_int = 1 }));
	info.si_code = SI_USER;
	SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), SIGCHLD, &info));
	info.si_code = -60;
	SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, &info));
	SHOW(syscall(SYS_rt_tgsigqueueinfo, getpid(), 999999, SIGUSR1, &info));
	SHOW(syscall(SYS_rt_sigpending, &set, 9));
	SHOW(syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 4));
	return 0;
}
