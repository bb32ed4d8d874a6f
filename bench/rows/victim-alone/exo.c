/* SPDX-License-Identifier: BSD-2-Clause */
#include "../victim_exo.h"

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		victim_once();
}

const struct benchmark benchmark = { .setup = victim_begin, .run = run, .batch = 100 };
