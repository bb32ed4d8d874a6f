/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"

#define PAGES	100UL
#define RANGES	20U

static void
setup(void)
{
	mappings_make(2 * PAGES * (RANGES + 1));
	map_all(PAGES * (RANGES + 1));
}

static void
prepare(unsigned long count)
{
	unmap_all();
	map_all(count * PAGES);
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		uint64_t done;

		call_unmap_range(0, PROBE_OWN, address, PAGES, &done);
		address += PAGES * PAGE;
	}
}

const struct benchmark benchmark = {
	.setup = setup, .prepare = prepare, .run = run, .teardown = mappings_end, .batch = RANGES,
};
