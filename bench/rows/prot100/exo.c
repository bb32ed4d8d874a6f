/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/status.h>

#define AT	0x200000000ul
#define PAGES	100

static void
setup(void)
{
	for (uint64_t i = 0; i < PAGES; i++) {
		uint64_t payload, mac;

		if (call_frame_alloc(FRAME_ANY, 0, 0, &payload, &mac) ||
		    call_bind(AT + i * 4096, payload, mac, RIGHT_READ | RIGHT_WRITE))
			bench_fail("100 pages cannot be bound");
		*(volatile char *)(AT + i * 4096) = 1;
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
