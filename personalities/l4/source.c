/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sources: notifications and interrupt lines, whose messages come from no thread, so that nobody waits for them to be taken.
 *
 *                bind                     raise: a receiver waits
 *   unbound ------------> in e->bound  <--------------------------+
 *                            |     ^   -------------------------->+  it gets the message
 *                 raise:     |     |
 *                 nobody     v     |  the next receive at E
 *                         in e->pending
 *
 * A source that is raised again while it is pending has one message: what it says is looked up when it is taken.  Pending sources go before
 * threads that wait to send.
 */
#include "core/cap.h"
#include "core/cpu.h"
#include "core/irq.h"
#include "personalities/l4/l4.h"
#include <janus/slots.h>
#include <l4/fault.h>
#include <l4/ipc.h>

/* --- the two lists ---------------------------------------------------------------------------------------------------- */

static void
list_append(struct source **list, struct source *s)
{
	struct source *first = *list;

	if (!first) {
		*list = s->next = s->prev = s;
		return;
	}
	s->next = first;
	s->prev = first->prev;
	first->prev->next = s;
	first->prev = s;
}

static void
list_remove(struct source **list, struct source *s)
{
	s->next->prev = s->prev;
	s->prev->next = s->next;
	if (*list == s)
		*list = s->next != s ? s->next : NULL;
}

static void
set_pending(struct source *s)
{
	struct endpoint *e = s->endpoint;

	list_remove(&e->bound, s);
	list_append(&e->pending, s);
	s->pending = true;
	e->waiting = &l4_look;
}

void
source_clear(struct source *s)
{
	struct endpoint *e = s->endpoint;

	list_remove(&e->pending, s);
	list_append(&e->bound, s);
	s->pending = false;
	if (!e->first)
		endpoint_empty(e);
}

/* --- messages ----------------------------------------------------------------------------------------------------------- */

/* All bits, as the result of a call. */
static void
deliver_bits(struct source *s, struct thread *to)
{
	struct notification *n = notification_of(s);

	to->regs.arg[0] = n->bits;
	to->regs.rax = OK;
	n->bits = 0;
}

/* S's message comes to TO: one word; what is in the registers of the others, TO had in its frame before. */
static void
deliver(struct source *s, struct thread *to)
{
	if (s->kind == IPC_INTERRUPT) {
		interrupt_take(s, to);
		to->regs.rax = (u64)IPC_INTERRUPT << IPC_KIND;
	} else {
		deliver_bits(s, to);
		to->regs.rax = (u64)IPC_NOTIFICATION << IPC_KIND;
	}
	to->regs.arg[2] = s->badge;
	to->regs.valid = FRAME_GENERAL | FRAME_SYSRET;
}

static inline void
hand_to(struct source *s, struct thread *t)
{
	if (t->state == WAIT_BITS)
		deliver_bits(s, t);
	else
		deliver(s, t);
	schedule_wake(t);
}

static void NEVER_INLINE
raise_generally(struct source *s)
{
	struct thread *t = endpoint_first(s->endpoint);

	if (!t || (t->state != WAIT_RECEIVE && t->state != WAIT_BITS)) {
		set_pending(s);
		return;
	}
	ipc_leave(t);
	hand_to(s, t);
}

/* Usually somebody waits alone, and nothing is pending then; those who are not there are suspended. */
void
source_raise(struct source *s)
{
	struct endpoint *e = s->endpoint;

	if (!e)
		return;
	struct thread *t = e->waiting;
	if (t->suspended || l4_thread(t)->caller != &l4_nobody) {
		if (!s->pending)
			raise_generally(s);
		return;
	}
	e->waiting = &l4_nobody;		/* as it was before T came: endpoint_add */
	time_own(t);
	hand_to(s, t);
}

void
source_take(struct endpoint *e, struct thread *self)
{
	struct source *s = e->pending;

	source_clear(s);
	deliver(s, self);
}

/* --- bindings ----------------------------------------------------------------------------------------------------------- */

void
source_bind(struct source *s, struct endpoint *e, u64 badge)
{
	source_unbind(s);
	s->endpoint = e;
	s->badge = badge;
	list_append(&e->bound, s);
}

void
source_unbind(struct source *s)
{
	if (!s->endpoint)
		return;
	if (s->pending)
		source_clear(s);
	list_remove(&s->endpoint->bound, s);
	s->endpoint = NULL;
}

enum status
source_unbind_all(struct endpoint *e)
{
	while (e->pending || e->bound) {
		source_unbind(e->pending ? e->pending : e->bound);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

enum status
source_target(struct thread *self, u64 slot, struct endpoint **e, u64 *badge)
{
	struct capability *c;

	*e = NULL;
	*badge = 0;
	if (slot == SLOT_NONE)
		return OK;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_ENDPOINT, RIGHT_SEND, &c);
	if (status)
		return status;
	*e = c->object;
	*badge = c->badge;
	return OK;
}
