/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"
#include "clock.h"

static int64_t counter;			/* reading the clock twice with nothing between */
static volatile int64_t arrived;	/* in memory that both spaces have */

static void
receiver(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_RECEIVE, PARTNER_ENDPOINT) == OK)
		arrived = clock_read();
	call_thread_exit();
}

static void
setup(void)
{
	partner_make(true);
	partner_must(call_thread_priority(PARTNER_THREAD, 200));
	partner_run(receiver);
	int64_t before = clock_read();
	counter = clock_read() - before;
}

static int64_t
sample(void)
{
	int64_t before = clock_read();

	ipc_signal(CALL_IPC_SEND, PARTNER_ENDPOINT);
	return arrived - before - counter;
}

const struct benchmark benchmark = { .setup = setup, .sample = sample };
