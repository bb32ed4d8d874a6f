/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

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

const struct benchmark benchmark = { .run = run, .batch = 20 };
