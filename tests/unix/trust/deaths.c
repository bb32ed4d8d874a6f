/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes whose environment is stopped at whatever instruction their slice ends, in the middle of what all share: the domain is booted with deaths=victim.  Each says to
 * its library that it is told of a slice's end already, so that the kernel does not tell it, and switches.  All others go on, and nothing is lost.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>
#include <exo/upcall.h>
#include <unix/machine.h>
#include "about.h"

#define VICTIMS	50		/* of a pass */

static void
need(int good, const char *what)
{
	if (good)
		return;
	printf("not ok: %s\n", what);
	exit(1);
}

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
