/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A partner in a space of its own, which shares this program's memory: it does one operation with what is written down for it, and writes down
 * what came of it.
 */
#pragma once

#include <string.h>
#include <l4/kinds.h>
#include <l4/memory.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, SPACE, PARTNER, PAGER, FIRST_FREE };	/* slots; E also in the partner's space */

#define NONE		99u
#define PAGE		4096ul
#define MINE		((struct utcb *)0x10000000)
#define ITS		((struct utcb *)0x10001000)
#define RW		(RIGHT_READ | RIGHT_WRITE)
#define RWX		(RW | RIGHT_EXECUTE)
#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define TAG(words, items, strings) ((uint64_t)IPC_TAG_OF(words, items, strings) << IPC_TAG)

static char partner_stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result;	/* the partner's status; NONE while it waits */
static struct utcb its;			/* its UTCB before and after */
static struct message its_message;

static inline void
partner_runs(unsigned long operation)
{
	struct message m = { 0 };

	*ITS = its;
	unsigned status = message_ipc(operation, E, &m);
	its = *ITS;
	its_message = m;
	result = status;
	call_thread_exit();
}

/* The partner has made OPERATION when this returns, or waits in it. */
static inline void
partner_start(unsigned long operation)
{
	uint64_t id;

	result = NONE;
	if (call_thread_create(SPACE, PARTNER, &id) || call_thread_utcb(PARTNER, (uintptr_t)ITS) ||
	    call_thread_start(PARTNER, (uintptr_t)partner_runs, (uintptr_t)partner_stack + WORKER_STACK - 8, operation))
		tap_ok(false, "a partner starts");
	call_yield();
}

static inline void
partner_stop(void)
{
	call_object_destroy(PARTNER);
}

static inline void
partner_space(unsigned pages)
{
	call_endpoint_create(E);
	call_endpoint_create(PAGER);
	tap_status(call_space_create(SPACE), OK);
	tap_status(call_space_donate(SPACE, pages), OK);
	tap_status(call_space_prepare(SPACE), OK);
	tap_status(call_space_map(SPACE, (uintptr_t)__executable_start & -PAGE, (uintptr_t)__executable_start & -PAGE,
				  ((uintptr_t)_end - ((uintptr_t)__executable_start & -PAGE) + PAGE - 1) / PAGE, RWX), OK);
	tap_status(call_cap_copy(E, SPACE, E, RIGHTS_ALL), OK);
}

/* The partner, if it waits to receive, is sent a message with ITEMS and STRINGS. */
static inline unsigned
send(unsigned items, unsigned strings)
{
	struct message m = { 0 };
	unsigned status = message_ipc(CALL_IPC_SEND | TAG(0, items, strings) | AT_ONCE << IPC_SEND_TIME, E, &m);

	call_yield();
	return status;
}

/* A page of the first space at ADDRESS, with WORD in it. */
static inline uint64_t
page_at(uint64_t address, uint64_t word)
{
	uint64_t frame = 0;

	if (call_frame_take(FRAME_ANY, FRAME_4K, address, RWX, &frame))
		tap_ok(false, "a page");
	*(volatile uint64_t *)address = word;
	return frame;
}

#define NOTHING	(~0ul)

struct look {
	uint64_t address;
	bool write;
};

static inline void
partner_looks(unsigned long argument)
{
	const struct look *look = (const struct look *)argument;
	volatile uint64_t *word = (volatile uint64_t *)look->address;
	uint64_t value = *word;

	if (look->write)
		*word = value;
	its_message.word[0] = value;
	result = OK;
	call_thread_exit();
}

/* WORD of the partner's space at ADDRESS, if it can be read there, and written if WRITE; else NOTHING. */
static inline uint64_t
partner_word(uint64_t address, bool write)
{
	static struct look look;
	struct message m = { 0 };
	uint64_t id;

	look = (struct look){ .address = address, .write = write };
	result = NONE;
	if (call_thread_create(SPACE, PARTNER, &id) || call_thread_pager(PARTNER, PAGER) ||
	    call_thread_start(PARTNER, (uintptr_t)partner_looks, (uintptr_t)partner_stack + WORKER_STACK - 8, (uintptr_t)&look))
		tap_ok(false, "a partner looks");
	call_yield();
	if (result == OK)
		return its_message.word[0];
	if (message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, PAGER, &m))
		tap_ok(false, "a page fault");
	partner_stop();
	return NOTHING;
}
