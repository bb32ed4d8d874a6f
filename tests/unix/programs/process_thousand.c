/* SPDX-License-Identifier: BSD-2-Clause */
/* A thousand children, some at a time; all of them are waited for. */
#include <signal.h>
#include "show.h"

static volatile sig_atomic_t ended;

static void
one_ended(int number)
{
	ended++;
}

int
main(void)
{
	unsigned sum = 0;
	int status, made = 0, got = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGCHLD, one_ended);
	while (made < 1000) {
		for (int i = 0; i < 50; i++, made++) {
			pid_t pid = fork();
			if (pid == 0)
				_exit(made % 100);
			if (pid < 0) {
				printf("fork: %s\n", strerror(errno));
				return 1;
			}
		}
		while (got < made) {
			if (wait(&status) > 0) {
				got++;
				sum += WEXITSTATUS(status);
			}
		}
	}
	printf("%d made, %d waited for, sum %u, %s told\n", made, got, sum, ended ? "were" : "not");
	SHOW(wait(&status));
	signal(SIGCHLD, SIG_IGN);
	for (int i = 0; i < 20; i++) {
		if (fork() == 0)
			_exit(1);
	}
	SHOW(wait(&status));
	return 0;
}
