/* SPDX-License-Identifier: BSD-2-Clause */
/* wait4 and waitid: which child, which events, which errors. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include "show.h"

static pid_t
child_that(int ends)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (ends >= 0)
			_exit(ends);
		raise(-ends);
		_exit(99);
	}
	return pid;
}

static void
tell(const siginfo_t *i, pid_t pid)
{
	printf("signo %d code %d status %d, pid %s\n", i->si_signo, i->si_code, i->si_status, i->si_pid == pid ? "right" : i->si_pid ? "wrong" : "0");
}

int
main(void)
{
	struct rusage usage;
	siginfo_t info;
	int status;
	pid_t a, b;

	setvbuf(stdout, NULL, _IOLBF, 0);
	SHOW(wait(NULL));
	SHOW(waitpid(-1, NULL, WNOHANG));
	a = child_that(300);
	SHOW(waitpid(a, &status, 0) == a);
	printf("%#x\n", status);
	a = child_that(-SIGTERM);
	SHOW(wait4(a, &status, 0, &usage) == a);
	printf("%#x\n", status);
	a = child_that(-SIGKILL);
	SHOW(waitid(P_PID, (id_t)a, &info, WEXITED | WNOWAIT));
	tell(&info, a);
	SHOW(waitid(P_PID, (id_t)a, &info, WEXITED));
	tell(&info, a);
	SHOW(waitid(P_PID, (id_t)a, &info, WEXITED));
	a = child_that(1);
	b = child_that(2);
	SHOW(waitpid(b, &status, 0) == b);
	printf("%#x\n", status);
	SHOW(waitpid(0, &status, 0) == a);
	printf("%#x\n", status);
	a = fork();
	if (a == 0) {
		pause();
		_exit(1);
	}
	SHOW(waitpid(a, &status, WNOHANG));
	memset(&info, 0x55, sizeof(info));
	SHOW(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	tell(&info, a);
	SHOW(kill(a, SIGSTOP));
	SHOW(waitpid(a, &status, WUNTRACED) == a);
	printf("%#x\n", status);
	SHOW(waitpid(a, &status, WUNTRACED | WNOHANG));
	SHOW(kill(a, SIGCONT));
	SHOW(waitid(P_PID, (id_t)a, &info, WCONTINUED));
	tell(&info, a);
	SHOW(waitpid(a, &status, WCONTINUED | WNOHANG));
	SHOW(kill(a, SIGSTOP));
	SHOW(waitid(P_PID, (id_t)a, &info, WSTOPPED));
	tell(&info, a);
	SHOW(kill(a, SIGKILL));
	SHOW(waitpid(-getpgrp(), &status, 0) == a);
	printf("%#x\n", status);
	SHOW(waitpid(-1, &status, 0x1000));
	SHOW(waitid(P_ALL, 0, &info, 0));
	SHOW(waitid(17, 0, &info, WEXITED));
	SHOW(waitid(P_PID, 0, &info, WEXITED));
	SHOW(waitpid(-999999, &status, 0));
	SHOW(syscall(SYS_wait4, (pid_t)0x80000000, NULL, 0, NULL));
	a = child_that(0);
	SHOW(syscall(SYS_wait4, a, 8, 0, NULL));
	SHOW(waitpid(a, &status, 0));
	return 0;
}
