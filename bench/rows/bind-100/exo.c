/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"
#include "clock.h"
#include <exo/batch.h>

#define PAGES	100

static struct token frame[PAGES];
static struct batch_call calls[PAGES];

static void
setup(void)
{
	for (uint64_t i = 0; i < PAGES; i++)
		frame[i] = frame_take(i);
	tables_make(frame[0], 512);
}

static void
prepare(unsigned long count)
{
	must(call_unbind(AT, 512), "the pages cannot be unbound");
}

static int64_t
sample(void)
{
	uint64_t left = 0;

	for (uint64_t i = 0; i < PAGES; i++) {
		const struct batch_call one = {
			.call = CALL_BIND,
			.argument = { AT + i * 37 % PAGES * PAGE, frame[i].payload, frame[i].mac, READ_WRITE },
		};
		calls[i] = one;
	}
	int64_t begin = clock_read();
	must(call_batch((uintptr_t)calls, PAGES, BATCH_STOP, &left), "the batch ended early");
	int64_t end = clock_read();
	if (left || calls[PAGES - 1].call)
		bench_fail("a page was not bound");
	return end - begin;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .units = 1 };
