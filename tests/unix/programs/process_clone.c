/* SPDX-License-Identifier: BSD-2-Clause */
/* clone itself: its flags, what it writes where, what it refuses. */
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include "show.h"

static char stack[65536] __attribute__((aligned(16)));
static int where[2], shared_word;

static int
body(void *argument)
{
	shared_word = 5;
	if (*(int *)argument)
		close(9);
	return 21;
}

static long
raw(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags, 0, &where[0], &where[1], 0);

	if (pid == 0)
		_exit(where[1] == getpid() ? 1 : 2);
	return pid;
}

int
main(void)
{
	int status, no = 0, yes = 1;
	long pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	pid = raw(SIGCHLD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID);
	SHOW(where[0] == pid);
	SHOW(where[1]);
	SHOW(waitpid((pid_t)pid, &status, 0) == pid);
	printf("%#x\n", status);
	SHOW(raw(CLONE_THREAD));
	SHOW(raw(CLONE_SIGHAND));
	SHOW(raw(CLONE_THREAD | CLONE_SIGHAND));
	SHOW(raw(CLONE_FS | CLONE_NEWNS));
	pid = clone(body, stack + sizeof(stack), CLONE_VM | SIGCHLD, &no);
	SHOW(waitpid((pid_t)pid, &status, 0) == pid);
	printf("%#x, word %d\n", status, shared_word);
	shared_word = 0;
	DO(dup2(1, 9));
	signal(SIGUSR2, SIG_IGN);
	pid = clone(body, stack + sizeof(stack), CLONE_FILES | SIGUSR2, &yes);
	SHOW(waitpid((pid_t)pid, &status, 0));
	SHOW(waitpid((pid_t)pid, &status, __WALL) == pid);
	printf("%#x, word %d\n", status, shared_word);
	SHOW(fcntl(9, F_GETFD));
	pid = clone(body, stack + sizeof(stack), 0, &no);
	SHOW(waitpid(-1, &status, WNOHANG));
	SHOW(waitpid(-1, &status, __WCLONE) == pid);
	SHOW(syscall(SYS_clone3, NULL, 88));
	SHOW(syscall(SYS_clone3, where, 8));
	SHOW(syscall(SYS_set_tid_address, &where[0]) == getpid());
	return 0;
}
