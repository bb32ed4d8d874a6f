/* SPDX-License-Identifier: BSD-2-Clause */
/* probe's hooks: the core's events, handed to user level as directly as possible. */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/call.h"
#include "core/fault.h"
#include "core/first.h"
#include "core/personality.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"
#include "check.h"

const struct option personality_options[] = { { 0 } };

void
personality_init(void)
{
}

struct thread *
personality_first_thread(void)
{
	return first_program_load(0);
}

void
personality_syscall(struct thread *self)
{
	trace(TRACE_CALL, self->regs.rax, self->regs.arg[0]);
	call_finish(self, call_dispatch(self));
	check_after_call();
}

/*
 * To the thread's handler, on its own stack, with what happened in the argument registers: vector, instruction pointer, address, stack
 * pointer, flags.  A handler that faults is called again; that is its business.
 */
void
personality_fault(struct thread *self, const struct fault *fault)
{
	struct trap_frame *f = &self->regs;
	vaddr_t handler = probe_thread(self)->exception_handler;

	if (!handler) {
		fault_unhandled(self, fault);
		return;
	}
	f->arg[0] = fault->vector;
	f->arg[1] = fault->ip;
	f->arg[2] = fault->address;
	f->arg[3] = f->rsp;
	f->arg[4] = f->rflags;
	f->rflags = FRAME_RFLAGS_INITIAL;
	f->rip = handler;
}

void
personality_timeout(struct timeout *timeout)
{
	struct thread *t = container_of(timeout, struct thread, timeout);

	switch ((enum probe_timeout)timeout->kind) {
	case PROBE_TICK:
		probe_thread(t)->ticks++;
		timeout_insert(&this_cpu()->timeouts, timeout, timeout->node.key + probe_thread(t)->tick_ticks);
		break;
	case PROBE_WAKE:
		thread_make_runnable(t);
		break;
	case PROBE_TIMER:
		probe_timer_expired(timeout);
		break;
	}
}

struct thread *
personality_pick(void)
{
	return ready_first(&this_cpu()->ready);
}

enum status
personality_thread(struct thread *t, enum thread_event event)
{
	struct cpu *cpu = this_cpu();

	switch (event) {
	case THREAD_READY:
		ready_insert_tail(&cpu->ready, t);
		break;
	case THREAD_NOT_READY:
		ready_remove(&cpu->ready, t);
		break;
	case THREAD_GONE:
		probe_irq_forget(t);
		return OK;
	}
	cpu->pending |= PENDING_RESCHEDULE;
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	return probe_timer_destroy(o);		/* the only kind of its own */
}
