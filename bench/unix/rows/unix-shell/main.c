/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

static void
run(unsigned long count)
{
	static char *const argv[] = { "/busybox", "sh", "-c", "true", NULL };

	BENCH_LOOP(count)
		child_run(argv);
}

const struct benchmark benchmark = { .run = run, .batch = 20 };
