/* SPDX-License-Identifier: BSD-2-Clause */
/* What user code ran into, in words. */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/fault.h"
#include "core/first.h"
#include "core/log.h"
#include "core/thread.h"

static const char *
access_name(unsigned access)
{
	return access & RIGHT_EXECUTE ? "execution of" : access & RIGHT_WRITE ? "write to" : "read of";
}

void
fault_describe(const struct fault *f, char *text, size_t size)
{
	if (f->kind == FAULT_PAGE)
		format(text, size, "page fault: %s 0x%lx, %s, at ip 0x%lx", access_name(f->access), f->address,
		       f->present ? "not permitted" : "not mapped", f->ip);
	else
		format(text, size, "exception %u, error 0x%lx, at ip 0x%lx", f->vector, f->error, f->ip);
}

/* A line is longer than all steps between two looks for an interrupt: the next step of what ends many threads' waits looks. */
void
fault_stop(struct thread *t, const char *text)
{
	log_line("thread %lu \"%s\" of space \"%s\": %s", t->id, t->name, t->space->name, text);
	if (t->space == first_space)
		arch_exit(EXIT_FAILURE_CODE);
	thread_suspend(t);
	preempt_charge(PREEMPT_STEPS);
}

void
fault_unhandled(struct thread *self, const struct fault *fault)
{
	char text[FAULT_TEXT];

	fault_describe(fault, text, sizeof(text));
	fault_stop(self, text);
}
