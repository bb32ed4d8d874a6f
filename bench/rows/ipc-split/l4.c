/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

static void
server(void)
{
	floating_point_use();
	for (;;) {
		ipc_signal(CALL_IPC_RECEIVE, PARTNER_ENDPOINT);
		ipc_signal(CALL_IPC_REPLY, 0);
	}
}

static void
setup(void)
{
	partner_start(true, server);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
}

static void
teardown(void)
{
	call_object_destroy(PARTNER_THREAD);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown };
