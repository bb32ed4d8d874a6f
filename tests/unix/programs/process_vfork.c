/* SPDX-License-Identifier: BSD-2-Clause */
/* vfork and posix_spawn: the parent waits until the child has executed a program, or ended. */
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <time.h>
#include "show.h"

extern char **environ;

/* A sibling is waited for as a child is; one that is killed meanwhile is not woken any more. */
static void
sibling(int kills)
{
	const struct timespec a_while = { 0, 20000000 };
	int status, sum = 0;

	if (fork() == 0) {
		pid_t waits = getpid();
		if (syscall(SYS_clone, CLONE_VFORK | CLONE_PARENT, 0, 0, 0, 0) == 0) {
			if (kills)
				DO(kill(waits, SIGKILL));
			nanosleep(&a_while, NULL);
			puts("sibling ends");
			_exit(5);
		}
		puts("goes on");
		_exit(6);
	}
	for (int i = 0; i < 2; i++) {
		DO(wait(&status));
		sum += status;
	}
	printf("%#x\n", sum);
}

int
main(int count, char **argument)
{
	char *self = (char *)getauxval(AT_EXECFN), *list[] = { "self", "child", NULL }, *bad[] = { "bad", NULL };
	volatile int common = 0;
	int status;
	pid_t pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count > 1) {
		struct timespec while_parent_waits = { 0, 20000000 };
		nanosleep(&while_parent_waits, NULL);
		return 4;
	}
	pid = vfork();
	if (pid == 0) {
		common = 1;
		_exit(3);
	}
	printf("common %d\n", common);
	SHOW(waitpid(pid, &status, 0) == pid);
	printf("%#x\n", status);
	pid = vfork();
	if (pid == 0) {
		execve(self, list, environ);
		_exit(9);
	}
	SHOW(waitpid(pid, &status, WNOHANG));
	SHOW(waitpid(pid, &status, 0) == pid);
	printf("%#x\n", status);
	printf("%s\n", strerror(posix_spawn(&pid, self, NULL, NULL, list, environ)));
	SHOW(waitpid(pid, &status, 0) == pid);
	printf("%#x\n", status);
	printf("%s\n", strerror(posix_spawn(&pid, "/nothing", NULL, NULL, bad, environ)));
	SHOW(waitpid(-1, &status, 0));
	sibling(0);
	sibling(1);
	return 0;
}
