/* SPDX-License-Identifier: BSD-2-Clause */
/* What calls cost a domain that minds its own business: in each round the most frequent figure of each, and how a file's content and a shell's sum come out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "about.h"

#define TIMES	101

static int there[2], back[2];

static void
echo(void)
{
	char c;

	while (read(there[0], &c, 1) == 1 && write(back[1], &c, 1) == 1)
		;
	_exit(0);
}

static void
round_trip(void)
{
	char c = 'x';

	if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
		printf("not ok: a round trip\n");
}

static void
parent(void)
{
	getppid();
}

static void
child(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(3);
	if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 3)
		printf("not ok: a child\n");
}

static void (*const measured[])(void) = { parent, round_trip, files, child };
static const char *const name[] = { "getppid", "pipe", "files", "fork" };

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* In the middle of all: what an end of a slice adds is not in it. */
static uint64_t
usual(void (*function)(void))
{
	uint64_t cost[TIMES];

	for (unsigned i = 0; i < TIMES; i++) {
		uint64_t start = __builtin_ia32_rdtsc();
		function();
		cost[i] = __builtin_ia32_rdtsc() - start;
	}
	qsort(cost, TIMES, sizeof(cost[0]), by_value);
	return cost[TIMES / 2];
}

/* As many rounds as its argument says; 0: for ever. */
int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	pipe(there);
	pipe(back);
	if (fork() == 0)
		echo();
	for (unsigned round = 1; !rounds || round <= rounds; round++) {
		for (unsigned i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
			printf("figures: %s %lu\n", name[i], usual(measured[i]));
		system("echo figures: $(seq 1 50 | md5sum)");
	}
	return 0;
}
