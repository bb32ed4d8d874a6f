/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as messages.  A line is bound to an endpoint, like a notification; its message tells how often it fired.
 *
 * The message is like a call by the hardware: who has it owes the line a reply, which acknowledges it.  So the driver's next receive or
 * reply at any endpoint does, and its death: a level line that still asks fires again then, for whoever receives next.
 *
 *   fires: masked (level) ---> message ---> taker ---> next IPC, or its end: unmasked
 */
#include "core/cap.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include <l4/fault.h>

_Static_assert(sizeof(struct line) <= sizeof(((struct irq *)0)->personality), "fits into struct irq");

void
interrupt_release(struct irq *irq)
{
	struct thread *taker = line_of(irq)->taker;

	line_of(irq)->taker = NULL;
	l4_thread(taker)->interrupt = NULL;
	caller_clear(taker);
}

/* Its own, so that the interrupt's way keeps no register for it. */
static void NEVER_INLINE
line_end(struct irq *irq)
{
	struct line *line = line_of(irq);

	source_unbind(&line->source);
	if (line->taker)
		interrupt_release(irq);
}

void
personality_irq(struct irq *irq)
{
	if (irq->object.dying)
		line_end(irq);
	else
		source_raise(&line_of(irq)->source);
}

void
interrupt_acknowledge(struct thread *self)
{
	struct irq *irq = l4_thread(self)->interrupt;

	if (!irq)
		return;
	interrupt_release(irq);
	irq_acknowledge(irq);
}

enum status
sys_irq_bind(struct thread *self, const struct args_irq_bind *a, struct out_irq_bind *out)
{
	struct capability *c;
	struct endpoint *e;
	u64 badge;

	enum status status = cap_lookup(&self->space->caps, a->irq, KIND_IRQ, RIGHT_CONTROL, &c);
	if (status)
		return status;
	status = source_target(self, a->endpoint, &e, &badge);
	if (status)
		return status;
	struct irq *irq = irq_of(c->object);
	struct source *s = &line_of(irq)->source;
	s->kind = IPC_INTERRUPT;
	source_unbind(s);
	if (e)
		source_bind(s, e, badge);
	if (irq->pending)
		source_raise(s);
	return OK;
}
