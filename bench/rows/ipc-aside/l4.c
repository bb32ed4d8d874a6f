/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

enum { CALLER = 6600 };

static void
server(void)
{
	enum status status = ipc_signal(CALL_IPC_RECEIVE, PARTNER_ENDPOINT);

	floating_point_use();
	while (status == OK && call_caller_save(CALLER) == OK && call_caller_load(CALLER) == OK)
		status = ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT);
	call_thread_exit();
}

static void
setup(void)
{
	partner_make(true);
	partner_must(call_cap_grow(PARTNER_SPACE, CALLER));
	partner_run(server);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		if (ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT) != OK)
			bench_fail("the server does not reply");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
