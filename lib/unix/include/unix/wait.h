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
	struct waiter *next, *previous;
	struct wait_queue *queue;		/* NULL: in none */
	struct waiter *also;			/* the next one of the same call */
};

/* The one that has waited longest is first. */
struct wait_queue {
	struct waiter *first, *last;
	uint64_t wakes;				/* so far, whether anybody waited or not: how epoll knows an edge */
};

/*
 * Results besides 0: woken, -ETIMEDOUT: the deadline, and this: a signal is to be delivered first (process.h says what becomes of the call).  A call that is not to begin
 * anew behind a handler, whatever the action says, returns the second in its place.
 */
#define ERESTARTSYS	512
#define ERESTARTNOHAND	514

/* One queue. */
int wait_at(struct task *t, struct wait_queue *q, uint64_t deadline);

/* Several: enter each, then wait, then leave all.  wait_enter gives -ENOMEM. */
int wait_enter(struct task *t, struct wait_queue *q);
int wait_now(struct task *t, uint64_t deadline);
void wait_leave(struct task *t);

void wait_wake_waiting(struct wait_queue *q);
static inline void				/* all */
wait_wake(struct wait_queue *q)
{
	q->wakes++;
	if (q->first)
		wait_wake_waiting(q);
}
bool wait_wake_one(struct wait_queue *q);	/* the one that has waited longest; false: nobody does */
void wait_wake_waiter(struct waiter *w);	/* this one, which is in a queue */
void wait_move(struct waiter *w, struct wait_queue *to);	/* it waits there from now on */
void wait_wake_task(struct task *t);		/* wherever it waits: for signals */
