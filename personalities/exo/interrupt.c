/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts to environments.  A line belongs to whom the first environment gave the capability to and who attached itself; what fires is in a queue
 * at that environment until it takes it, and is an upcall at once when it runs, else when it next does.
 */
#include "core/cpu.h"
#include "core/irq.h"
#include "core/personality.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include "personalities/exo/named.h"

/* What exo knows of a line, in irq->personality. */
struct line {
	struct thread *owner;		/* who attached itself; NULL: nobody */
	struct irq *next, **pprev;	/* list of the owner's lines */
	struct irq *next_fired;		/* the owner's queue */
	u64 queued;			/* is in it */
};
_Static_assert(sizeof(struct line) <= sizeof(((struct irq *)0)->personality), "fits into struct irq");

static struct line *
line_of(struct irq *irq)
{
	return (struct line *)irq->personality;
}

/* --- the queue of an environment --------------------------------------------------------------------------------------- */

static void
queue_put(struct interrupts *q, struct irq *irq)
{
	if (line_of(irq)->queued)
		return;
	line_of(irq)->queued = true;
	line_of(irq)->next_fired = NULL;
	if (q->first)
		line_of(q->last)->next_fired = irq;
	else
		q->first = irq;
	q->last = irq;
}

static void
queue_remove(struct interrupts *q, struct irq *irq)
{
	struct irq **at = &q->first, *before = NULL;

	if (!line_of(irq)->queued)
		return;
	for (; *at != irq; at = &line_of(*at)->next_fired)
		before = *at;
	*at = line_of(irq)->next_fired;
	if (q->last == irq)
		q->last = before;
	line_of(irq)->queued = false;
}

static void
detach(struct irq *irq)
{
	struct line *line = line_of(irq);

	if (!line->owner)
		return;
	queue_remove(&environment_of(line->owner)->interrupts, irq);
	*line->pprev = line->next;
	if (line->next)
		line_of(line->next)->pprev = line->pprev;
	line->owner = NULL;
}

void
interrupts_forget(struct thread *t)
{
	struct interrupts *q = &environment_of(t)->interrupts;

	while (q->attached)
		detach(q->attached);
}

void
personality_irq(struct irq *irq)
{
	struct thread *owner = line_of(irq)->owner;

	if (irq->object.dying) {
		detach(irq);
	} else if (owner) {
		queue_put(&environment_of(owner)->interrupts, irq);
		upcall_request(owner, PENDING_INTERRUPT);
	}
}

/* --- calls ------------------------------------------------------------------------------------------------------------ */

enum status
sys_irq_create(struct thread *self, const struct args_irq_create *a, struct out_irq_create *out)
{
	struct capability *slot;
	struct irq *irq;
	enum status status = device_room(self, a->into, &slot);

	if (status)
		return status;
	if (a->line > ~0u || a->level > 1)
		return ERR_BAD_VALUE;
	status = irq_create(self->space, a->line, a->level, &irq);
	if (status)
		return status;
	struct token t = original(irq, KIND_IRQ, RIGHTS_ALL, slot, a->into);
	*out = (struct out_irq_create){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_irq_attach(struct thread *self, const struct args_irq_attach *a, struct out_irq_attach *out)
{
	struct interrupts *q = &environment_of(self)->interrupts;
	struct capability room, *c;
	enum status status = named(self, KIND_IRQ, a->payload, a->mac, RIGHT_RECEIVE, &room, &c);

	if (status)
		return status;
	struct irq *irq = irq_of(c->object);
	detach(irq);
	*line_of(irq) = (struct line){ .owner = self, .next = q->attached, .pprev = &q->attached };
	if (q->attached)
		line_of(q->attached)->pprev = &line_of(irq)->next;
	q->attached = irq;
	if (irq->pending)
		personality_irq(irq);
	return OK;
}

enum status
sys_irq_acknowledge(struct thread *self, const struct args_irq_acknowledge *a, struct out_irq_acknowledge *out)
{
	struct capability room, *c;
	enum status status = named(self, KIND_IRQ, a->payload, a->mac, RIGHT_RECEIVE, &room, &c);

	if (status == OK)
		irq_acknowledge(irq_of(c->object));
	return status;
}

enum status
sys_interrupt_take(struct thread *self, const struct args_interrupt_take *a, struct out_interrupt_take *out)
{
	struct interrupts *q = &environment_of(self)->interrupts;
	struct irq *irq = q->first;

	if (!irq)
		return ERR_NOT_FOUND;
	queue_remove(q, irq);
	irq_take(irq);
	*out = (struct out_interrupt_take){ .line = irq->line, .left = q->first != NULL };
	return OK;
}
