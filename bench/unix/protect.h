/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows unix-protN and unix-unprotN: BATCH ranges of PAGES that are protected as BEFORE become so as AFTER. */
#pragma once

#include "memory.h"

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
	if (BEFORE == (PROT_READ | PROT_WRITE))
		return;			/* it is so now */
	for (unsigned long i = 0; i < count; i++)
		memory_protect(i * STRIDE, PAGES, BEFORE);
}

static void
run(unsigned long count)
{
	unsigned long page = 0;

	BENCH_LOOP(count) {
		memory_protect(page, PAGES, AFTER);
		page += STRIDE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = BATCH };
