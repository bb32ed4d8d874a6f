/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of l4 that set threads and spaces up. */
#include "core/arch.h"
#include "core/cap.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/named.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

/* --- threads ---------------------------------------------------------------------------------------------------------- */

enum status
sys_thread_create(struct thread *self, const struct args_thread_create *a, struct out_thread_create *out)
{
	struct thread *t;
	enum status status = thread_create_named(self, a->space, a->into, 0, &t);

	if (status)
		return status;
	thread_begin(t, l4_thread(self));
	out->id = t->id;
	return OK;
}

/* The thread that SLOT names, to which SELF may give PRIORITY. */
static enum status
priority_named(struct thread *self, u64 slot, u64 priority, struct thread **out)
{
	enum status status = thread_named(self, slot, RIGHT_CONTROL, out);

	if (status)
		return status;
	if (priority >= READY_LEVELS)
		return ERR_BAD_VALUE;
	return priority > l4_thread(self)->limit ? ERR_NO_RIGHT : OK;
}

enum status
sys_thread_priority(struct thread *self, const struct args_thread_priority *a, struct out_thread_priority *out)
{
	struct thread *t;
	enum status status = priority_named(self, a->thread, a->priority, &t);

	if (status)
		return status;
	l4_thread(t)->own_priority = a->priority;
	return time_follow(t);
}

/* Its own priority follows, should it be higher. */
enum status
sys_thread_limit(struct thread *self, const struct args_thread_limit *a, struct out_thread_limit *out)
{
	struct thread *t;
	enum status status = priority_named(self, a->thread, a->priority, &t);

	if (status)
		return status;
	l4_thread(t)->limit = a->priority;
	if (l4_thread(t)->own_priority <= a->priority)
		return OK;
	l4_thread(t)->own_priority = a->priority;
	return time_follow(t);
}

enum status
sys_thread_cancel(struct thread *self, const struct args_thread_cancel *a, struct out_thread_cancel *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (status)
		return status;
	if (t->state < THREAD_BLOCKED)
		return ERR_WRONG_STATE;
	if (l4_thread(t)->fault)
		fault_cancel(t);
	else
		ipc_cancel(t, ERR_CANCELLED);
	return OK;
}

/* Every thread of l4 has such registers. */
enum status
sys_thread_floating(struct thread *self, const struct args_thread_floating *a, struct out_thread_floating *out)
{
	struct thread *t, *from;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (!status)
		status = thread_named(self, a->from, RIGHT_CONTROL, &from);
	if (!status)
		arch_fpu_copy(t, from);
	return status;
}

/* --- spaces ----------------------------------------------------------------------------------------------------------- */

#define DONATE_LIMIT	16		/* pages at once: each is cleared, with interrupts off */

enum status
sys_space_create(struct thread *self, const struct args_space_create *a, struct out_space_create *out)
{
	struct space *space;

	return space_create_named(self, a->into, &space);
}

enum status
sys_space_donate(struct thread *self, const struct args_space_donate *a, struct out_space_donate *out)
{
	struct space *space;
	struct frame *f;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	if (self->space != first_space)
		return ERR_NO_RIGHT;
	if (!a->pages || a->pages > DONATE_LIMIT)
		return ERR_BAD_VALUE;
	for (u64 i = 0; i < a->pages && status == OK; i++) {
		status = frame_alloc_any(space, ORDER_4K, &f);	/* its own: free again when it dies */
		if (status == OK)
			status = kmem_donate(space, f);
	}
	return status;
}

enum status
sys_space_prepare(struct thread *self, const struct args_space_prepare *a, struct out_space_prepare *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : space_prepare(space);
}

/* When it is preempted the call goes on with what is left: its arguments say so. */
enum status
sys_space_map(struct thread *self, const struct args_space_map *a, struct out_space_map *out)
{
	struct args_space_map *left = (struct args_space_map *)self->regs.arg;
	struct space *space;
	u64 done = 0;

	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	status = space_map_range(space, a->address, self->space, a->source, a->pages, a->rights, &done);
	if (status == STATUS_RESTART) {
		left->address += done << PAGE_SHIFT;
		left->source += done << PAGE_SHIFT;
		left->pages -= done;
	}
	return status;
}
