/* SPDX-License-Identifier: BSD-2-Clause */
/* Two actors, in a space each, who send and receive a string, while this thread is their pager. */
#pragma once

#include <string.h>
#include <l4/fault.h>
#include <l4/memory.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, PAGER, SPACE, SENDER, RECEIVER, TICKER, NOBODY };

#define NONE		99u
#define PAGE		4096ul
#define RW		(RIGHT_READ | RIGHT_WRITE)
#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define STRINGS(n)	((uint64_t)IPC_TAG_OF(0, 0, n) << IPC_TAG)
#define LIMIT		IPC_STRING_LIMIT
#define MINE		((struct utcb *)0x10000000)
#define SRC		0x100000000ul		/* of the sender, in this space */
#define DST		0x200000000ul		/* of the receiver, in SPACE; its pages are this space's at the same place */
#define HOLE		0x300000000ul		/* nothing is there, in neither */

/* Slot SENDER or RECEIVER says who. */
struct actor {
	char stack[WORKER_STACK] __attribute__((aligned(16)));
	struct utcb utcb;		/* before and after */
	struct message message;
	volatile unsigned status;	/* NONE while it waits */
	uint64_t operation;
};
static struct actor actors[2];
static unsigned pager = PAGER;	/* of the actors that have one */

static inline struct actor *
actor(unsigned slot)
{
	return &actors[slot - SENDER];
}

static inline struct utcb *
utcb_at(unsigned slot)
{
	return (struct utcb *)(0x10000000 + slot * PAGE);
}

static inline void
acts(unsigned long slot)
{
	struct actor *a = actor(slot);

	*utcb_at(slot) = a->utcb;
	unsigned status = message_ipc(a->operation, E, &a->message);
	a->utcb = *utcb_at(slot);
	a->status = status;
	call_thread_exit();
}

static inline void
start(unsigned slot, uint64_t operation, bool paged)
{
	uint64_t id;

	actor(slot)->status = NONE;
	actor(slot)->operation = operation;
	if (call_thread_create(slot == SENDER ? SLOT_OWN : SPACE, slot, &id) || call_thread_utcb(slot, (uintptr_t)utcb_at(slot)) ||
	    (paged && call_thread_pager(slot, pager)) ||
	    call_thread_start(slot, (uintptr_t)acts, (uintptr_t)actor(slot)->stack + WORKER_STACK - 8, slot))
		tap_ok(false, "an actor starts");
	call_yield();
}

/* What is sent and where it may come; the rest of both UTCBs is 0. */
static inline void
string(uint64_t src, uint64_t bytes, uint64_t dst, uint64_t room)
{
	memset(&actor(SENDER)->utcb, 0, sizeof(struct utcb));
	memset(&actor(RECEIVER)->utcb, 0, sizeof(struct utcb));
	actor(SENDER)->utcb.string[0] = (struct ipc_string){ src, bytes };
	actor(RECEIVER)->utcb.buffer[0] = (struct ipc_string){ dst, room };
}

/* Who comes second carries. */
static inline void
start_both(bool sender_carries, bool paged)
{
	if (sender_carries)
		start(RECEIVER, CALL_IPC_RECEIVE, paged);
	start(SENDER, CALL_IPC_SEND | STRINGS(1), paged);
	if (!sender_carries)
		start(RECEIVER, CALL_IPC_RECEIVE, paged);
	call_yield();
}

static inline void
stop_both(void)
{
	call_object_destroy(SENDER);
	call_object_destroy(RECEIVER);
	call_yield();
}

/* --- memory -------------------------------------------------------------------------------------------------------------- */

static inline void
memory_make(void)
{
	uint64_t frame;

	for (uint64_t at = 0; at < LIMIT + 2 * PAGE; at += 2ul << 20)
		if (call_frame_take(FRAME_ANY, FRAME_2M, SRC + at, RW, &frame) || call_frame_take(FRAME_ANY, FRAME_2M, DST + at, RW, &frame))
			tap_ok(false, "memory");
	for (uint64_t i = 0; i < LIMIT / 8 + 512; i++)
		((uint64_t *)SRC)[i] = i * 0x9e3779b97f4a7c15;
	tap_status(call_space_map(SPACE, DST, DST, LIMIT / PAGE + 2, RW), OK);
}

/* BYTES are at DST + TO as they are at SRC + FROM, and nothing beside them was written. */
static inline bool
arrived(uint64_t from, uint64_t bytes, uint64_t to)
{
	const unsigned char *d = (const unsigned char *)DST + to;

	return memcmp(d, (const void *)(SRC + from), bytes) == 0 && d[bytes] == 0xee && (to == 0 || *(const unsigned char *)(DST + to - 1) == 0xee);
}

static inline void
wipe(uint64_t bytes)
{
	memset((void *)DST, 0xee, bytes + 2 * PAGE);
}

static inline bool
both(unsigned sender, unsigned receiver)
{
	for (int i = 0; i < 3; i++)
		call_yield();
	return actor(SENDER)->status == sender && actor(RECEIVER)->status == receiver;
}

static inline void
capabilities(void)
{
	call_endpoint_create(E);
	call_endpoint_create(NOBODY);
	call_cap_copy(E, SPACE, E, RIGHTS_ALL);
}

static inline void
actors_make(void)
{
	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)MINE), OK);
	tap_status(call_endpoint_create(PAGER), OK);
	tap_status(space_share(SPACE), OK);
	capabilities();
	memory_make();
}
