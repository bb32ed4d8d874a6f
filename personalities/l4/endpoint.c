/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endpoints: who waits where.
 *
 * Invariants:
 *   - a thread in WAIT_SEND, WAIT_CALL, WAIT_RECEIVE or WAIT_BITS is its endpoint's `waiting` or in its list, and no other thread is;
 *   - a thread in WAIT_FROM is in the list `closed` and its partner's `awaited_by`, which is NULL in all others;
 *   - nobody waits to receive while a source is pending;
 *   - `waiting` is l4_look exactly while the list is not empty or a source pending, or always on a processor that lacks what the fast path uses;
 *   - a thread in WAIT_REPLY is the caller of its server, or has a reply capability (reply.c), and every caller is in WAIT_REPLY.
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
list_append(struct thread **list, struct thread *t)
{
	struct thread *first = *list;

	if (!first) {
		*list = first = t;
		l4_thread(t)->prev = t;
	}
	struct thread *last = l4_thread(first)->prev;
	l4_thread(t)->next = first;
	l4_thread(t)->prev = last;
	l4_thread(last)->next = t;
	l4_thread(first)->prev = t;
}

static void
list_remove(struct thread **list, struct thread *t)
{
	struct thread *next = l4_thread(t)->next, *prev = l4_thread(t)->prev;

	l4_thread(prev)->next = next;
	l4_thread(next)->prev = prev;
	if (*list == t)
		*list = next != t ? next : NULL;
}

static void
append(struct endpoint *e, struct thread *t)
{
	list_append(&e->first, t);
	through_link(t);
	e->waiting = &l4_look;
}

void
endpoint_unlist(struct endpoint *e, struct thread *t)
{
	list_remove(&e->first, t);
	through_unlink(t);
	if (!e->first)
		endpoint_empty(e);
	transfer_partner_leaves(t);
}

/* Of a partner one thread waits for its messages alone, so that who sends need not search. */
static void
append_closed(struct endpoint *e, struct thread *t)
{
	list_append(&e->closed, t);
	through_link(t);
	l4_thread(l4_thread(t)->awaits)->awaited_by = t;
}

void
endpoint_unlist_closed(struct endpoint *e, struct thread *t)
{
	list_remove(&e->closed, t);
	through_unlink(t);
	l4_thread(l4_thread(t)->awaits)->awaited_by = NULL;
	transfer_partner_leaves(t);
}

void
endpoint_add(struct endpoint *e, struct thread *t)
{
	l4_thread(t)->endpoint = e;
	if (t->state == WAIT_FROM) {
		append_closed(e, t);
		return;
	}
	bool receives = t->state == WAIT_RECEIVE || t->state == WAIT_BITS;
	if (e->waiting == &l4_nobody && receives && !timeout_pending(&t->timeout)) {
		e->waiting = t;
		return;
	}
	if (endpoint_has_one(e))
		append(e, e->waiting);
	append(e, t);
}

void
endpoint_hide(struct endpoint *e, struct thread *t)
{
	if (e->waiting == t)
		append(e, t);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

void
endpoint_begin(struct endpoint *e, enum kind kind, struct space *home)
{
	object_init(&e->object, kind, home);
	e->waiting = endpoint_nobody;
}

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
	endpoint_begin(e, KIND_ENDPOINT, self->space);
	cap_insert(slot, &e->object, KIND_ENDPOINT, RIGHTS_ALL, 0);
	return OK;
}

/* No capability leads here any more, so that nobody comes while it is emptied. */
enum status
endpoint_end(struct endpoint *e)
{
	struct thread *t;

	while ((t = endpoint_first(e)) || (t = e->closed)) {
		ipc_cancel(t, ERR_CANCELLED);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return source_unbind_all(e);
}

enum status
endpoint_destroy(struct endpoint *e)
{
	if (endpoint_end(e) == STATUS_RESTART)
		return STATUS_RESTART;
	object_fini(&e->object);
	kmem_free(e);
	return OK;
}
