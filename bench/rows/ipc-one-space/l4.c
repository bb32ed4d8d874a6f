/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

static void
server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

static void
setup(void)
{
	partner_start(false, server);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
