/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reply capabilities: a server puts its caller aside and serves others; later it, or who was given the capability, takes the caller back and
 * replies, with the operations and the fast paths that there are.
 *
 *   caller --call--> server --caller_save--> slot --caller_load--> server --reply--> caller
 *
 * The capability leads to an object that is part of its caller, `reply`, and has no rights: it can be moved and deleted, not copied.  There is
 * one exactly while its caller waits for nobody's reply in particular: state WAIT_REPLY, `server` NULL, `through` the slot.  So none is stale: when the
 * caller waits no longer, whatever ends that, the slot is empty; when the slot is emptied otherwise, the caller is told.
 */
#include "core/cpu.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

static inline struct thread *
thread_that_waits(const struct capability *c)
{
	return (struct thread *)c->spare;
}

static void
reply_insert(struct capability *slot, struct thread *caller)
{
	struct l4_thread *l = l4_thread(caller);

	l->server = NULL;
	l->through = slot;
	l->reply.kind = KIND_REPLY;
	l->reply.epoch = caller->object.epoch;
	cap_insert(slot, &l->reply, KIND_REPLY, 0, 0);
	slot->spare = (u64)caller;
}

void
reply_remove(struct thread *caller)
{
	if (l4_thread(caller)->through)
		cap_delete(l4_thread(caller)->through);
}

void
reply_gone(struct capability *c)
{
	struct thread *caller = thread_that_waits(c);

	l4_thread(caller)->through = NULL;	/* who removes it does so */
	ipc_cancel(caller, ERR_CANCELLED);
}

void
reply_moved(struct capability *to)
{
	l4_thread(thread_that_waits(to))->through = to;
}

/* A transfer to CALLER that was interrupted begins anew should there be a reply again. */
enum status
sys_caller_save(struct thread *self, const struct args_caller_save *a, struct out_caller_save *out)
{
	struct thread *caller = caller_of(self);
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	if (!caller)
		return ERR_NOT_FOUND;
	transfer_partner_leaves(caller);
	caller_clear(self);
	reply_insert(slot, caller);
	schedule_own(self);
	return OK;
}

/* A line that SELF was told of is acknowledged, as by any operation that replies. */
enum status
sys_caller_load(struct thread *self, const struct args_caller_load *a, struct out_caller_load *out)
{
	struct capability *slot;
	enum status status = cap_lookup(&self->space->caps, a->from, KIND_REPLY, 0, &slot);

	if (status)
		return status;
	if (caller_of(self))
		return ERR_WRONG_STATE;
	interrupt_acknowledge(self);
	struct thread *caller = thread_that_waits(slot);
	cap_delete(slot);
	caller_set(self, caller);
	schedule_for(self, caller);
	return OK;
}
