/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours of a victim, as bad as they can be: one fills its queue with entries, one takes and frees what it may hold, one has its pages taken by
 * destruction, one is asked for them and gives them up, one is asked, never answers, and loses them by force.  All of them have their turns between two
 * batches; in the midst of an operation a neighbour runs only when the victim's slice is over.
 */
#pragma once

#include "demand_exo.h"
#include "environment.h"

#include <exo/revocation.h>
#include <janus/slots.h>

enum { FLOODER = 10, ALLOCATOR, DYING, COMPLIANT, SILENT };	/* slots */
#define NEIGHBOURS	5
#define NEIGHBOUR_PAGES	20
#define NEIGHBOUR_AT	0x500000000ul
#define NEIGHBOUR_SLOT	40		/* in its own table, where capabilities are in slots */

static char neighbour_stack[NEIGHBOURS][ENVIRONMENT_STACK] __attribute__((aligned(16)));
static uint64_t victim_name;
static volatile unsigned neighbours_failed, holds[2], again[2];
static uint64_t given_up[NEIGHBOUR_PAGES][2];	/* tokens of the one that complies */

static inline void
flooder(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		while (!call_transfer_later(victim_name, 1, 2, 3, 4))
			;
		call_yield();
	}
}

static inline void
allocator(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		uint64_t payload, mac;

		for (int i = 0; i < 100; i++)
			if (!call_frame_alloc(FRAME_ANY, 0, NEIGHBOUR_SLOT, &payload, &mac))
				call_frame_free(payload, mac);
		call_yield();
	}
}

static inline void
pages_take(uint64_t token[NEIGHBOUR_PAGES][2])
{
	for (uint64_t i = 0; i < NEIGHBOUR_PAGES; i++)
		neighbours_failed |= call_frame_alloc(FRAME_ANY, 0, NEIGHBOUR_SLOT, &token[i][0], &token[i][1]) |
				     call_bind(NEIGHBOUR_AT + i * 4096, token[i][0], token[i][1], RIGHT_READ);
}

static inline void
dying(uint64_t unused __attribute__((unused)))
{
	uint64_t token[NEIGHBOUR_PAGES][2];

	pages_take(token);
	for (;;)
		call_yield();
}

void
news(void)
{
	for (uint64_t i = 0; news_area->vector == UPCALL_DEMAND && i < news_area->error; i++)
		neighbours_failed |= call_frame_free(given_up[i][0], given_up[i][1]);
}

/* Has its pages until they are gone, and takes others. */
static inline void
revoked(uint64_t complies)
{
	uint64_t token[NEIGHBOUR_PAGES][2];

	if (complies)
		neighbours_failed |= news_begin(NEIGHBOUR_SLOT + 1);
	for (;;) {
		pages_take(complies ? given_up : token);
		for (holds[complies] = 1; !again[complies]; )
			news_wait();
		again[complies] = 0;
		neighbours_failed |= call_unbind(NEIGHBOUR_AT, NEIGHBOUR_PAGES);
	}
}

static inline void
neighbour_start(uint64_t slot, void (*body)(uint64_t), uint64_t argument, uint64_t pages)
{
	uint64_t name;

	environment_start(slot, neighbour_stack[slot - FLOODER], body, argument, &name);
	if (call_space_allow(slot, pages))
		bench_fail("a neighbour may hold nothing");
}

/* ENTRY is the victim's own, where it can be entered; 0: nowhere. */
static inline void
neighbours_begin(uintptr_t entry)
{
	if (call_entry(entry, &victim_name) || call_entry_queue(8))
		bench_fail("the victim has no queue");
	neighbour_start(FLOODER, flooder, 0, 0);
	neighbour_start(ALLOCATOR, allocator, 0, 100);
	neighbour_start(COMPLIANT, revoked, 1, NEIGHBOUR_PAGES + 1);
	neighbour_start(SILENT, revoked, 0, NEIGHBOUR_PAGES);
	call_yield();
}

/* All its pages are asked back, and then taken; it is given as many. */
static inline void
neighbour_revoke(uint64_t slot, uint64_t complies)
{
	uint64_t owed, still = 0;

	if (!holds[complies] || call_space_demand(slot, DEMAND_PAGES, NEIGHBOUR_PAGES, 0, &owed))
		bench_fail("nothing can be demanded of a neighbour");
	call_yield();
	if (!complies && call_repossess(slot, &still))
		bench_fail("nothing can be taken from a neighbour");
	uint64_t allowance, given, held, kmem, kmem_free;
	if (still || call_holdings(slot, &allowance, &given, &held, &kmem, &kmem_free) || held > allowance)
		bench_fail("a neighbour keeps what is demanded of it");
	holds[complies] = 0;
	again[complies] = 1;
	if (call_space_allow(slot, NEIGHBOUR_PAGES))
		bench_fail("a neighbour gets no other pages");
}

/* Before a batch: each has done its worst since the last. */
static inline void
neighbours_turn(unsigned long count)
{
	uint64_t from, first, second, third, fourth, left;

	if (!count)
		return;
	neighbour_start(DYING, dying, 0, NEIGHBOUR_PAGES);
	call_yield();
	call_destroy(DYING);
	neighbour_revoke(COMPLIANT, 1);
	neighbour_revoke(SILENT, 0);
	while (!call_entry_take(&from, &first, &second, &third, &fourth, &left))
		;
	call_yield();
	if (neighbours_failed || !holds[0] || !holds[1])
		bench_fail("a neighbour could not do its part");
}
