/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeouts: points in time at which the personality is told.  One queue a CPU, a balanced tree ordered by deadline (tree.h):
 * insert and cancel are O(log n) in the worst case, the first is O(1), equal deadlines come in the order of insertion;
 * nothing is allocated.
 *
 * The one-shot timer is never later than the first deadline.  It may be earlier: cancelling leaves it alone, so that a call
 * with a timeout that is nearly always cancelled does not touch the device; the interrupt that then comes for nothing sets it
 * to what is first by then, so there is at most one of those for each time that the timer is set.
 *
 * Deadlines are ticks of arch_clock(), 64 bits, and do not wrap (146 years at 4 GHz): TIMEOUT_NEVER is later than all others
 * and does not come; a deadline in the past is due at once, by an interrupt, never inside timeout_insert.
 */
#pragma once

#include "core/tree.h"

#define TIMEOUT_NEVER	(~0ul)

struct timeout {
	struct tree_node node;		/* key: the deadline */
	u32 kind;			/* the personality's */
};

struct timeout_queue {
	struct tree tree;
	u64 armed;			/* what the timer is set to; 0: it is off */
};

void timeout_insert(struct timeout_queue *q, struct timeout *t, u64 deadline);	/* must not be pending */
void timeout_cancel(struct timeout_queue *q, struct timeout *t);	/* no effect when not pending */

static inline bool
timeout_pending(const struct timeout *t)
{
	return t->node.linked;
}

/* The deadline TICKS after NOW; later than the clock can tell: TIMEOUT_NEVER. */
static inline u64
timeout_deadline(u64 now, u64 ticks)
{
	return ticks > TIMEOUT_NEVER - now ? TIMEOUT_NEVER : now + ticks;
}

/*
 * Timer interrupt: hand every timeout that is due to personality_timeout, until an interrupt waits at a preemption point, and
 * set the timer to the next; if that is due as well, its interrupt follows the one that waited.
 */
void timeout_expire(struct timeout_queue *q);

/* The same when nothing is due: true, and the timer is set to what is first; else false, and nothing was done. */
bool timeout_early(struct timeout_queue *q);

void timeout_check(const struct timeout_queue *q);
