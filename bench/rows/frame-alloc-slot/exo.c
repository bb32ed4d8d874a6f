/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define BATCH	100

static uint64_t slot = FIRST_SLOT;

/* The frames stay allocated: there are enough for all batches. */
static void
prepare(unsigned long count)
{
	for (unsigned long i = 0; i < count; i += 64)
		must(call_cap_grow(SLOT_OWN, slot + i), "there is no slot");
	must(call_cap_grow(SLOT_OWN, slot + count), "there is no slot");
}

static void
run(unsigned long count)
{
	uint64_t payload, mac;

	BENCH_LOOP(count)
		call_frame_alloc(FRAME_ANY, 0, slot++, &payload, &mac);
}

static void
teardown(void)
{
	uint64_t payload, mac;

	if (call_frame_alloc(FRAME_ANY, 0, slot - 1, &payload, &mac) != ERR_EXISTS)
		bench_fail("the machine has too few frames");
}

const struct benchmark benchmark = { .prepare = prepare, .run = run, .teardown = teardown, .batch = BATCH };
