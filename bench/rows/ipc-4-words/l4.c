/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

/* The words come back as they were sent. */
static void
server(void)
{
	uint64_t word[4] = { 0 };

	floating_point_use();
	while (ipc_four(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT, word) == OK)
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
	uint64_t word[4] = { 1, 2, 3, 4 };

	BENCH_LOOP(count)
		ipc_four(CALL_IPC_CALL, PARTNER_ENDPOINT, word);
	if (word[0] != 1 || word[3] != 4)
		bench_fail("the words are not those that were sent");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
