/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that runs into something, in a space of its own which shares this program's memory, while this thread is its pager and its handler.
 */
#pragma once

#include <string.h>
#include <janus/registers.h>
#include <l4/fault.h>
#include "tap.h"
#include "worker.h"

enum { PAGER = 32, HANDLER, WEAK, OTHER, SPACE, W, MASTER };	/* slots */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define NOWHERE		0x10000000ul		/* nothing is mapped there */
#define PAGER_BADGE	71
#define HANDLER_BADGE	72

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned long seen, after;

#define NONE 99u
#define LOW 100

static inline void
end(void)
{
	after++;
	for (;;)
		__asm__ volatile("pause");
}

static inline void
reads(unsigned long address)
{
	seen = *(volatile unsigned long *)address;
	end();
}

#define NOBODY	0
#define PAGED	1
#define HANDLED	2

/* A thread that runs WORKER(ARGUMENT), with the pager and the handler that WHO says. */
static inline void
start(void (*worker)(unsigned long), unsigned long argument, unsigned who)
{
	uint64_t id;

	seen = NONE;
	after = 0;
	tap_status(call_thread_create(SPACE, W, &id), OK);
	call_thread_priority(W, LOW);			/* it ends in a loop */
	if (who & PAGED)
		tap_status(call_thread_pager(W, PAGER), OK);
	if (who & HANDLED)
		tap_status(call_thread_handler(W, HANDLER), OK);
	tap_status(call_thread_start(W, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument), OK);
}

static inline void
stop(void)
{
	call_object_destroy(W);
}

static inline enum status
receive(struct message *m)
{
	memset(m, 0xee, sizeof(*m));
	return message_ipc(CALL_IPC_RECEIVE | SOON << 32, MASTER, m);
}

static inline enum status
answer(uint64_t word)
{
	struct message m = { .word[FAULT_ANSWER] = word };

	return message_ipc(CALL_IPC_REPLY, 0, &m);
}

static inline void
settle(void)
{
	struct message m;

	message_ipc(CALL_IPC_RECEIVE | SOON << 32, OTHER, &m);
}

static inline bool
is_suspended(void)
{
	uint64_t id, state, suspended, ticks, switches;

	return call_thread_info(W, &id, &state, &suspended, &ticks, &switches) == OK && suspended;
}

static inline void
endpoints(void)
{
	tap_status(call_endpoint_create(MASTER), OK);
	tap_status(call_endpoint_create(OTHER), OK);
	tap_status(call_cap_mint(MASTER, SLOT_OWN, PAGER, RIGHTS_ALL, PAGER_BADGE), OK);
	tap_status(call_cap_mint(MASTER, SLOT_OWN, HANDLER, RIGHTS_ALL, HANDLER_BADGE), OK);
}
