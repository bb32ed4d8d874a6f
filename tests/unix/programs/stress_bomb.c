/* SPDX-License-Identifier: BSD-2-Clause */
/* A fork bomb that RLIMIT_NPROC holds: whoever can be made makes others, until there are none left to make; all of them end. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include "show.h"

#define LIMIT	60

static void
tell(int fd, char what)
{
	if (write(fd, &what, 1) != 1)
		_exit(1);
}

/* Each that begins says +, each that finds the limit says EAGAIN, once; then it waits for its end. */
static void
bomb(int fd)
{
	for (;;) {
		pid_t pid = fork();
		if (pid < 0)
			break;
		if (pid == 0)
			tell(fd, '+');
	}
	tell(fd, errno == EAGAIN ? '!' : '?');
	for (;;)
		pause();
}

int
main(void)
{
	struct rlimit few = { LIMIT, LIMIT };
	int told[2], begun = 1, refused = 0, other = 0, status;
	uid_t user = 100000 + (uid_t)getpid();		/* nobody else's: the limit counts a user's processes */
	char what;

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(prctl(PR_SET_CHILD_SUBREAPER, 1));
	DO(pipe(told));
	pid_t first = fork();
	if (first == 0) {
		DO(setpgid(0, 0));
		DO(setrlimit(RLIMIT_NPROC, &few));
		DO(setresuid(user, user, user));
		bomb(told[1]);
	}
	close(told[1]);
	while (refused + other < LIMIT && read(told[0], &what, 1) == 1) {
		begun += what == '+';
		refused += what == '!';
		other += what == '?';
	}
	printf("%d began, %d found the limit, %d something else\n", begun, refused, other);
	DO(kill(-first, SIGKILL));
	int ended = 0, killed = 0;
	for (; wait(&status) > 0; ended++)
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	printf("%d ended, %d killed\n", ended, killed);
	SHOW(read(told[0], &what, 1));		/* when nobody is left who could write */
	return 0;
}
