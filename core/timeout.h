/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timeouts: points in time at which the personality is told.  An intrusive balanced tree ordered by deadline, one a CPU: insert and
 * cancel O(log n) in the worst case, the first in O(1); nothing is allocated.  The one-shot timer is set to the first.
 */
#pragma once

#include "core/types.h"

struct timeout {
	struct timeout *parent, *child[2];
	u64 deadline;			/* in ticks of arch_clock() */
	int balance;
	u32 kind;			/* the personality's */
};

struct timeout_queue {
	struct timeout *root, *first;
	u64 count;
};

void timeout_insert(struct timeout_queue *q, struct timeout *t, u64 deadline);
void timeout_cancel(struct timeout_queue *q, struct timeout *t);	/* no effect when not pending */
bool timeout_pending(const struct timeout *t);

/* Timer interrupt: hand every timeout that is due to personality_timeout, at most a bounded number at a time, and set the timer to the next. */
void timeout_expire(struct timeout_queue *q);

void timeout_check(const struct timeout_queue *q);
