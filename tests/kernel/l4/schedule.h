/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of scheduling share: sleeping, workers on a priority and a context, and what they used. */
#pragma once

#include "tap.h"
#include "worker.h"

enum { SLEEP = 32, E, F, C, D, NOTHING, W0 = 40, WORKERS = 4, SPACE = 50 };

#define NOW		((uint64_t)IPC_AT_ONCE)
#define PERIOD		1000000ul
#define BUDGET		200000ul
#define SLICE		10000000ul
#define SLACK		12000ul		/* how late an interrupt may be, self-checks included */
#define ABOVE		250		/* this thread */
#define SHARED_BITS	16384		/* places for contexts: more than there are */

static char stacks[WORKERS][WORKER_STACK] __attribute__((aligned(16)));
static volatile uint64_t count[WORKERS], status[WORKERS];

static inline void
sleep_for(uint64_t ticks)
{
	unsigned exponent = 0;

	for (; ticks >> exponent > 1023; exponent++)
		;
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(ticks >> exponent, exponent) << IPC_RECEIVE_TIME, SLEEP);
}

static inline void
begin(unsigned which, void (*entry)(unsigned long), unsigned priority, unsigned long context)
{
	uint64_t id;

	count[which] = status[which] = 0;
	if (call_thread_create(SLOT_OWN, W0 + which, &id) || call_thread_priority(W0 + which, priority) ||
	    call_thread_context(W0 + which, context) ||
	    call_thread_start(W0 + which, (uintptr_t)entry, (uintptr_t)stacks[which] + WORKER_STACK - 8, which))
		tap_ok(false, "a worker starts");
}

static inline void
stop(unsigned which)
{
	call_object_destroy(W0 + which);
}

static inline uint64_t
ticks_of(unsigned which)
{
	uint64_t id, state, suspended, ticks = 0, switches;

	call_thread_info(W0 + which, &id, &state, &suspended, &ticks, &switches);
	return ticks;
}

static inline uint64_t
used(unsigned long context)
{
	uint64_t budget, period, ticks = 0;

	call_context_info(context, &budget, &period, &ticks);
	return ticks;
}

static inline void
spin(unsigned long which)
{
	for (;;)
		count[which]++;
}
