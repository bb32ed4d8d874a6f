/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * null: the smallest complete kernel structure.  It starts one thread and refuses every call.  To begin a structure of your own,
 * copy this folder: each hook of core/personality.h is here, with what it must do at least.
 *
 * Its one thread has no call to end the machine with, so a breakpoint (`int3`) does: the exit code is in rdi.
 */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/call.h"
#include "core/fault.h"
#include "core/first.h"
#include "core/log.h"
#include "core/personality.h"
#include "core/thread.h"

#define EXCEPTION_BREAKPOINT	3

const struct option personality_options[] = { { 0 } };

static struct thread *the_thread;

void
personality_init(void)
{
}

struct thread *
personality_first_thread(void)
{
	the_thread = first_program_load(0);
	return the_thread;
}

void
personality_syscall(struct thread *self)
{
	log_line("%s: call %lu refused: null has no calls", self->name, self->regs.rax);
	call_finish(self, ERR_NO_CALL);
}

void
personality_fault(struct thread *self, const struct fault *fault)
{
	if (fault->kind == FAULT_EXCEPTION && fault->vector == EXCEPTION_BREAKPOINT)
		arch_exit(self->regs.arg[0] & 1);
	fault_unhandled(self, fault);
}

/* No interrupt objects are made, no timeouts set. */
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
	return the_thread;
}

/* The one thread needs no queue. */
enum status
personality_thread(struct thread *t, enum thread_event event)
{
	if (event == THREAD_NOT_READY || event == THREAD_GONE)
		the_thread = NULL;
	return OK;
}

/* No kinds of objects beyond the core's. */
enum status
personality_object_destroy(struct object *o)
{
	return OK;
}
