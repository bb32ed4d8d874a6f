/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several calls in one entry.  Each is dispatched as if it came alone: its number and arguments take the place of the batch's in the frame, and
 * the batch's come back afterwards.  Preempted, the batch says in its own arguments what is left; a call that was preempted itself has in the array what is left of it.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include <exo/batch.h>
#include <exo/calls.h>

#define LOOK_TICKS	4000		/* after that much time: a look for a waiting interrupt, or for whom a call of the batch made ready */

/* Calls that end or change who runs, or would nest. */
static bool
stands_alone(u64 call)
{
	switch (call) {
	case CALL_MACHINE_EXIT:
	case CALL_THREAD_EXIT:
	case CALL_TRANSFER:
	case CALL_PARK:
	case CALL_YIELD:
	case CALL_YIELD_TO:
	case CALL_WAIT:
	case CALL_BATCH:
		return true;
	default:
		return false;
	}
}

/* A call as it is in the array, without the reserved word, is what the frame has from rax on. */
#define CALL_BYTES	offsetof(struct batch_call, reserved)
_Static_assert(offsetof(struct trap_frame, arg) == offsetof(struct trap_frame, rax) + sizeof(u64), "a call's number, then its arguments");

/* The call at AT: its status and results, or what is left of it, in its place. */
static enum status
perform(struct thread *self, vaddr_t at)
{
	struct trap_frame *f = &self->regs;

	if (arch_copy_from_user(&f->rax, at, CALL_BYTES))
		return ERR_BAD_ADDRESS;
	enum status status = stands_alone(f->rax) ? ERR_BAD_VALUE : call_dispatch(self);
	if (status != STATUS_RESTART)
		f->rax = status;
	if (arch_copy_to_user(at, &f->rax, CALL_BYTES))
		return ERR_BAD_ADDRESS;
	return status == STATUS_RESTART ? status : OK;
}

/* AT and LEFT move on; the frame's words are those of single calls. */
static enum status
perform_all(struct thread *self, vaddr_t *at, u64 *left, u64 flags)
{
	u64 looked = arch_clock();

	while (*left) {
		enum status status = perform(self, *at);
		if (status)
			return status;
		*at += sizeof(struct batch_call);
		--*left;
		if (self->regs.rax && flags & BATCH_STOP)
			return OK;
		if (arch_clock() - looked < LOOK_TICKS)
			continue;
		if (*left && (preempt_now() || this_cpu()->pending & PENDING_RESCHEDULE))
			return STATUS_RESTART;
		looked = arch_clock();
	}
	return OK;
}

enum status
sys_batch(struct thread *self, const struct args_batch *a, struct out_batch *out)
{
	struct trap_frame *f = &self->regs;
	u64 at = a->calls, left = a->count, flags = a->flags, rest[3] = { f->arg[3], f->arg[4], f->arg[5] };

	if (flags & ~(u64)BATCH_STOP)
		return ERR_BAD_VALUE;
	enum status status = perform_all(self, &at, &left, flags);
	f->rax = CALL_BATCH;
	f->arg[0] = at;
	f->arg[1] = left;
	f->arg[2] = flags;
	__builtin_memcpy(&f->arg[3], rest, sizeof(rest));
	out->left = left;
	return status;
}
