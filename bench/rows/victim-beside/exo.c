/* SPDX-License-Identifier: BSD-2-Clause */
#include "../victim_exo.h"

#define FLOODER_SLOT	10
#define DYING_SLOT	11

static char stack[2][ENVIRONMENT_STACK] __attribute__((aligned(16)));

static void
flooder(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		while (!call_transfer_later(own_name, 1, 2, 3, 4))
			;
		call_yield();
	}
}

/* Takes and frees what it may hold. */
static void
allocator(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		uint64_t payload, mac;

		for (int i = 0; i < 100; i++)
			if (!call_frame_alloc(FRAME_ANY, 0, 40, &payload, &mac))
				call_frame_free(payload, mac);
		call_yield();
	}
}

/* Holds pages until all of them are taken from it. */
static void
holder(uint64_t unused __attribute__((unused)))
{
	uint64_t payload, mac, at = VICTIM_PAGE;

	for (int i = 0; i < 20; i++, at += 4096)
		if (!call_frame_alloc(FRAME_ANY, 0, 40, &payload, &mac))
			call_bind(at, payload, mac, RIGHT_READ);
	for (;;)
		call_yield();
}

static void
setup(void)
{
	uint64_t name;

	victim_begin();
	partner_start(allocator);
	if (call_space_allow(PARTNER_SLOT, 100))
		bench_fail("the neighbour may hold nothing");
	environment_start(FLOODER_SLOT, stack[0], flooder, 0, &name);
}

/* The neighbours run between two batches. */
static void
prepare(unsigned long count)
{
	uint64_t name, from, first, second, third, fourth, left;

	if (!count)
		return;
	environment_start(DYING_SLOT, stack[1], holder, 0, &name);
	call_space_allow(DYING_SLOT, 32);
	call_yield();
	call_yield();
	call_destroy(DYING_SLOT);
	while (!call_entry_take(&from, &first, &second, &third, &fourth, &left))
		;
	call_yield();
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		victim_once();
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run, .batch = 100 };
