/* SPDX-License-Identifier: BSD-2-Clause */
#include "../frames.h"

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count) {
		uint64_t address;

		call_frame_alloc_colour(0, slot++, &address);
	}
}

const struct benchmark benchmark = { .setup = slots_make, .prepare = frames_free, .run = run };
