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

static struct thread *nobody_waits = &l4_look;

void
endpoint_init(void)
{
	if ((bootinfo.features & (FAST_NEEDS | FAST_REFUSES)) == FAST_NEEDS)
		nobody_waits = &l4_nobody;
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

static void
list_remove(struct endpoint *e, struct thread *t)
{
	struct thread *next = l4_thread(t)->next, *prev = l4_thread(t)->prev;

	if (next == t) {
		e->first = NULL;
		e->waiting = nobody_waits;
		return;
	}
	l4_thread(prev)->next = next;
	l4_thread(next)->prev = prev;
	if (e->first == t)
		e->first = next;
}

static bool
is_alone(const struct endpoint *e)
{
	return e->waiting != &l4_nobody && e->waiting != &l4_look;
}

void
endpoint_add(struct endpoint *e, struct thread *t)
{
	l4_thread(t)->endpoint = e;
	if (e->waiting == &l4_nobody && t->state == WAIT_RECEIVE && !timeout_pending(&t->timeout)) {
		e->waiting = t;
		return;
	}
	if (is_alone(e))
		list_append(e, e->waiting);
	list_append(e, t);
}

void
endpoint_remove(struct endpoint *e, struct thread *t)
{
	if (e->waiting == t)
		e->waiting = nobody_waits;
	else
		list_remove(e, t);
}

struct thread *
endpoint_first(const struct endpoint *e)
{
	return is_alone(e) ? e->waiting : e->first;
}

/* --- who waits for a reply -------------------------------------------------------------------------------------- */

void
caller_set(struct thread *server, struct thread *caller)
{
	struct l4_thread *s = l4_thread(server);

	l4_thread(caller)->server = server;
	s->other_caller = caller;
	s->caller = timeout_pending(&caller->timeout) ? &l4_look : caller;
}

void
caller_clear(struct thread *server)
{
	l4_thread(server)->caller = &l4_nobody;
}

struct thread *
caller_of(struct thread *server)
{
	const struct l4_thread *s = l4_thread(server);

	if (s->caller == &l4_nobody)
		return NULL;
	return s->caller == &l4_look ? s->other_caller : s->caller;
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
	e->waiting = nobody_waits;
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
