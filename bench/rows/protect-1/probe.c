/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"

static void
setup(void)
{
	mappings_make(BENCH_BATCH + 1);
	map_all(BENCH_BATCH + 1);
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_protect(PROBE_OWN, address, RIGHT_READ);
		address += PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = mappings_end };
