/* SPDX-License-Identifier: BSD-2-Clause */
#include "../refill.h"
#include "clock.h"

#define LEAF_PAGES	512

static void
setup(void)
{
	refill_setup(2048, 2 * LEAF_PAGES);
}

/* Two leaf tables take all of the pool in turn: the second is full then, and the first has nothing. */
static void
prepare(unsigned long count)
{
	for (uint64_t page = 0; page < 2 * LEAF_PAGES; page++)
		touch(page);
}

/* The first takes its place. */
static int64_t
sample(void)
{
	int64_t begin = clock_read();

	touch(0);
	return clock_read() - begin;
}

static void
teardown(void)
{
	if (misses)
		bench_fail("an access was not refilled from the table");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = teardown, .units = LEAF_PAGES };
