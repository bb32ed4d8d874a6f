/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#define BATCH	100
#define PAGES	1ul
#define STRIDE	(PAGES + 1)	/* a page between two operations' keeps their ranges apart */

static void
setup(void)
{
	memory_make((BATCH + 1) * STRIDE);
}

static void
prepare(unsigned long count)
{
	memory_reset();
	for (unsigned long i = 0; i < count; i++)
		memory_protect(i * STRIDE, PAGES, PROT_READ);
}

static void
run(unsigned long count)
{
	unsigned long page = 0;

	BENCH_LOOP(count) {
		memory_protect(page, PAGES, PROT_READ | PROT_WRITE);
		page += STRIDE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = BATCH };
