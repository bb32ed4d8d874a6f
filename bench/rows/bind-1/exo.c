/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define BATCH	400

static struct token frame;
static uint64_t at = AT;

static void
setup(void)
{
	frame = frame_take(0);
	tables_make(frame, 512);
}

static void
prepare(unsigned long count)
{
	must(call_unbind(AT, 512), "the pages cannot be unbound");
	at = AT;
}

static void
run(unsigned long count)
{
	struct token t = frame;
	uint64_t page = at;

	BENCH_LOOP(count) {
		call_bind(page, t.payload, t.mac, READ_WRITE | BIND_WIRED);
		page += PAGE;
	}
	at = page;
}

static void
teardown(void)
{
	if (call_bind(at - PAGE, frame.payload, frame.mac, READ_WRITE) != ERR_EXISTS)
		bench_fail("the last page was not bound");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .teardown = teardown, .batch = BATCH };
