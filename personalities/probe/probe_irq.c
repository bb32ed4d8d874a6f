/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe on interrupt lines.  One thread at a time can wait for a line. */
#include "core/arch.h"
#include "core/cap.h"
#include "core/irq.h"
#include "core/personality.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

static struct thread **
waiter_of(struct irq *irq)
{
	return (struct thread **)&irq->personality[0];
}

static enum status
irq_named(struct thread *self, u64 slot, unsigned rights, struct irq **out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_IRQ, rights, &c);

	if (status == OK)
		*out = irq_of(c->object);
	return status;
}

/* The line's waiter, if any, waits no longer; its call ends with STATUS. */
static void
waiter_release(struct irq *irq, enum status status)
{
	struct thread *t = *waiter_of(irq);

	*waiter_of(irq) = NULL;
	probe_thread(t)->waits_for = NULL;
	t->regs.rax = status;
	thread_make_runnable(t);
}

void
personality_irq(struct irq *irq)
{
	if (!*waiter_of(irq))
		return;
	if (irq->object.dying)
		waiter_release(irq, ERR_CANCELLED);
	else if (irq_take(irq))
		waiter_release(irq, OK);
}

void
probe_irq_forget(struct thread *t)
{
	struct irq *irq = probe_thread(t)->waits_for;

	if (irq)
		*waiter_of(irq) = NULL;
	probe_thread(t)->waits_for = NULL;
}

enum status
sys_irq_wait(struct thread *self, const struct args_irq_wait *a, struct out_irq_wait *out)
{
	struct irq *irq;
	enum status status = irq_named(self, a->irq, RIGHT_RECEIVE, &irq);

	if (status)
		return status;
	if (*waiter_of(irq))
		return ERR_EXISTS;
	if (irq_take(irq))
		return OK;
	*waiter_of(irq) = self;
	probe_thread(self)->waits_for = irq;
	thread_block(self);
	return OK;
}

enum status
sys_irq_acknowledge(struct thread *self, const struct args_irq_acknowledge *a, struct out_irq_acknowledge *out)
{
	struct irq *irq;
	enum status status = irq_named(self, a->irq, RIGHT_RECEIVE, &irq);

	if (status == OK)
		irq_acknowledge(irq);
	return status;
}
