/* SPDX-License-Identifier: BSD-2-Clause */
/* SIGCHLD: when it comes, what it says, and flags that change that. */
#include <signal.h>
#include "show.h"

static volatile sig_atomic_t count;

static void
tell(int number, siginfo_t *info, void *context)
{
	printf("code %d status %d\n", info->si_code, info->si_status);
	count++;
}

static void
wait_for(int n)
{
	sigset_t none;

	sigemptyset(&none);
	while (count < n)
		sigsuspend(&none);
}

int
main(void)
{
	struct sigaction a = { .sa_sigaction = tell, .sa_flags = SA_SIGINFO | SA_RESTART };
	sigset_t set;
	int status;
	pid_t pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	DO(sigprocmask(SIG_BLOCK, &set, NULL));
	DO(sigaction(SIGCHLD, &a, NULL));
	if ((pid = fork()) == 0)
		_exit(4);
	wait_for(1);
	SHOW(waitpid(pid, &status, WNOHANG) == pid);
	if ((pid = fork()) == 0)
		pause();
	DO(kill(pid, SIGSTOP));
	wait_for(2);
	DO(kill(pid, SIGCONT));
	wait_for(3);
	DO(kill(pid, SIGTERM));
	wait_for(4);
	SHOW(waitpid(pid, &status, 0) == pid);
	a.sa_flags |= SA_NOCLDSTOP;
	DO(sigaction(SIGCHLD, &a, NULL));
	if ((pid = fork()) == 0)
		pause();
	DO(kill(pid, SIGSTOP));
	SHOW(waitpid(pid, &status, WUNTRACED) == pid);
	DO(kill(pid, SIGKILL));
	wait_for(5);
	SHOW(waitpid(pid, &status, 0) == pid);
	a.sa_flags |= SA_NOCLDWAIT;
	DO(sigaction(SIGCHLD, &a, NULL));
	if ((pid = fork()) == 0)
		_exit(6);
	wait_for(6);
	SHOW(waitpid(pid, &status, 0));
	return 0;
}
