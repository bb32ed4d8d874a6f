/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows unbind-N: PAGES that are bound are unbound by a call, BATCH times. */
#pragma once

#include "bindings.h"

static struct token frame;

static void
setup(void)
{
	frame = frame_take(0);
}

/* What the operations of the run take away. */
static void
prepare(unsigned long count)
{
	must(call_unbind(AT, 1024), "the pages cannot be unbound");
	for (uint64_t i = 0; i < count * PAGES; i++)
		must(call_bind(AT + i * PAGE, frame.payload, frame.mac, READ_WRITE | BIND_WIRED), "a page cannot be bound");
}

static void
run(unsigned long count)
{
	uint64_t page = AT;

	BENCH_LOOP(count) {
		call_unbind(page, PAGES);
		page += PAGES * PAGE;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = BATCH };
