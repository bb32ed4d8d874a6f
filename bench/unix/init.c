/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first process of a Linux guest: mounts what the programs need, runs its arguments as a program, and ends the machine with the
 * verdict that all guests give (a line, then a word to the debug-exit port).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_PORT	0xf4
#define EXIT_BASE	0x10
#define SEED_BYTES	256	/* what a pool must have before creating files and processes costs what it will */

/* Does not return. */
static void
end(int code)
{
	printf("janus: exit %d\n", code);
	fflush(stdout);
	sleep(1);			/* the terminal sends what it still has */
	if (ioperm(EXIT_PORT, 4, 1) == 0)
		outl(EXIT_BASE + code, EXIT_PORT);
	for (;;)
		pause();
}

static void
mount_on(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL)) {
		printf("init: cannot mount %s\n", path);
		end(1);
	}
}

static void
random_wait(void)
{
	unsigned char seed[SEED_BYTES];

	if (getentropy(seed, sizeof(seed)))
		printf("init: no random numbers\n");
}

int
main(int argc __attribute__((unused)), char **argv)
{
	int status;

	mount_on("devtmpfs", "/dev");
	mount_on("proc", "/proc");
	mount_on("tmpfs", "/tmp");
	random_wait();
	pid_t pid = fork();
	if (pid == 0) {
		argv[0] = "/bench";
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		end(1);
	end(!WIFEXITED(status) || WEXITSTATUS(status) != 0);
}
