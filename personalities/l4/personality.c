/* SPDX-License-Identifier: BSD-2-Clause */
/* l4: a third-generation L4.  Its ground floor: the first thread, the common calls, and an idle processor when nothing can run. */
#include "check.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/call.h"
#include "core/cpu.h"
#include "core/fault.h"
#include "core/first.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"

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

void
personality_fault(struct thread *self, const struct fault *fault)
{
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
	return ready_first(&this_cpu()->ready);
}

enum status
personality_thread(struct thread *t, enum thread_event event)
{
	struct cpu *cpu = this_cpu();

	if (event == THREAD_READY)
		ready_insert_tail(&cpu->ready, t);
	else if (event == THREAD_NOT_READY)
		ready_remove(&cpu->ready, t);
	cpu->pending |= PENDING_RESCHEDULE;
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	return OK;
}
