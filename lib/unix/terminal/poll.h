/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kind of file that can be polled sees of who polls; and small things that kinds share. */
#pragma once

#include "objects.h"

struct poll_call {
	struct task *task;
	bool enter;			/* it will wait: queues are entered */
	int error;
	unsigned wanted;		/* POLL* of the file that is asked now */
	uint64_t wakes;			/* of its queues together */
	uint64_t deadline;		/* the call's, or when a file will be ready by time alone */
};

/* If one of EVENTS is wanted. */
static inline void
poll_queue_for(struct poll_call *p, struct wait_queue *q, unsigned events)
{
	if (p && p->wanted & events)
		poll_queue(p, q);
}

unsigned poll_file(struct file *f, struct poll_call *p, unsigned wanted);	/* what holds, of WANTED and of what is always told */

/* A call's wait: rounds of ASK, which gives how many are ready or an error, until some are, or the deadline has passed. */
int64_t poll_until(struct task *t, uint64_t deadline, int64_t (*ask)(struct poll_call *p, void *what), void *what);

int64_t event_seek(struct file *f, int64_t offset, int whence);		/* event.c */
void signal_broken(struct task *t);					/* pipe.c */
int pair_install(struct task *t, struct file *pair[2], uint64_t to, uint32_t flags);

/* For a call with a mask of signals at address MASK, 0: none.  mask_back gives its RESULT, for which it may leave the mask. */
int mask_put(struct task *t, uint64_t mask, uint64_t bytes);		/* -EINVAL, -EFAULT */
int64_t mask_back(struct task *t, uint64_t mask, int64_t result);
