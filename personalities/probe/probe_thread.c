/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe on threads, and on time: sleeping and timer objects. */
#include "core/arch.h"
#include "core/cap.h"
#include "core/kmem.h"
#include "core/named.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

/* --- names ---------------------------------------------------------------------------------------------------------- */

static enum status
timer_named(struct thread *self, u64 slot, struct probe_timer **out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_PROBE_TIMER, RIGHT_CONTROL, &c);

	if (status == OK)
		*out = container_of(c->object, struct probe_timer, object);
	return status;
}

/* --- threads -------------------------------------------------------------------------------------------------------- */

enum status
sys_thread_create(struct thread *self, const struct args_thread_create *a, struct out_thread_create *out)
{
	struct thread *t;
	enum status status = thread_create_named(self, a->space, a->into, a->flags, &t);

	if (status)
		return status;
	t->priority = self->priority;
	out->id = t->id;
	return OK;
}

/* A ready thread moves to the end of its new level. */
enum status
sys_thread_priority(struct thread *self, const struct args_thread_priority *a, struct out_thread_priority *out)
{
	struct cpu *cpu = this_cpu();
	struct thread *t;

	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);
	if (status)
		return status;
	if (a->priority >= READY_LEVELS)
		return ERR_BAD_VALUE;
	bool queued = t->queued;
	if (queued)
		ready_remove(&cpu->ready, t);
	t->priority = a->priority;
	if (queued)
		ready_insert_tail(&cpu->ready, t);
	cpu->pending |= PENDING_RESCHEDULE;
	return OK;
}

/* Straight to a ready thread, whatever the policy would say; it is asked again at the next event. */
enum status
sys_yield_to(struct thread *self, const struct args_yield_to *a, struct out_yield_to *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (status)
		return status;
	if (!t->queued)
		return ERR_WRONG_STATE;
	if (t != self)
		thread_switch(t);
	return OK;
}

/* --- time ----------------------------------------------------------------------------------------------------------- */

enum status
sys_sleep(struct thread *self, const struct args_sleep *a, struct out_sleep *out)
{
	if (timeout_pending(&self->timeout))
		return ERR_WRONG_STATE;
	self->timeout.kind = PROBE_WAKE;
	timeout_insert(&this_cpu()->timeouts, &self->timeout, timeout_deadline(arch_clock(), a->ticks));
	thread_block(self);
	return OK;
}

enum status
sys_timer_create(struct thread *self, const struct args_timer_create *a, struct out_timer_create *out)
{
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	struct probe_timer *timer = kmem_alloc(self->space, sizeof(*timer), KIND_PROBE_TIMER);
	if (!timer)
		return ERR_NO_KMEM;
	object_init(&timer->object, KIND_PROBE_TIMER, self->space);
	timer->timeout.kind = PROBE_TIMER;
	cap_insert(slot, &timer->object, KIND_PROBE_TIMER, RIGHTS_ALL, 0);
	return OK;
}

enum status
sys_timer_set(struct thread *self, const struct args_timer_set *a, struct out_timer_set *out)
{
	struct timeout_queue *queue = &this_cpu()->timeouts;
	struct probe_timer *timer;
	enum status status = timer_named(self, a->timer, &timer);

	if (status)
		return status;
	timeout_cancel(queue, &timer->timeout);
	timeout_insert(queue, &timer->timeout, timeout_deadline(arch_clock(), a->ticks));
	return OK;
}

enum status
sys_timer_cancel(struct thread *self, const struct args_timer_cancel *a, struct out_timer_cancel *out)
{
	struct probe_timer *timer;
	enum status status = timer_named(self, a->timer, &timer);

	if (status == OK)
		timeout_cancel(&this_cpu()->timeouts, &timer->timeout);
	return status;
}

enum status
sys_timer_info(struct thread *self, const struct args_timer_info *a, struct out_timer_info *out)
{
	struct probe_timer *timer;
	enum status status = timer_named(self, a->timer, &timer);

	if (status)
		return status;
	out->expired = timer->expired;
	out->pending = timeout_pending(&timer->timeout);
	return OK;
}

void
probe_timer_expired(struct timeout *timeout)
{
	container_of(timeout, struct probe_timer, timeout)->expired++;
}

enum status
probe_timer_destroy(struct object *o)
{
	struct probe_timer *timer = container_of(o, struct probe_timer, object);

	timeout_cancel(&this_cpu()->timeouts, &timer->timeout);
	object_fini(o);
	kmem_free(timer);
	return OK;
}
