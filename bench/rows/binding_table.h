/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows binding-table-N: a working set of PAGES whose leaf tables evict each other, and a table of TABLE bindings. */
#pragma once

#include "refill.h"

#define PAGES	1024
#define BATCH	PAGES

static void
setup(void)
{
	refill_setup(TABLE, PAGES);
}

static void
run(unsigned long count)
{
	static uint64_t next;

	BENCH_LOOP(count)
		touch(next++ % PAGES);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = BATCH };
