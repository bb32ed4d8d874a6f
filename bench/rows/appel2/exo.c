/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"

static bool
allow(uint64_t address, bool write)
{
	pages_protect((void *)(address & -PAGE_BYTES), 1, READ_WRITE);
	return write;
}

static void
setup(void)
{
	memory_begin();
	page_refused = allow;
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		pages_protect((void *)TINY_START, PAGES, RIGHT_READ);
		for (unsigned long n = 0; n < PAGES; n++)
			*page(scattered(n)) = 1;
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .units = PAGES, .batch = 10 };
