/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is in the ready structure: all ready threads but the current one, so that handing the processor over does not touch it. */
#pragma once

#include "personalities/l4/l4.h"

/* T, which is there, is about to be current. */
static inline void
queue_take(struct cpu *cpu, struct thread *t)
{
	ready_remove(&cpu->ready, t);
}

/* The current thread waits from here on. */
static inline void
queue_leave(struct cpu *cpu, struct thread *current)
{
}

/* NEXT, which waited, takes the place of the current thread, which waits. */
static inline void
queue_hand_over(struct thread *next)
{
}

/* T, which waited, is about to run in place of the current thread, which is ready. */
static inline void
queue_preempt(struct cpu *cpu, struct thread *current, struct thread *t)
{
	ready_insert_head(&cpu->ready, current);
}

/* T, which is ready and in no list, is to have its place. */
static inline void
queue_put(struct cpu *cpu, struct thread *t)
{
	if (t != cpu->current)
		ready_insert_tail(&cpu->ready, t);
}

/* Somebody waits for the end of the slice of T, which is about to run. */
static inline bool
queue_has_others(const struct cpu *cpu, const struct thread *t)
{
	return cpu->ready.head[t->priority];
}

/* The current thread, which is ready, makes room for BEST: at the head of its level, unless it had its slice. */
static inline bool
queue_gives_way(struct cpu *cpu, struct thread *current, const struct thread *best)
{
	if (best->priority < current->priority || (best->priority == current->priority && !slice_over))
		return false;
	if (slice_over)
		ready_insert_tail(&cpu->ready, current);
	else
		ready_insert_head(&cpu->ready, current);
	return true;
}

/* The ready thread that is first, in no list any more; NULL: there is none. */
static inline struct thread *
queue_first(struct cpu *cpu)
{
	struct thread *current = cpu->current, *best = ready_first(&cpu->ready);

	if (current != cpu->idle && schedule_is_ready(current) && !current->queued && !(best && queue_gives_way(cpu, current, best)))
		best = current;
	if (best && best->queued)
		queue_take(cpu, best);
	return best;
}
