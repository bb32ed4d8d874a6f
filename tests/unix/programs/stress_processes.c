/* SPDX-License-Identifier: BSD-2-Clause */
/* Hundreds of processes that live at once, twice; as many one after the other. */
#include <signal.h>
#include "show.h"

#define MANY	200

static pid_t child[MANY];

static int
make_many(int gate)
{
	char byte;

	for (int i = 0; i < MANY; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(read(gate, &byte, 1) == 0 ? i % 100 : 255);
		if (child[i] < 0) {
			printf("fork: %s\n", strerror(errno));
			return i;
		}
	}
	return MANY;
}

/* Half are let go, half are killed. */
static void
at_once(void)
{
	int gate[2], status, ended = 0, killed = 0, sum = 0;

	DO(pipe(gate));
	fcntl(gate[1], F_SETFD, FD_CLOEXEC);
	int made = make_many(gate[0]);
	for (int i = 0; i < made; i += 2)
		DO(kill(child[i], SIGKILL));
	for (int i = 0; i < made; i += 2)
		killed += waitpid(child[i], &status, 0) == child[i] && WIFSIGNALED(status);
	for (int i = 1; i < made; i += 2)
		DO(kill(child[i], SIGTERM));
	while (wait(&status) > 0) {
		ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
		sum += WEXITSTATUS(status);
	}
	close(gate[0]);
	close(gate[1]);
	printf("%d made, %d killed, %d ended, sum %d\n", made, killed, ended, sum);
}

int
main(void)
{
	int status, sum = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	at_once();
	at_once();
	for (int i = 0; i < MANY; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(i % 100);
		if (waitpid(pid, &status, 0) == pid)
			sum += WEXITSTATUS(status);
	}
	printf("one after the other: sum %d\n", sum);
	return 0;
}
