/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours of a victim, of its priority and in a space of their own: one floods whom the victim deals with, one makes and destroys objects, one derives and
 * revokes capabilities, one derives and removes mappings of the victim's own page.  All have a turn before each batch or sample; in the midst of one a
 * neighbour runs only when the victim's slice is over.
 */
#pragma once

#include "l4_memory.h"
#include "l4_partner.h"

#include <l4/utcb.h>

enum { NEIGHBOUR_SPACE = 310, NEIGHBOUR_THREAD, KEPT = 320, TAKEN };	/* here, and in the neighbours' space */

#define NEIGHBOURS		4
#define NEIGHBOUR_UTCB		((struct utcb *)0x30002000)	/* of the one that floods */
#define NEIGHBOUR_PAGES		50
#define NEIGHBOUR_AT		0x500000000ul

static char neighbour_stacks[NEIGHBOURS][1024] __attribute__((aligned(16)));
static volatile unsigned neighbour_turns[NEIGHBOURS];

/* The end of a turn of WHICH. */
static inline void
neighbour_yield(unsigned which)
{
	neighbour_turns[which]++;
	call_yield();
}

static inline void
neighbour_allocates(void)
{
	uint64_t id;

	for (;; neighbour_yield(1)) {
		for (int i = 0; i < 50; i++) {
			call_endpoint_create(TAKEN);
			call_object_destroy(TAKEN);
			call_thread_create(SLOT_OWN, TAKEN, &id);
			call_object_destroy(TAKEN);
		}
	}
}

static inline void
neighbour_revokes(void)
{
	for (;; neighbour_yield(2)) {
		for (unsigned slot = TAKEN + 1; slot < TAKEN + 50; slot++)
			call_cap_copy(KEPT, SLOT_OWN, slot, RIGHTS_ALL);
		call_cap_revoke(KEPT);
	}
}

static inline void
neighbour_derives(void)
{
	for (;; neighbour_yield(3)) {
		for (unsigned i = 0; i < NEIGHBOUR_PAGES; i++)
			call_space_map(SLOT_OWN, NEIGHBOUR_AT + i * PAGE, SOURCE, 1, RW);
		call_unmap(SLOT_OWN, SOURCE, 1, 0, 0);
	}
}

static inline void
neighbour_start(unsigned which, void (*program)(void))
{
	uint64_t id;

	partner_must(call_thread_create(NEIGHBOUR_SPACE, NEIGHBOUR_THREAD, &id));
	if (which == 0) {
		partner_must(call_thread_utcb(NEIGHBOUR_THREAD, (uintptr_t)NEIGHBOUR_UTCB));
		partner_must(call_thread_pager(NEIGHBOUR_THREAD, PARTNER_ENDPOINT));
	}
	partner_must(call_thread_start(NEIGHBOUR_THREAD, (uintptr_t)program, (uintptr_t)neighbour_stacks[which] + sizeof(neighbour_stacks[which]) - 8, 0));
	partner_must(call_cap_delete(NEIGHBOUR_THREAD));
}

/* The victim has a page at SOURCE (source_make), which is theirs, too; and CAP, which is in the same slot of theirs, with RIGHTS. */
static inline void
neighbours_begin(uint64_t cap, unsigned rights, void (*flood)(void))
{
	uintptr_t begin = (uintptr_t)__executable_start & -4096ul, pages = ((uintptr_t)_end - begin + 4095) / 4096;

	partner_must(call_cap_grow(SLOT_OWN, NEIGHBOUR_SPACE));
	partner_must(call_cap_grow(SLOT_OWN, KEPT));
	partner_must(call_space_create(NEIGHBOUR_SPACE));
	for (int i = 0; i < 6; i++)
		partner_must(call_space_donate(NEIGHBOUR_SPACE, 16));
	partner_must(call_space_prepare(NEIGHBOUR_SPACE));
	partner_must(call_space_map(NEIGHBOUR_SPACE, begin, begin, pages, RW | RIGHT_EXECUTE));
	partner_must(call_space_map(NEIGHBOUR_SPACE, SOURCE, SOURCE, 1, RW));
	partner_must(call_cap_grow(NEIGHBOUR_SPACE, TAKEN + 50));
	partner_must(call_cap_grow(NEIGHBOUR_SPACE, cap));
	partner_must(call_cap_copy(cap, NEIGHBOUR_SPACE, cap, rights));
	partner_must(call_endpoint_create(KEPT));
	partner_must(call_cap_copy(KEPT, NEIGHBOUR_SPACE, KEPT, RIGHTS_ALL));
	neighbour_start(0, flood);
	neighbour_start(1, neighbour_allocates);
	neighbour_start(2, neighbour_revokes);
	neighbour_start(3, neighbour_derives);
}

/* All of them have a turn. */
static inline void
neighbours_turn(void)
{
	unsigned before[NEIGHBOURS];

	for (unsigned i = 0; i < NEIGHBOURS; i++)
		before[i] = neighbour_turns[i];
	call_yield();
	for (unsigned i = 0; i < NEIGHBOURS; i++)
		if (neighbour_turns[i] == before[i])
			bench_fail("a neighbour had no turn");
}

static inline void
neighbours_end(void)
{
	call_object_destroy(NEIGHBOUR_SPACE);
}
