/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"

static void
setup(void)
{
	mappings_make(BENCH_BATCH + 1);
	map_all(BENCH_BATCH + 1);
}

static void
prepare(unsigned long count)
{
	(void)count;
	unmap_all();
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_map(FRAME, PROBE_OWN, address, RW, 0);
		address += PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = mappings_end };
