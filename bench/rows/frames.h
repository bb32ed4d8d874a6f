/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows on frames share, on probe: slots for a run's frames. */
#pragma once

#include "bench.h"

#include <janus/kinds.h>
#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define SLOTS	64UL		/* first of the run's */

static inline void
must(enum status status, const char *what)
{
	if (status != OK)
		bench_fail(what);
}

/* Slots for the frames of a batch. */
static inline void
slots_make(void)
{
	for (unsigned long slot = SLOTS; slot < SLOTS + BENCH_BATCH; slot++)
		must(call_cap_grow(PROBE_OWN, slot), "the capability table does not grow");
}

static inline void
frames_take(unsigned long count)
{
	uint64_t address;

	for (unsigned long slot = SLOTS; slot < SLOTS + count; slot++)
		must(call_frame_alloc(0, slot, &address), "there are too few frames");
}

/* Of the first COUNT slots, those that have a frame. */
static inline void
frames_free(unsigned long count)
{
	for (unsigned long slot = SLOTS; slot < SLOTS + count; slot++)
		call_frame_free(slot);
}
