/* SPDX-License-Identifier: BSD-2-Clause */
#include "../bindings.h"
#include "clock.h"
#include <exo/batch.h>

#define PAGES	100

static struct batch_call calls[2][PAGES], begin[2][PAGES];

static void
setup(void)
{
	for (uint64_t i = 0; i < PAGES; i++) {
		struct token t = frame_take(i);
		uint64_t at = AT + 2 * i * PAGE;

		must(call_bind(at, t.payload, t.mac, READ_WRITE | BIND_WIRED), "a page cannot be bound");
		begin[0][i] = (struct batch_call){ .call = CALL_PROTECT, .argument = { at, 1, RIGHT_READ } };
		begin[1][i] = (struct batch_call){ .call = CALL_PROTECT, .argument = { at, 1, READ_WRITE } };
	}
}

/* A batch is used up: its entries have results afterwards. */
static void
prepare(unsigned long count)
{
	__builtin_memcpy(calls, begin, sizeof(calls));
}

static int64_t
sample(void)
{
	uint64_t left = 0;
	int64_t start = clock_read();

	must(call_batch((uintptr_t)calls[0], PAGES, BATCH_STOP, &left), "the batch ended early");
	must(call_batch((uintptr_t)calls[1], PAGES, BATCH_STOP, &left), "the batch ended early");
	return clock_read() - start;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .units = 2 };
