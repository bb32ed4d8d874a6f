/* SPDX-License-Identifier: BSD-2-Clause */
#include "crowd.h"

static void
setup(void)
{
	crowd_start(50);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		child_wait(pid);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = crowd_end, .batch = 5, .repetitions = 5 };
