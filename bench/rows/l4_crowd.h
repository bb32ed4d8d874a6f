/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC between two spaces beside so many threads, each of which waits at an endpoint of its own, on all priorities. */
#pragma once

#include "l4_partner.h"

#define CROWD_THREAD	16000		/* slot of each in turn: to go on waiting a thread needs no capability to itself */
#define CROWD_PAGES	2		/* a thread, and more than its share of endpoints and slots, in pages */

static char crowd_stack[1024] __attribute__((aligned(16)));

/* It waits in its first call for ever, so that all can have the same stack. */
static void
crowd_wait(unsigned long endpoint)
{
	for (;;)
		ipc_signal(CALL_IPC_RECEIVE, endpoint);
}

/* Slots on both sides of the partner's endpoint. */
static inline unsigned long
crowd_endpoint(unsigned i)
{
	return i < 6000 ? 400 + i : 600 + i;
}

static inline void
crowd_start(unsigned count)
{
	uint64_t id;

	partner_must(call_cap_grow(SLOT_OWN, CROWD_THREAD));
	for (unsigned i = 0; i < count; i++) {
		unsigned long endpoint = crowd_endpoint(i);

		if (i % 8 == 0)
			partner_must(call_space_donate(SLOT_OWN, 8 * CROWD_PAGES));
		partner_must(call_cap_grow(SLOT_OWN, endpoint));
		partner_must(call_endpoint_create(endpoint));
		partner_must(call_thread_create(SLOT_OWN, CROWD_THREAD, &id));
		partner_must(call_thread_priority(CROWD_THREAD, 129 + i % 127));
		partner_must(call_thread_start(CROWD_THREAD, (uintptr_t)crowd_wait, (uintptr_t)crowd_stack + sizeof(crowd_stack) - 8, endpoint));
		partner_must(call_thread_priority(CROWD_THREAD, i % 256));
		partner_must(call_cap_delete(CROWD_THREAD));
	}
}

static void
crowd_server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
}
