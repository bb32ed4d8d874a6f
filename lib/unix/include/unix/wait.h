/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting.  A call says at which queues it waits, looks once more whether it has to, and waits; who changes what it waits for wakes the queue.  All under the
 * arena's lock, which wait_now gives up while it waits.
 *
 *     while (!pipe_readable(p)) {
 *             int error = wait_at(t, &p->readers, UNIX_NEVER);
 *             if (error)
 *                     return error;
 *     }
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct task;

/* A task in a queue; in the arena, since others follow it.  A task has one of its own; poll takes more. */
struct waiter {
	struct task *task;
	struct waiter *next, **link;		/* link NULL: in no queue */
	struct waiter *also;			/* the next one of the same call */
};

struct wait_queue {
	struct waiter *first;
};

/* Results besides 0: woken, -ETIMEDOUT: the deadline, and this: a signal is to be delivered first (process.h says what becomes of the call). */
#define ERESTARTSYS	512

/* One queue. */
int wait_at(struct task *t, struct wait_queue *q, uint64_t deadline);

/* Several: enter each, then wait, then leave all.  wait_enter gives -ENOMEM. */
int wait_enter(struct task *t, struct wait_queue *q);
int wait_now(struct task *t, uint64_t deadline);
void wait_leave(struct task *t);

void wait_wake(struct wait_queue *q);		/* all */
bool wait_wake_one(struct wait_queue *q);	/* the one that has waited longest; false: nobody does */
void wait_wake_task(struct task *t);		/* wherever it waits: for signals */
