/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that its library is never told of the ends of slices in, and that makes no call, is killed all the same; others have their turns meanwhile. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <exo/upcall.h>
#include <unix/machine.h>

int
main(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		((struct save_area *)(UNIX_OWN + 3 * SAVE_BYTES))->busy = 1;
		for (;;)
			;
	}
	usleep(50000);
	if (waitpid(child, &status, WNOHANG))
		printf("not ok: it has ended\n");
	kill(child, SIGKILL);
	if (waitpid(child, &status, 0) == child && WIFSIGNALED(status))
		printf("ok: signal %d\n", WTERMSIG(status));
	return 0;
}
