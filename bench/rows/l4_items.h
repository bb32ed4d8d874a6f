/* SPDX-License-Identifier: BSD-2-Clause */
/* A call whose reply carries one typed item, from a server in another space; the row says which. */
#pragma once

#include "l4_partner.h"
#include "l4_memory.h"

#include <l4/utcb.h>

#define CLIENT_UTCB	((struct utcb *)0x30000000)
#define SERVER_UTCB	((struct utcb *)0x30001000)
#define TAG		((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)
#define ITEMS		(BENCH_BATCH + 1)

static struct ipc_item item;		/* of the next reply; both spaces have it */
static uint64_t item_step;		/* added to its source for the one after it */

static void
server(void)
{
	floating_point_use();
	while ((uint32_t)ipc_signal(CALL_IPC_REPLY_WAIT | TAG, PARTNER_ENDPOINT) == OK) {
		SERVER_UTCB->out[0] = item;
		item.from += item_step;
	}
	call_thread_exit();
}

static void
items_setup(void)
{
	source_make(2 * ITEMS);
	partner_make(true);
	for (int i = 0; i < 8; i++)
		partner_must(call_space_donate(PARTNER_SPACE, 16));
	partner_must(call_thread_utcb(PARTNER_THREAD, (uintptr_t)SERVER_UTCB));
	partner_run(server);
	partner_must(call_thread_utcb(SLOT_OWN, (uintptr_t)CLIENT_UTCB));
}

/* COUNT calls, each with a place of its own for what comes: *PLACE, and STEP further for the next. */
static inline void
items_receive(unsigned long count, uint64_t *place, uint64_t step)
{
	BENCH_LOOP(count) {
		ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
		*place += step;
	}
}
