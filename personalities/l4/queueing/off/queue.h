/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is in the ready structure: all ready threads, the current one first of its level; who waits leaves it at once. */
#pragma once

#include "personalities/l4/l4.h"

/* T, which is there, is about to be current. */
static inline void
queue_take(struct cpu *cpu, struct thread *t)
{
}

/* The current thread waits from here on. */
static inline void
queue_leave(struct cpu *cpu, struct thread *current)
{
	if (current->queued)
		ready_remove(&cpu->ready, current);
}

/* NEXT, which waited, takes the place of the current thread, which waits, and whose state it may have already, this with it. */
static inline void
queue_hand_over(struct thread *next)
{
	struct cpu *cpu = this_cpu();

	queue_leave(cpu, cpu->current);
	next->queued = false;
	ready_insert_head(&cpu->ready, next);
}

/* T, which waited, is about to run in place of the current thread, which is ready. */
static inline void
queue_preempt(struct cpu *cpu, struct thread *current, struct thread *t)
{
	ready_insert_head(&cpu->ready, t);
}

/* T, which is ready and in no list, is to have its place. */
static inline void
queue_put(struct cpu *cpu, struct thread *t)
{
	if (t == cpu->current)
		ready_insert_head(&cpu->ready, t);
	else
		ready_insert_tail(&cpu->ready, t);
}

/* Somebody waits for the end of the slice of T, which is about to run. */
static inline bool
queue_has_others(const struct cpu *cpu, const struct thread *t)
{
	return t->ready_next != t;
}

/* The ready thread that is first; NULL: there is none.  The current one is the last of its level when it had its slice. */
static inline struct thread *
queue_first(struct cpu *cpu)
{
	struct thread *current = cpu->current;

	if (slice_over && current != cpu->idle && schedule_is_ready(current)) {
		queue_leave(cpu, current);
		ready_insert_tail(&cpu->ready, current);
	}
	return ready_first(&cpu->ready);
}
