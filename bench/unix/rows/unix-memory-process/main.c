/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"
#include "memory_free.h"

#define PROCESSES	50

/* Says through `ready` that it is asleep from now on, until `until_end` ends. */
static void
sleeper(int ready, int until_end)
{
	char c = 0;

	if (write(ready, &c, 1) != 1)
		_exit(1);
	_exit(read(until_end, &c, 1) != 0);
}

static void
sleepers_start(pid_t *pid, int end[2])
{
	int ready[2];
	char c;

	if (pipe(ready))
		bench_fail("no pipe");
	for (int i = 0; i < PROCESSES; i++) {
		pid[i] = fork();
		if (!pid[i]) {
			close(end[1]);
			sleeper(ready[1], end[0]);
		}
		if (pid[i] < 0 || read(ready[0], &c, 1) != 1)
			bench_fail("no process");
	}
	close(ready[0]);
	close(ready[1]);
}

static int64_t
sample(void)
{
	pid_t pid[PROCESSES];
	int64_t before, after;
	int end[2];

	if (pipe(end))
		bench_fail("no pipe");
	before = memory_free();
	sleepers_start(pid, end);
	after = memory_free();
	close(end[0]);
	close(end[1]);
	for (int i = 0; i < PROCESSES; i++)
		child_wait(pid[i]);
	return before - after;
}

const struct benchmark benchmark = { .sample = sample, .repetitions = 5, .units = PROCESSES };
