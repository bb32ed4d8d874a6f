/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"

static unsigned long next, last;

/* The page that was forbidden may be written, and another is forbidden instead: that of the last time. */
static bool
exchange(uint64_t address, bool write)
{
	pages_protect((void *)(address & -PAGE_BYTES), 1, READ_WRITE);
	pages_protect((void *)page(last), 1, RIGHT_READ);
	last = (address - TINY_START) / PAGE_BYTES;
	return write;
}

static void
setup(void)
{
	memory_begin();
	page_refused = exchange;
	pages_protect((void *)TINY_START, PAGES, RIGHT_READ);
	pages_protect((void *)page(last), 1, READ_WRITE);
	next = 1;
}

static void
run(unsigned long count)
{
	unsigned long n = next;

	BENCH_LOOP(count) {
		*page(scattered(n)) = 1;
		n++;
	}
	next = n;
}

const struct benchmark benchmark = { .setup = setup, .run = run };
