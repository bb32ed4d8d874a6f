/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"

#define PAGES	100

static void
setup(void)
{
	for (uint64_t i = 0; i < PAGES; i++) {
		struct token page = frame_take(i);

		must(call_bind(AT + i * PAGE, page.payload, page.mac, READ_WRITE), "100 pages cannot be bound");
		*(volatile char *)(AT + i * PAGE) = 1;
	}
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		call_protect(AT, PAGES, RIGHT_READ);
		call_protect(AT, PAGES, RIGHT_READ | RIGHT_WRITE);
	}
}

static void
teardown(void)
{
	if (call_protect(AT, PAGES, RIGHT_READ | RIGHT_EXECUTE) != ERR_NO_RIGHT)
		bench_fail("the pages are not bound as they were");
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown, .units = 2, .batch = 100 };
