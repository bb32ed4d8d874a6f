/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe about the calling thread itself: its exception handler and its timer tick. */
#include "core/arch.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

enum status
sys_exception_handler(struct thread *self, const struct args_exception_handler *a, struct out_exception_handler *out)
{
	if (a->handler >= USER_END)
		return ERR_BAD_ADDRESS;
	probe_thread(self)->exception_handler = a->handler;
	return OK;
}

/* Shorter ticks than this would leave no time between them. */
#define TICK_MINIMUM	10000

enum status
sys_tick(struct thread *self, const struct args_tick *a, struct out_tick *out)
{
	struct timeout_queue *queue = &this_cpu()->timeouts;

	if (a->period && a->period < TICK_MINIMUM)
		return ERR_BAD_VALUE;
	out->count = probe_thread(self)->ticks;
	timeout_cancel(queue, &self->timeout);
	probe_thread(self)->tick_ticks = a->period;
	if (a->period) {
		self->timeout.kind = PROBE_TICK;
		timeout_insert(queue, &self->timeout, timeout_deadline(arch_clock(), a->period));
	}
	return OK;
}

enum status
sys_yield(struct thread *self, const struct args_yield *a, struct out_yield *out)
{
	ready_remove(&this_cpu()->ready, self);
	ready_insert_tail(&this_cpu()->ready, self);
	this_cpu()->pending |= PENDING_RESCHEDULE;
	return OK;
}
