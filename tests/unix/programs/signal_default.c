/* SPDX-License-Identifier: BSD-2-Clause */
/* What each signal does to who has no handler, and to who ignores it. */
#include <signal.h>
#include <sys/resource.h>
#include "show.h"

static void
send(int number, int ignored)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (ignored)
			signal(number, SIG_IGN);
		raise(number);
		_exit(0);
	}
	DO(waitpid(pid, &status, WUNTRACED));
	printf("%d%s: %#x\n", number, ignored ? " ignored" : "", status);
	if (WIFSTOPPED(status)) {
		DO(kill(pid, SIGCONT));
		DO(waitpid(pid, &status, 0));
		printf("then %#x\n", status);
	}
}

int
main(void)
{
	struct rlimit none = { 0, 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(setrlimit(RLIMIT_CORE, &none));
	for (int number = 1; number <= 64; number++) {
		if (number == 32 || number == 33 || number == 34)
			continue;
		if (number == SIGTSTP || number == SIGTTIN || number == SIGTTOU)
			continue;
		send(number, 0);
		send(number, 1);
	}
	return 0;
}
