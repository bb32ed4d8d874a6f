/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../capabilities.h"

static void
setup(void)
{
	object_make(BENCH_BATCH + 2);
}

static void
prepare(unsigned long count)
{
	(void)count;
	original_alone();
	must(call_cap_copy(ORIGINAL, SLOT_OWN, SLOTS, RIGHTS_ALL), "a copy cannot be made");
}

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count) {
		call_cap_move(slot, SLOT_OWN, slot + 1);
		slot++;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = object_end };
