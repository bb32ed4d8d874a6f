/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of l4's random test with pagers share: l4_paged.c has the keeper, l4_paged_threads.c what runs in the other spaces. */
#pragma once

#include "random.h"
#include "tap.h"

#include <janus/registers.h>
#include <l4/kinds.h>
#include <janus/slots.h>
#include <l4/fault.h>
#include <l4/memory.h>
#include <l4/message.h>
#include <l4/stubs.h>
#include <l4/utcb.h>

#define ACTORS		6
#define PAGERS		2
#define THREADS		(ACTORS + PAGERS)
#define SPACES		3			/* of actors, of actors, of pagers */
#define PAGE		4096ul
#define REGION		0x100000000ul		/* memory that the pagers hand out */
#define REGION_BYTES	(4ul << 20)
#define REGION_PAGES	(REGION_BYTES / PAGE)
#define UTCB(i)		(0x30000000ul + PAGE * (i))

/* Slots, the same in all spaces but for OWN and OTHER, which the keeper has not. */
enum {
	OWN = 8, OTHER, SLEEP = 32, COUNTER, SPACE = 40, THREAD = 44, ENDPOINT = 52, PAGER = 56, HANDLER = 58, NOTIFICATION, CONTEXT = 61, LAST = CONTEXT + 2,
	FREE = 64,
};
#define ENDPOINTS	4

/* What is to be seen at least once: printed, and counted by who did it. */
enum event {
	GOT_PAGE_FAULT, GOT_EXCEPTION, GOT_FOREIGN_CALL, GOT_MESSAGE, GOT_NOTIFICATION,
	ANSWERED_MAP, ANSWERED_GRANT, ANSWERED_REGISTERS, REFUSED, ANSWER_FAILED,
	STRING_CAME, ITEM_CAME, WORDS_CAME, CALL_TIMED_OUT, CALL_CANCELLED, NO_WINDOW, PARTNER_FAULT,
	PAGE_TOUCHED, TRAPPED, MAPPED, UNMAPPED,
	CHANGED_PAGER, CHANGED_HANDLER, MADE_FOREIGN, SET_REGISTERS, SUSPENDED, CANCELLED, DESTROYED, REVOKED,
	EVENTS
};

/* What a thread has of its own, at the same address in all spaces. */
struct area {
	struct random_worker worker;		/* of which it uses the generator, and counts its calls */
	uint64_t seen[EVENTS];
	char pad[2 * PAGE - (sizeof(struct random_worker) + EVENTS * sizeof(uint64_t)) % (2 * PAGE)];
	char stack[2 * PAGE];
};
_Static_assert(sizeof(struct area) % PAGE == 0, "whole pages");

extern struct area area[THREADS];
extern const char __executable_start[], __etext[], _edata[];	/* of the linker */

/* EVENT happened if STATUS is OK. */
static inline void
see(struct area *a, enum event event, enum status status)
{
	a->seen[event] += status == OK;
}

/* Loops of threads. */
void act(unsigned long which);
void serve_pages(unsigned long which);

/* One thing done to some thread or object. */
void disturb(struct area *a, bool keeper);
