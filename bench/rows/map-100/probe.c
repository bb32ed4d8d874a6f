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

#define THERE	0x300000000UL

static void
prepare(unsigned long count)
{
	uint64_t done;

	(void)count;
	must(call_unmap_range(0, PROBE_OWN, THERE, PAGES * (RANGES + 1), &done), "a range cannot be unmapped");
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		uint64_t done;

		call_map_range(0, address, PROBE_OWN, address + THERE - HERE, PAGES, RW, &done);
		address += PAGES * PAGE;
	}
}

const struct benchmark benchmark = {
	.setup = setup, .prepare = prepare, .run = run, .teardown = mappings_end, .batch = RANGES,
};
