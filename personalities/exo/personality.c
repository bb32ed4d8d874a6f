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
#include "personalities/exo/cache.h"
#include "personalities/exo/handlers.h"

const struct option personality_options[] = {
	{ "exo.caps", "sealed|slot", 0, 0, "how capabilities to frames are named: tokens, or slots of the space's table" },
	{ "exo.slice", NULL, 100, 1000000, "length of a slice of the processor, in microseconds" },
	{ 0 },
};

void
personality_init(void)
{
	names_init();
	frames_init();
	slices_init();
	wait_init();
}

struct thread *
personality_first_thread(void)
{
	struct thread *t = first_program_load(0);

	allowance_init(t->space);
	name_give(t);			/* the first of all */
	*space_environment(t->space) = t;
	environment_init(t);
	name_open(t);
	slices_first(t);
	share_begin(t);
	return t;
}

/* Outside its library OS an environment has no system calls: without a handler the instruction is undefined there. */
static NEVER_INLINE void
call_foreign(struct thread *self)
{
	struct trap_frame *f = &self->regs;

	if (upcall_call(self))
		return;
	f->rip -= SYSCALL_BYTES;
	personality_fault(self, &(struct fault){ .kind = FAULT_EXCEPTION, .vector = EXCEPTION_UNDEFINED, .ip = f->rip });
}

void
personality_syscall(struct thread *self)
{
	trace(TRACE_CALL, self->regs.rax, self->regs.arg[0]);
	if (call_is_foreign(self))
		call_foreign(self);
	else
		call_finish(self, call_dispatch(self));
	check_after_call();
}

/* An environment that cannot be told of its fault runs no more; its share goes to nobody, a share that it ran on back to its owner. */
void
personality_fault(struct thread *self, const struct fault *fault)
{
	if (fault->kind == FAULT_PAGE && !fault->present) {
		enum status status = refill(self, fault->address);

		if (status == OK || status == STATUS_RESTART)	/* the access is made again, and its fault, if it is not bound yet */
			return;
	}
	if (upcall_exception(self, fault))
		return;
	environment_forget(self);
	fault_unhandled(self, fault);
}

void
personality_timeout(struct timeout *timeout)
{
	if (timeout->kind == TIMEOUT_SLICE)
		slices_expired(current_thread());
	else
		wait_end(container_of(timeout, struct thread, timeout));
}

struct thread *
personality_pick(void)
{
	struct thread *t = slices_pick(current_thread());

	if (!t)
		return NULL;
	environment_of(t)->resumable = false;
	if (t->pending)
		upcall_deliver(t);
	return t;
}

enum status
personality_thread(struct thread *t, enum thread_event event)
{
	this_cpu()->pending |= PENDING_RESCHEDULE;
	switch (event) {
	case THREAD_READY:
		slices_join(t);
		break;
	case THREAD_NOT_READY:
		slices_leave(t);
		break;
	case THREAD_GONE:
		environment_forget(t);
		if (cache_free(t))
			return STATUS_RESTART;
		return wait_owner_gone(t->space);
	}
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	slice_destroy(o);
	return OK;
}
