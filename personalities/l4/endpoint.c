/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endpoints: who waits where.
 *
 * Invariants:
 *   - a thread in WAIT_SEND, WAIT_CALL or WAIT_RECEIVE is its endpoint's `waiting` or in its list, and no other thread is;
 *   - `waiting` is l4_look exactly while the list is not empty, or always on a processor that lacks what the fast path uses;
 *   - a thread in WAIT_REPLY is the caller of its server, and every caller is in WAIT_REPLY.
 */
#include "core/bootinfo.h"
#include "core/cap.h"
#include "core/kmem.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

struct thread l4_nobody = { .suspended = true }, l4_look = { .suspended = true };

#define FAST_NEEDS	(BOOT_FEATURE_FSGSBASE | BOOT_FEATURE_XSAVE)
#define FAST_REFUSES	BOOT_FEATURE_PTI

struct thread *endpoint_nobody = &l4_look;

void
endpoint_init(void)
{
	if ((bootinfo.features & (FAST_NEEDS | FAST_REFUSES)) == FAST_NEEDS)
		endpoint_nobody = &l4_nobody;
}

/* --- who waits to send or to receive ---------------------------------------------------------------------------- */

static void
list_append(struct endpoint *e, struct thread *t)
{
	struct thread *first = e->first;

	e->waiting = &l4_look;
	if (!first) {
		e->first = t;
		first = t;
		l4_thread(t)->prev = t;
	}
	struct thread *last = l4_thread(first)->prev;
	l4_thread(t)->next = first;
	l4_thread(t)->prev = last;
	l4_thread(last)->next = t;
	l4_thread(first)->prev = t;
}

void
endpoint_unlist(struct endpoint *e, struct thread *t)
{
	struct thread *next = l4_thread(t)->next, *prev = l4_thread(t)->prev;

	if (next == t) {
		e->first = NULL;
		e->waiting = endpoint_nobody;
		return;
	}
	l4_thread(prev)->next = next;
	l4_thread(next)->prev = prev;
	if (e->first == t)
		e->first = next;
}

void
endpoint_add(struct endpoint *e, struct thread *t)
{
	l4_thread(t)->endpoint = e;
	if (e->waiting == &l4_nobody && t->state == WAIT_RECEIVE && !timeout_pending(&t->timeout)) {
		e->waiting = t;
		return;
	}
	if (endpoint_has_one(e))
		list_append(e, e->waiting);
	list_append(e, t);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

enum status
sys_endpoint_create(struct thread *self, const struct args_endpoint_create *a, struct out_endpoint_create *out)
{
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	struct endpoint *e = kmem_alloc(self->space, sizeof(*e), KIND_ENDPOINT);
	if (!e)
		return ERR_NO_KMEM;
	object_init(&e->object, KIND_ENDPOINT, self->space);
	e->waiting = endpoint_nobody;
	cap_insert(slot, &e->object, KIND_ENDPOINT, RIGHTS_ALL, 0);
	return OK;
}

/* No capability leads here any more, so that nobody comes while it is emptied. */
enum status
endpoint_destroy(struct endpoint *e)
{
	struct thread *t;

	while ((t = endpoint_first(e))) {
		ipc_cancel(t, ERR_CANCELLED);
		if (preempt_point())
			return STATUS_RESTART;
	}
	object_fini(&e->object);
	kmem_free(e);
	return OK;
}
