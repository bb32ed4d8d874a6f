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
	unmap_all();
	map_all(count);
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_unmap(PROBE_OWN, address);
		address += PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = mappings_end };
