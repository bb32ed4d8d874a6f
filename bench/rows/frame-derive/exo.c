/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define BATCH	50

static struct token frame;

static void
setup(void)
{
	frame = frame_take(0);
	must(call_cap_grow(SLOT_OWN, FIRST_SLOT + 2 * BATCH), "there is no slot");
}

static void
prepare(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		call_cap_delete(FIRST_SLOT + 1 + i);
}

static void
run(unsigned long count)
{
	uint64_t payload, mac, into = FIRST_SLOT + 1;

	BENCH_LOOP(count)
		call_frame_derive(frame.payload, frame.mac, RIGHT_READ, SLOT_OWN, into++, &payload, &mac);
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = BATCH };
