/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define BATCH	20

static struct token frame[BATCH + 1];
static uint64_t taken;

static void
setup(void)
{
	tables_make(frame_take(taken++), 512);
}

static void
prepare(unsigned long count)
{
	must(call_unbind(AT, 512), "the pages cannot be unbound");
	for (unsigned long i = 0; i < count; i++)
		frame[i] = frame_take(taken++);
}

static void
run(unsigned long count)
{
	const struct token *t = frame;
	uint64_t page = AT;

	BENCH_LOOP(count) {
		call_bind(page, t->payload, t->mac, READ_WRITE | BIND_WIRED);
		page += PAGE;
		t++;
	}
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = BATCH };
