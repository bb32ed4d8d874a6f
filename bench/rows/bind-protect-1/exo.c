/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

static void
setup(void)
{
	struct token t = frame_take(0);

	must(call_bind(AT, t.payload, t.mac, READ_WRITE | BIND_WIRED), "a page cannot be bound");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		call_protect(AT, 1, RIGHT_READ);
		call_protect(AT, 1, READ_WRITE);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .units = 2 };
