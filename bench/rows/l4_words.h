/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages with WORDS words, the first eleven in registers, the others in the UTCBs: there and back. */
#pragma once

#include "l4_partner.h"

#include <l4/utcb.h>

#define CLIENT_UTCB	((struct utcb *)0x30000000)
#define SERVER_UTCB	0x30001000ul
#define BEYOND		(WORDS - IPC_WORDS)
#define TAG		((uint64_t)IPC_TAG_OF(BEYOND, 0, 0) << IPC_TAG)

/* The words come back as they were sent. */
static void
server(void)
{
	floating_point_use();
	while ((uint32_t)ipc_signal(CALL_IPC_REPLY_WAIT | TAG, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

static void
setup(void)
{
	partner_make(true);
	partner_must(call_thread_utcb(PARTNER_THREAD, SERVER_UTCB));
	partner_run(server);
	partner_must(call_thread_utcb(SLOT_OWN, (uintptr_t)CLIENT_UTCB));
}

static void
run(unsigned long count)
{
	for (unsigned i = 0; i < BEYOND; i++)
		CLIENT_UTCB->word[i] = i;
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_CALL | TAG, PARTNER_ENDPOINT);
	for (unsigned i = 0; i < BEYOND; i++)
		if (CLIENT_UTCB->word[i] != i)
			bench_fail("the words are not those that were sent");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
