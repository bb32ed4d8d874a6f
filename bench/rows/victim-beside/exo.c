/* SPDX-License-Identifier: BSD-2-Clause */
#include "../neighbours_exo.h"
#include "../victim_exo.h"

static void
setup(void)
{
	victim_begin();
	neighbours_begin(0);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		victim_once();
}

const struct benchmark benchmark = { .setup = setup, .prepare = neighbours_turn, .run = run, .batch = 100 };
