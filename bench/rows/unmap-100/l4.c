/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_memory.h"

#define PAGES	100UL
#define RANGES	20U

static void
setup(void)
{
	source_make(PAGES * (RANGES + 1));
}

static void
prepare(unsigned long count)
{
	unmap_all();
	derive(HERE, SOURCE, 0, PAGES * count);
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_unmap(SLOT_OWN, address, PAGES, 0, 1);
		address += PAGES * PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = RANGES };
