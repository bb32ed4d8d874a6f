/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What cannot be compared with Linux: how much there is, and what happens when there is no more of it.
 *
 *     stress thousand     1,000 processes live at once, three times
 *     stress processes    as many as there can be, three times; those that there are go on
 *     stress files        open files until there is no memory for another: ENFILE to who asks, twice; those that there are can be used
 *     stress memory       a call that asks for more than there is fails, a program that touches more ends; others go on
 */
#include <signal.h>
#include <sys/mman.h>
#include "programs/show.h"

#define MOST	9000
#define PAGE	4096ul
#define TOO_MUCH	(8ul << 30)

static pid_t child[MOST];

/* Children that wait, at most WANTED: how many there are. */
static int
children_make(int wanted)
{
	int made = 0;

	for (; made < wanted; made++) {
		child[made] = fork();
		if (child[made] == 0) {
			pause();
			_exit(0);
		}
		if (child[made] < 0)
			break;
	}
	return made;
}

static int
children_end(int made)
{
	int ended = 0, status;

	for (int i = 0; i < made; i++)
		DO(kill(child[i], SIGKILL));
	while (wait(&status) > 0)
		ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	return ended;
}

/* A process does what needs memory of each sort. */
static int
goes_on(void)
{
	char *p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int two[2];

	if (p == MAP_FAILED || pipe(two))
		return 0;
	memset(p, 1, 16 * PAGE);
	int good = write(two[1], p, PAGE) == (ssize_t)PAGE;
	close(two[0]);
	close(two[1]);
	munmap(p, 16 * PAGE);
	return good;
}

static void
thousand(void)
{
	for (int i = 0; i < 3; i++) {
		int made = children_make(1000);
		printf("%d made, %d ended\n", made, children_end(made));
	}
}

static void
processes(void)
{
	int first = 0;

	for (int i = 0; i < 3; i++) {
		int made = children_make(MOST);
		printf("fork: %s\n", strerror(errno));
		printf("goes on: %d\n", goes_on());
		printf("all ended: %d\n", children_end(made) == made);
		first = first ? first : made;
		printf("as many as before: %d\n", made > 100 && made > first - 8 && made < first + 8);
	}
}

/* As many open files as a process can have, with nodes of their own as long as there are any, else there are too few processes for all: how many it made until WHY, 0: until its limit. */
static int
files_make(int *why)
{
	int made = 0, fd;

	for (; (fd = open("/one", O_RDWR | O_CREAT, 0600)) >= 0; made++)
		DO(unlink("/one"));
	for (; (fd = open("/dev/null", O_RDWR)) >= 0; made++);
	*why = errno == EMFILE ? 0 : errno;
	return made;
}

static void
files_hold(int tell)
{
	int made[2];

	made[0] = files_make(&made[1]);
	if (write(tell, made, sizeof(made)) != sizeof(made))
		_exit(1);
	for (;;)
		pause();
}

/* Processes each of which has as many as it can. */
static void
files(void)
{
	long first = 0;

	for (int i = 0; i < 2; i++) {
		int two[2], made = 0, told[2] = { 0, 0 };
		long all = 0;
		DO(pipe(two));
		while (!told[1] && (child[made] = fork()) > 0) {
			DO(read(two[0], told, sizeof(told)));
			all += told[0];
			made++;
		}
		if (!told[1] && child[made] == 0)
			files_hold(two[1]);
		printf("open: %s\n", strerror(told[1]));
		int another[2];
		printf("pipe: %s\n", pipe(another) ? strerror(errno) : "no error");
		printf("goes on: %d\n", write(two[1], told, sizeof(told)) == sizeof(told) && read(two[0], told, sizeof(told)) == sizeof(told));
		printf("all ended: %d\n", children_end(made) == made);
		printf("goes on: %d\n", goes_on());
		first = first ? first : all;
		printf("as many as before: %d\n", all == first);
		close(two[0]);
		close(two[1]);
	}
}

static void
memory(void)
{
	char *p = mmap(NULL, TOO_MUCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int status;

	for (int i = 0; i < 3; i++) {
		DO(madvise(p, PAGE, MADV_DONTNEED));	/* its code is there when there is no memory left */
		int failed = mlock(p, TOO_MUCH), why = errno;
		DO(madvise(p, TOO_MUCH, MADV_DONTNEED));
		printf("mlock(p, TOO_MUCH): %s\n", failed ? strerror(why) : "no error");
		printf("goes on: %d\n", goes_on());
		if (fork() == 0) {
			for (unsigned long at = 0; at < TOO_MUCH; at += PAGE)
				p[at] = 1;
			_exit(0);
		}
		DO(wait(&status));
		printf("status %#x\n", status);
		printf("goes on: %d\n", goes_on());
	}
}

int
main(int count, char **argument)
{
	const char *what = count > 1 ? argument[1] : "";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!strcmp(what, "thousand"))
		thousand();
	else if (!strcmp(what, "processes"))
		processes();
	else if (!strcmp(what, "files"))
		files();
	else if (!strcmp(what, "memory"))
		memory();
	else
		return 2;
	return 0;
}
