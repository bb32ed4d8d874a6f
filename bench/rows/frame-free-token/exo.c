/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define BATCH	100

static struct token frame[BATCH + 1];

static void
prepare(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		frame[i] = frame_take(i);
}

static void
run(unsigned long count)
{
	const struct token *t = frame;

	BENCH_LOOP(count) {
		call_frame_free(t->payload, t->mac);
		t++;
	}
}

const struct benchmark benchmark = { .prepare = prepare, .run = run, .batch = BATCH };
