/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_memory.h"

static void
setup(void)
{
	source_make(2 * BENCH_BATCH + 2);
}

static void
prepare(unsigned long count)
{
	unmap_all();
	derive(HERE, SOURCE, 0, count);
	derive(THERE, HERE, PAGE, count);
}

static void
run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_unmap(SLOT_OWN, address, 1, 0, 1);
		address += PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run };
