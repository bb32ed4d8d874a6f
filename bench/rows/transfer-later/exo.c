/* SPDX-License-Identifier: BSD-2-Clause */
#include "../partner_exo.h"

#define QUEUE	8

static void
take(void)
{
	uint64_t why, from, first, second, third, fourth, left;

	call_wait(0, 0, WAIT_FOREVER, &why);
	call_entry_take(&from, &first, &second, &third, &fourth, &left);
}

static void
partner(uint64_t unused __attribute__((unused)))
{
	call_entry_queue(QUEUE);
	for (;;) {
		take();
		call_transfer_later(own_name, 1, 2, 3, 4);
	}
}

static void
setup(void)
{
	if (call_entry_queue(QUEUE))
		bench_fail("no queue");
	partner_start(partner);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		call_transfer_later(partner_name, 1, 2, 3, 4);
		take();
	}
}

static void
teardown(void)
{
	call_entry_queue(0);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown };
