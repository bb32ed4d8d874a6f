/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/status.h>

#define COLOUR	0

/* The frames stay allocated: there are enough of one colour for all batches. */
static void
run(unsigned long count)
{
	uint64_t payload, mac;

	BENCH_LOOP(count)
		call_frame_alloc(FRAME_COLOUR, COLOUR, 0, &payload, &mac);
}

static void
teardown(void)
{
	uint64_t payload, mac;

	if (call_frame_alloc(FRAME_COLOUR, COLOUR, 0, &payload, &mac) != OK)
		bench_fail("the colour has too few frames");
}

const struct benchmark benchmark = { .run = run, .teardown = teardown, .batch = 20 };
