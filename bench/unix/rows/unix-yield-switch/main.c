/* SPDX-License-Identifier: BSD-2-Clause */
/* Two processes that yield to each other in turn. */
#include "bench.h"

#include <sched.h>
#include <unistd.h>

static void
setup(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		bench_fail("no other process");
	if (pid)
		return;
	while (getppid() == parent)
		for (int i = 0; i < 1000; i++)
			sched_yield();
	_exit(0);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		sched_yield();
}

const struct benchmark benchmark = { .setup = setup, .run = run };
