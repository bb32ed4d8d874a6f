/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe: the core's operations, one call each, without any structure on top, for tests and measurement.
 *
 * Policy is the least that works: threads run by priority, first come first served, until they block, yield or die.
 */
#pragma once

#include <probe/own.h>
#include "core/cap.h"
#include "core/cpu.h"
#include "core/named.h"
#include "core/space.h"
#include "core/thread.h"

/* What probe keeps for a thread. */
struct probe_thread {
	vaddr_t exception_handler;	/* 0: none */
	u64 tick_ticks;			/* length of its periodic timer tick, 0: none */
	u64 ticks;			/* taken so far */
	struct irq *waits_for;		/* in irq_wait, else NULL */
};
_Static_assert(sizeof(struct probe_thread) <= THREAD_PERSONALITY_BYTES, "fits into struct thread");

static inline struct probe_thread *
probe_thread(struct thread *t)
{
	return (struct probe_thread *)t->personality;
}

enum probe_timeout { PROBE_TICK = 1, PROBE_WAKE, PROBE_TIMER };	/* struct timeout.kind: the first two are a thread's */

/* A timeout as an object, so that there can be many. */
#define KIND_PROBE_TIMER	KIND_PERSONALITY

struct probe_timer {
	struct object object;
	struct timeout timeout;
	u64 expired;			/* times */
};

void probe_timer_expired(struct timeout *timeout);
enum status probe_timer_destroy(struct object *o);

/* T goes away: no line is to wake it. */
void probe_irq_forget(struct thread *t);
