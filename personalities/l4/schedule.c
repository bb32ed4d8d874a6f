/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: the first of the highest level that has somebody, for a slice at a time.
 *
 * The current thread is not in the ready structure.  So a thread that calls another and is replied to, and the one that replies, are
 * never put in or taken out: handing the processor over touches no queue (docs/decisions/l4-queueing.md).  That is queue.h's to say: its
 * twin keeps all ready threads there.
 */
#include "core/arch.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include "queue.h"

#define SLICE_TICKS	10000000	/* of the clock: milliseconds */

static struct timeout slice = { .kind = L4_SLICE };
bool slice_over, slice_fresh;

/* The current thread is ready, and goes before T, which is. */
static bool
current_goes_before(const struct cpu *cpu, const struct thread *t)
{
	return cpu->current != cpu->idle && schedule_is_ready(cpu->current) && cpu->current->priority > t->priority;
}

void
schedule_ready(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	queue_put(cpu, t);
	if (t == cpu->current || !current_goes_before(cpu, t))
		cpu->pending |= PENDING_RESCHEDULE;
}

void
schedule_first(struct thread *t)
{
	schedule_ready(t);
	queue_take(this_cpu(), t);
}

void
schedule_not_ready(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (t->queued)
		ready_remove(&cpu->ready, t);
	else if (l4_thread(t)->shut_out)
		context_let_in(t);
	cpu->pending |= PENDING_RESCHEDULE;
}

/* A slice is measured only while somebody of the same level waits for its end. */
static void
slice_begin(struct cpu *cpu, const struct thread *current)
{
	slice_over = false;
	if (queue_has_others(cpu, current) && !timeout_pending(&slice))
		timeout_insert(&cpu->timeouts, &slice, arch_clock() + SLICE_TICKS);
}

/* The current thread, which goes before all others, does so with PRIORITY: with others of that as long as its slice is not over. */
static bool
stays_first(const struct cpu *cpu, u8 priority)
{
	if (cpu->pending || slice_over || !schedule_is_ready(cpu->current))
		return false;
	if (priority >= cpu->current->priority)
		return true;
	const struct thread *best = ready_first(&cpu->ready);
	return !best || best->priority <= priority;
}

static void NEVER_INLINE
time_change(struct cpu *cpu, struct thread *t, u8 priority, u32 account)
{
	bool queued = t->queued || l4_thread(t)->shut_out;

	if (t->queued)
		ready_remove(&cpu->ready, t);
	else if (queued)
		context_let_in(t);
	t->priority = priority;
	t->account = account;
	if (queued)
		queue_put(cpu, t);
	cpu->pending |= PENDING_RESCHEDULE;
}

void
schedule_time(struct thread *t, u8 priority, u32 account)
{
	struct cpu *cpu = this_cpu();

	if (t->priority == priority && t->account == account)
		return;
	if (t != cpu->current || t->queued || t->account != account || !stays_first(cpu, priority)) {
		time_change(cpu, t, priority, account);
		return;
	}
	t->priority = priority;
	slice_begin(cpu, t);
}

void
schedule_again(void)
{
	this_cpu()->pending |= PENDING_RESCHEDULE;
}

void
schedule_slice_end(void)
{
	if (slice_fresh)
		timeout_insert(&this_cpu()->timeouts, &slice, arch_clock() + SLICE_TICKS);
	else
		schedule_slice_over();
	slice_fresh = false;
}

void
schedule_slice_over(void)
{
	slice_over = true;
	schedule_again();
}

/*
 * T is ready and its context has no time.  A server whose caller's time it was goes on on its own, so that a client cannot stall it: its reply is
 * then left to the scheduler.  One that has no time of its own waits with its client.
 */
static void
time_over(struct cpu *cpu, struct thread *t)
{
	struct thread *caller = caller_of(t);

	queue_leave(cpu, t);
	if (!caller || !context_has_own(t)) {
		context_shut_out(t);
		return;
	}
	l4_thread(t)->other_caller = caller;
	l4_thread(t)->caller = &l4_look;
	time_own(t);
	ready_insert_head(&cpu->ready, t);
}

/* The current thread is on top of all that are ready, and runs on time that is there: who has that time too need not ask for it. */
static bool
is_on_top(const struct cpu *cpu, const struct thread *t)
{
	return !cpu->pending && cpu->current != cpu->idle && t->account == cpu->current->account;
}

void
schedule_wake(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (t->suspended || !is_on_top(cpu, t) || t->priority <= cpu->current->priority) {
		thread_make_runnable(t);
		return;
	}
	t->state = THREAD_RUNNABLE;
	queue_preempt(cpu, cpu->current, t);
	thread_switch(t);
}

void
schedule_away(void)
{
	struct cpu *cpu = this_cpu();

	queue_leave(cpu, cpu->current);
	struct thread *next = ready_first(&cpu->ready);
	if (!next || !is_on_top(cpu, next)) {
		schedule_again();
		return;
	}
	queue_take(cpu, next);
	thread_switch(next);
	slice_begin(cpu, next);
}

/* NEXT is ready, unless it is suspended, and goes before all others of its priority. */
static void NEVER_INLINE
leave_to_scheduler(struct thread *next)
{
	struct cpu *cpu = this_cpu();

	queue_leave(cpu, cpu->current);
	if (!next->suspended)
		ready_insert_head(&cpu->ready, next);
	schedule_again();
}

/*
 * Nobody who is ready can have a higher priority than NEXT.  Who has lost its caller's time meanwhile leaves it to the scheduler whether
 * that one has any.
 */
void
schedule_hand_over(struct thread *self, enum l4_state wait, struct thread *next)
{
	self->state = wait;
	next->state = THREAD_RUNNABLE;
	if (next->suspended || next->account != self->account)
		leave_to_scheduler(next);
	else
		schedule_at_once(next);
}

/* Each turn but the last takes a thread from those that are ready, or gives it time of its own: not more than there are. */
struct thread *
personality_pick(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *best;
	u64 now = arch_clock();

	while ((best = queue_first(cpu)) && !context_open(best->account, now))
		time_over(cpu, best);
	context_switch(best ? best->account : 0, now);
	if (best)
		slice_begin(cpu, best);
	return best;
}

/* --- calls -------------------------------------------------------------------------------------------------------- */

enum status
sys_yield(struct thread *self, const struct args_yield *a, struct out_yield *out)
{
	slice_fresh = true;
	schedule_slice_over();
	return OK;
}
