/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe on interrupt lines, device memory and ports.  One thread at a time can wait for a line. */
#include "core/arch.h"
#include "core/cap.h"
#include "core/device.h"
#include "core/irq.h"
#include "core/personality.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

/* --- lines ---------------------------------------------------------------------------------------------------------- */

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
sys_irq_create(struct thread *self, const struct args_irq_create *a, struct out_irq_create *out)
{
	struct capability *slot;
	struct irq *irq;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	if (a->line > ~0u || a->level > IRQ_LEVEL)
		return ERR_BAD_VALUE;
	status = irq_create(self->space, a->line, a->level, &irq);
	if (status)
		return status;
	cap_insert(slot, &irq->object, KIND_IRQ, RIGHTS_ALL, 0);
	return OK;
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

enum status
sys_irq_info(struct thread *self, const struct args_irq_info *a, struct out_irq_info *out)
{
	struct irq *irq;
	enum status status = irq_named(self, a->irq, RIGHT_READ, &irq);

	if (status)
		return status;
	*out = (struct out_irq_info){ .fired = irq->fired, .masked = irq->masked, .pending = irq->pending };
	return OK;
}

/* --- device memory ---------------------------------------------------------------------------------------------------- */

enum status
sys_device_create(struct thread *self, const struct args_device_create *a, struct out_device_create *out)
{
	struct capability *slot;
	struct device *d;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	status = device_create(self->space, a->base, a->pages, &d);
	if (status)
		return status;
	cap_insert(slot, &d->object, KIND_DEVICE, RIGHTS_ALL, 0);
	return OK;
}

enum status
sys_device_map(struct thread *self, const struct args_device_map *a, struct out_device_map *out)
{
	struct capability *c;
	struct map *m;
	enum status status = cap_lookup(&self->space->caps, a->device, KIND_DEVICE, RIGHT_READ, &c);

	if (status)
		return status;
	if (a->rights & ~(u64)c->type)
		return ERR_NO_RIGHT;
	if (a->cache > CACHE_UNCACHED)
		return ERR_BAD_VALUE;
	return device_map(device_of(c->object), a->page, self->space, a->address, a->rights, a->cache, &m);
}

/* --- ports ------------------------------------------------------------------------------------------------------------ */

static enum status
ports_named(struct thread *self, u64 slot, unsigned rights, struct ports **out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_PORTS, rights, &c);

	if (status == OK)
		*out = ports_of(c->object);
	return status;
}

/* Words of a call are wider than what core takes: what does not fit is out of every range. */
static u32
narrow(u64 word)
{
	return word > ~0u ? ~0u : word;
}

enum status
sys_ports_create(struct thread *self, const struct args_ports_create *a, struct out_ports_create *out)
{
	struct capability *slot;
	struct ports *p;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	status = ports_create(self->space, narrow(a->first), narrow(a->count), &p);
	if (status)
		return status;
	cap_insert(slot, &p->object, KIND_PORTS, RIGHTS_ALL, 0);
	return OK;
}

enum status
sys_port_in(struct thread *self, const struct args_port_in *a, struct out_port_in *out)
{
	struct ports *p;
	u32 value;
	enum status status = ports_named(self, a->ports, RIGHT_READ, &p);

	if (status)
		return status;
	status = ports_in(p, narrow(a->port), narrow(a->bytes), &value);
	if (status == OK)
		out->value = value;
	return status;
}

enum status
sys_port_out(struct thread *self, const struct args_port_out *a, struct out_port_out *out)
{
	struct ports *p;
	enum status status = ports_named(self, a->ports, RIGHT_WRITE, &p);

	return status ? status : ports_out(p, narrow(a->port), narrow(a->bytes), a->value);
}
