/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../capabilities.h"

static void
setup(void)
{
	object_make(BENCH_BATCH + 1);
}

static void
prepare(unsigned long count)
{
	original_alone();
	copies_make(count);
}

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count)
		call_cap_delete(slot++);
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = object_end };
