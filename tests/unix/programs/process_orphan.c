/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has lost his parent; PR_SET_PDEATHSIG; subreapers; groups that are orphaned with a stopped member. */
#include <signal.h>
#include <sys/prctl.h>
#include "show.h"

static int pipes[2];

static void
told(int number)
{
	char c = (char)('0' + number);

	DO(write(pipes[1], &c, 1));
}

static void
expect(const char *what)
{
	char c;

	printf("%s: ", what);
	if (read(pipes[0], &c, 1) == 1)
		printf("%d\n", c - '0');
}

int
main(void)
{
	int status;
	pid_t parent = getpid(), child;

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(pipe(pipes));
	SHOW(prctl(PR_SET_PDEATHSIG, 70));
	if ((child = fork()) == 0) {
		if (fork() == 0) {
			signal(SIGUSR1, told);
			DO(prctl(PR_SET_PDEATHSIG, SIGUSR1));
			told(1);
			pause();
			_exit(0);
		}
		expect("ready");
		_exit(0);
	}
	DO(waitpid(child, &status, 0));
	expect("parent died");
	SHOW(waitpid(-1, NULL, WNOHANG));
	DO(prctl(PR_SET_CHILD_SUBREAPER, 1));
	if ((child = fork()) == 0) {
		if (fork() == 0) {
			while (getppid() != parent)
				usleep(1000);
			_exit(33);
		}
		_exit(0);
	}
	DO(waitpid(child, &status, 0));
	SHOW(wait(&status) > 0);
	printf("%#x\n", status);
	DO(prctl(PR_SET_CHILD_SUBREAPER, 0));
	if ((child = fork()) == 0) {
		DO(setpgid(0, 0));
		if (fork() == 0) {
			signal(SIGHUP, told);
			raise(SIGSTOP);
			usleep(1000);
			told(9);
			_exit(0);
		}
		DO(waitpid(-1, &status, WUNTRACED));
		_exit(0);
	}
	DO(waitpid(child, &status, 0));
	expect("hung up");
	expect("continued");
	SHOW(wait(&status));
	return 0;
}
