/* SPDX-License-Identifier: BSD-2-Clause */
#include "../frames.h"

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count)
		call_frame_free(slot++);
}

const struct benchmark benchmark = { .setup = slots_make, .prepare = frames_take, .run = run };
