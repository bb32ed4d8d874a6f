/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

static void
server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_RECEIVE, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

static void
setup(void)
{
	partner_make(true);
	partner_must(call_thread_priority(PARTNER_THREAD, 200));
	partner_run(server);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_SEND, PARTNER_ENDPOINT);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
