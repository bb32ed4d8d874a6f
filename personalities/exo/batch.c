/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several calls in one entry.  Each is dispatched as if it came alone: its arguments take the place of the batch's in the frame, and the batch's
 * come back afterwards.  Preempted, the batch says in its own arguments what is left; a call that was preempted itself has in the array what is left of it.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include <exo/batch.h>
#include <exo/calls.h>

#define LOOK_TICKS	4000		/* after that much time: a look for a waiting interrupt */

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

/* The call of ENTRY, its results or what is left of it in its place. */
static enum status
perform(struct thread *self, struct batch_call *entry)
{
	u64 rax = self->regs.rax, arg[6];
	enum status status = ERR_BAD_VALUE;

	if (!stands_alone(entry->call)) {
		__builtin_memcpy(arg, self->regs.arg, sizeof(arg));
		__builtin_memcpy(self->regs.arg, entry->argument, sizeof(arg));
		self->regs.rax = entry->call;
		status = call_dispatch(self);
		__builtin_memcpy(entry->argument, self->regs.arg, sizeof(arg));
		__builtin_memcpy(self->regs.arg, arg, sizeof(arg));
		self->regs.rax = rax;
	}
	if (status != STATUS_RESTART)
		entry->call = status;
	return status;
}

enum status
sys_batch(struct thread *self, const struct args_batch *a, struct out_batch *out)
{
	u64 *at = &self->regs.arg[0], *left = &self->regs.arg[1], flags = a->flags;
	u64 looked = arch_clock();
	struct batch_call entry;

	if (flags & ~(u64)BATCH_STOP)
		return ERR_BAD_VALUE;
	while (*left) {
		if (arch_copy_from_user(&entry, *at, sizeof(entry)))
			return ERR_BAD_ADDRESS;
		enum status status = perform(self, &entry);
		if (arch_copy_to_user(*at, &entry, sizeof(entry)))
			return ERR_BAD_ADDRESS;
		if (status == STATUS_RESTART)
			return status;
		*at += sizeof(entry);
		--*left;
		if (status && flags & BATCH_STOP)
			break;
		if (arch_clock() - looked < LOOK_TICKS)
			continue;
		if (*left && arch_interrupt_pending())
			return STATUS_RESTART;
		looked = arch_clock();
	}
	out->left = *left;
	return OK;
}
