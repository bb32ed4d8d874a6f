/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"

#define SOURCE	(HERE - PAGE)

static void
setup(void)
{
	mappings_make(BENCH_BATCH + 2);
	map_all(BENCH_BATCH + 1);
	must(call_map(FRAME, PROBE_OWN, SOURCE, RW, 0), "a page cannot be mapped");
}

static void
prepare(unsigned long count)
{
	uint64_t done;

	(void)count;
	must(call_unmap_range(0, PROBE_OWN, HERE, BENCH_BATCH + 1, &done), "a range cannot be unmapped");
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_map_derive(PROBE_OWN, SOURCE, PROBE_OWN, address, 0, RW);
		address += PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = mappings_end };
