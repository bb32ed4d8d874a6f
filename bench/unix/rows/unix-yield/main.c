/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <sched.h>

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		sched_yield();
}

const struct benchmark benchmark = { .run = run };
