/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: the first of the highest level that has somebody, for a slice at a time.
 *
 * The current thread is not in the ready structure.  So a thread that calls another and is replied to, and the one that replies, are
 * never put in or taken out: handing the processor over touches no queue (docs/decisions/l4-queueing.md).
 */
#include "core/arch.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

#define SLICE_TICKS	10000000	/* of the clock: milliseconds */

static struct timeout slice = { .kind = L4_SLICE };
static bool slice_over;

static bool
is_ready(const struct thread *t)
{
	return t->state == THREAD_RUNNABLE && !t->suspended;
}

void
schedule_ready(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (t != cpu->current)
		ready_insert_tail(&cpu->ready, t);
	cpu->pending |= PENDING_RESCHEDULE;
}

void
schedule_not_ready(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (t->queued)
		ready_remove(&cpu->ready, t);
	cpu->pending |= PENDING_RESCHEDULE;
}

void
schedule_priority(struct thread *t, u8 priority)
{
	struct cpu *cpu = this_cpu();
	bool queued = t->queued;

	if (t->priority == priority)
		return;
	if (queued)
		ready_remove(&cpu->ready, t);
	t->priority = priority;
	if (queued)
		ready_insert_tail(&cpu->ready, t);
	cpu->pending |= PENDING_RESCHEDULE;
}

void
schedule_slice_over(void)
{
	slice_over = true;
	this_cpu()->pending |= PENDING_RESCHEDULE;
}

void
schedule_hand_over(struct thread *self, enum l4_state wait, struct thread *next)
{
	self->state = wait;
	next->state = THREAD_RUNNABLE;
	if (next->suspended)
		this_cpu()->pending |= PENDING_RESCHEDULE;
	else
		thread_switch(next);
}

/* The current thread, which is ready, makes room for BEST: at the head of its level, unless it had its slice. */
static bool
gives_way(struct cpu *cpu, struct thread *current, const struct thread *best)
{
	if (best->priority < current->priority || (best->priority == current->priority && !slice_over))
		return false;
	if (slice_over)
		ready_insert_tail(&cpu->ready, current);
	else
		ready_insert_head(&cpu->ready, current);
	return true;
}

/* A slice is measured only while somebody of the same level waits for its end. */
static void
slice_begin(struct cpu *cpu, const struct thread *current)
{
	slice_over = false;
	if (cpu->ready.head[current->priority] && !timeout_pending(&slice))
		timeout_insert(&cpu->timeouts, &slice, arch_clock() + SLICE_TICKS);
}

struct thread *
personality_pick(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *current = cpu->current, *best = ready_first(&cpu->ready);

	if (current != cpu->idle && is_ready(current) && !(best && gives_way(cpu, current, best)))
		best = current;
	if (!best)
		return NULL;
	if (best->queued)
		ready_remove(&cpu->ready, best);
	slice_begin(cpu, best);
	return best;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

enum status
sys_yield(struct thread *self, const struct args_yield *a, struct out_yield *out)
{
	schedule_slice_over();
	return OK;
}
