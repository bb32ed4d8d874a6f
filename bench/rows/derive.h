/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows that make capabilities from one, into slots that are empty: DERIVE(INTO) is the call. */
#pragma once

#include "capabilities.h"

static void
setup(void)
{
	object_make(BENCH_BATCH + 1);
}

static void
prepare(unsigned long count)
{
	(void)count;
	original_alone();
}

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count)
		DERIVE(slot++);
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = object_end };
