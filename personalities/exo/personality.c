/* SPDX-License-Identifier: BSD-2-Clause */
/* exo: an exokernel.  Its hooks: the core's events become upcalls, and shares of the processor. */
#include "check.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/call.h"
#include "core/cpu.h"
#include "core/fault.h"
#include "core/first.h"
#include "core/personality.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"

const struct option personality_options[] = {
	{ "exo.caps", "sealed|slot", 0, 0, "how capabilities to frames are named: tokens, or slots of the space's table" },
	{ 0 },
};

void
personality_init(void)
{
	names_init();
	frames_init();
}

struct thread *
personality_first_thread(void)
{
	struct thread *t = first_program_load(0);

	allowance_init(t->space);
	name_give(t);			/* the first of all */
	*space_environment(t->space) = t;
	name_open(t);
	share_begin(t);
	return t;
}

void
personality_syscall(struct thread *self)
{
	trace(TRACE_CALL, self->regs.rax, self->regs.arg[0]);
	call_finish(self, call_dispatch(self));
	check_after_call();
}

/* An environment that cannot be told of its fault runs no more; its share goes to nobody, a share that it ran on back to its owner. */
void
personality_fault(struct thread *self, const struct fault *fault)
{
	if (upcall_exception(self, fault))
		return;
	environment_forget(self);
	fault_unhandled(self, fault);
}

/* No call makes interrupt objects or sets timeouts yet. */
void
personality_irq(struct irq *irq)
{
}

void
personality_timeout(struct timeout *timeout)
{
}

struct thread *
personality_pick(void)
{
	struct thread *owner = ready_first(&this_cpu()->ready);

	return owner ? environment_of(owner)->own.runs : NULL;
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
		environment_forget(t);
		break;
	}
	cpu->pending |= PENDING_RESCHEDULE;
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	return OK;
}
