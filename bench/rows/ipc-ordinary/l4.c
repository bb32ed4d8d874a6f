/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

/* A partner that must be there at once is there: but the fast path takes none that says so. */
#define AT_ONCE	((uint64_t)IPC_AT_ONCE << IPC_SEND_TIME)

static void
server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_REPLY_WAIT | AT_ONCE, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
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
		ipc_signal(CALL_IPC_CALL | AT_ONCE, PARTNER_ENDPOINT);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
