/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows prot100 and unprot100: ranges of 100 bound pages, each in a leaf table of its own, of which each turn takes the rights FROM what they are TO others. */
#pragma once

#include "bindings.h"

#define PAGES	100
#define RANGES	10
#define KMEM	(RANGES * 10)		/* pages: a table, its companion, and 100 records a range */

static void
setup(void)
{
	must(call_space_fund(SLOT_OWN, KMEM), "there is no memory for the tables");
	for (uint64_t i = 0; i < PAGES; i++) {
		struct token page = frame_take(i);

		for (uint64_t at = AT + i * PAGE; at < AT + RANGES * LEAF; at += LEAF) {
			must(call_bind(at, page.payload, page.mac, READ_WRITE), "100 pages cannot be bound");
			*(volatile char *)at = 1;
		}
	}
}

static void
prepare(unsigned long count)
{
	for (uint64_t at = AT; at < AT + count * LEAF; at += LEAF)
		must(call_protect(at, PAGES, FROM), "the pages cannot be protected");
}

static void
run(unsigned long count)
{
	uint64_t at = AT;

	BENCH_LOOP(count) {
		call_protect(at, PAGES, TO);
		at += LEAF;
	}
}

static void
teardown(void)
{
	uint64_t physical, granted, rights = 0, accessed, dirty;

	must(call_binding(AT + (PAGES - 1) * PAGE, &physical, &granted, &rights, &accessed, &dirty), "a page is not bound");
	if (rights != (TO))
		bench_fail("the pages have not the rights that they were given");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = teardown, .batch = RANGES };
