/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes whose environment is stopped at whatever instruction their slice ends, in the middle of what all share: the domain is booted with deaths=victim.  Each says to
 * its library that it is told of a slice's end already, so that the kernel does not tell it, and switches.  All others go on, and nothing is lost.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>
#include <exo/upcall.h>
#include <unix/machine.h>

#define VICTIMS	50		/* of a pass */

static void
need(int good, const char *what)
{
	if (good)
		return;
	printf("not ok: %s\n", what);
	exit(1);
}

/* --- what they are about ---------------------------------------------------------------------------------------------------------- */

static void
files(void)
{
	int fd = open("a", O_CREAT | O_RDWR, 0600);

	write(fd, "text", 4);
	link("a", "b");
	rename("b", "c");
	close(fd);
	unlink("c");
	unlink("a");
	mkdir("d", 0700);
	rmdir("d");
}

static void
pipes(void)
{
	int end[2];
	char c;

	pipe(end);
	write(end[1], "x", 1);
	read(end[0], &c, 1);
	dup2(end[0], 20);
	close(20);
	close(end[0]);
	close(end[1]);
}

static void
sockets(void)
{
	int end[2];
	char c;

	socketpair(AF_UNIX, SOCK_STREAM, 0, end);
	write(end[1], "x", 1);
	poll(&(struct pollfd){ .fd = end[0], .events = POLLIN }, 1, 0);
	read(end[0], &c, 1);
	close(end[0]);
	close(end[1]);
}

static void
memory(void)
{
	char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (unsigned i = 0; i < 65536; i += 4096)
		at[i] = 1;
	mprotect(at, 8192, PROT_READ);
	munmap(at + 4096, 4096);
	munmap(at, 65536);
}

static void
children(void)
{
	static unsigned times;		/* a child dies, too, and must not do so each time at the same instruction, for ever */
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, &status, 0);
	for (volatile unsigned i = ++times * 4001 % 50021; i; i--)
		;
}

static void (*const about[])(void) = { files, pipes, sockets, memory, children };
#define ABOUT	(sizeof(about) / sizeof(about[0]))

/* --- and what others see ------------------------------------------------------------------------------------------------------------ */

static void
victim(unsigned number)
{
	prctl(PR_SET_NAME, "victim");
	((struct save_area *)(UNIX_OWN + 3 * SAVE_BYTES))->busy = 1;
	for (unsigned pause = number;; pause = (pause + 7) % 101) {	/* so that a slice's end is nowhere in particular */
		for (volatile unsigned i = 0; i < pause; i++)
			;
		about[number % ABOUT]();
	}
}

/* All that they are about can be done, by who lives. */
static void
look(void)
{
	struct stat s;

	unlink("a");
	unlink("b");
	unlink("c");
	rmdir("d");
	for (unsigned i = 0; i < ABOUT; i++)
		about[i]();
	need(stat("a", &s) && stat("b", &s) && stat("c", &s) && stat("d", &s), "files that were removed are there");
}

static void
pass(void)
{
	for (unsigned i = 0; i < VICTIMS; i++) {
		int status;
		pid_t child = fork();
		if (child == 0)
			victim(i);
		need(waitpid(child, &status, 0) == child, "a victim is waited for");
		need(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "it was killed");
		look();
	}
}

static void
settle(struct sysinfo *info)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	usleep(10000);
	sysinfo(info);
}

int
main(void)
{
	struct sysinfo first, second;

	setvbuf(stdout, NULL, _IOLBF, 0);
	mkdir("/tmp/deaths", 0700);
	chdir("/tmp/deaths");
	pass();
	settle(&first);
	pass();
	settle(&second);
	need(first.procs == second.procs, "processes are left");
	need(first.freeram == second.freeram, "memory is lost");
	printf("ok: %u died\n", 2 * VICTIMS);
	return 0;
}
