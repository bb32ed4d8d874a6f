/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that runs is not written, and a file that is open to be written does not run. */
#include <signal.h>
#include <sys/syscall.h>
#include "copy_self.h"

/* PATH with an argument, so that it says that it runs and waits. */
static pid_t
start(const char *path, int ready)
{
	char *arguments[] = { (char *)path, "wait", NULL };
	pid_t pid = (pid_t)DO(fork());

	if (pid == 0) {
		dup2(ready, 1);
		execv(path, arguments);
		printf("execv: %s\n", strerror(errno));
		_exit(1);
	}
	return pid;
}

static void
run_to_end(const char *path)
{
	char *arguments[] = { (char *)path, "end", NULL };
	int status;

	if (fork() == 0) {
		execv(path, arguments);
		printf("execv: %s\n", strerror(errno));
		_exit(1);
	}
	DO(wait(&status));
	printf("status %#x\n", status);
}

int
main(int count, char **argument)
{
	int two[2], fd;
	char byte;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count > 1 && !strcmp(argument[1], "wait")) {
		if (fork() == 0)
			pause();
		DO(write(1, "r", 1));
		pause();
	}
	if (count > 1)
		return 7;
	DO(pipe(two));
	copy_self("program");
	pid_t pid = start("./program", two[1]);
	DO(read(two[0], &byte, 1));
	SHOW(open("program", O_WRONLY));
	SHOW(open("program", O_RDWR));
	SHOW(open("program", O_RDONLY | O_TRUNC));
	SHOW(open("program", O_CREAT | O_WRONLY, 0600));
	SHOW(truncate("program", 5));
	TRY(fd = open("program", O_RDONLY));
	close(fd);
	SHOW(chmod("program", 0711));
	SHOW(rename("program", "renamed"));
	SHOW(open("renamed", O_WRONLY));
	setpgid(pid, pid);
	kill(pid, SIGKILL);
	DO(wait(NULL));
	SHOW(open("renamed", O_WRONLY));	/* its child has it yet */
	DO(unlink("renamed"));

	copy_self("program");
	TRY(fd = open("program", O_WRONLY));
	run_to_end("./program");
	int again = dup(fd);
	close(fd);
	run_to_end("./program");
	close(again);
	run_to_end("./program");
	put_file("script", "#!./program end\n");
	chmod("script", 0755);
	TRY(fd = open("script", O_WRONLY | O_APPEND));
	run_to_end("./script");
	close(fd);
	run_to_end("./script");
	DO(unlink("program"));
	return 0;
}
