/* SPDX-License-Identifier: BSD-2-Clause */
#include "../refill.h"

#define BATCH	400		/* of the 512 pages of a leaf table */

static void
setup(void)
{
	refill_setup(2048, 3 * 512);
}

/* Two other leaf tables take all of the pool in turn; then the first page of this one evicts it, so that the run finds a table, and memory for records. */
static void
prepare(unsigned long count)
{
	for (uint64_t page = 512; page < 3 * 512; page++)
		touch(page);
	touch(0);
}

static void
run(unsigned long count)
{
	uint64_t page = AT;

	BENCH_LOOP(count)
		__asm__ volatile ("add $4096, %0; movb $1, (%0)" : "+r"(page) : : "memory", "cc");
}

static void
teardown(void)
{
	if (misses)
		bench_fail("an access was not refilled from the table");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = teardown, .batch = BATCH };
