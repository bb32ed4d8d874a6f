/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_neighbours.h"
#include "clock.h"

static int64_t counter;			/* reading the clock twice with nothing between */

static void
server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

/* Calls the victim's own server. */
static void
flood(void)
{
	for (;; neighbour_yield(0))
		for (int i = 0; i < 100; i++)
			ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
}

static void
setup(void)
{
	partner_start(true, server);
	source_make(1);
	neighbours_begin(PARTNER_ENDPOINT, RIGHT_SEND, flood);
	int64_t before = clock_read();
	counter = clock_read() - before;
}

static void
prepare(unsigned long count)
{
	neighbours_turn();
}

static int64_t
sample(void)
{
	int64_t before = clock_read();

	ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
	return clock_read() - before - counter;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = neighbours_end };
