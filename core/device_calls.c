/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies of the calls on interrupt lines, device memory and ports (core/uapi/janus/devices.def). */
#include "core/cap.h"
#include "core/device.h"
#include "core/devices_handlers.h"
#include "core/first.h"
#include "core/irq.h"
#include "core/thread.h"

/* The empty slot INTO for an object that SELF makes, which is the machine's. */
static enum status
machine_slot(struct thread *self, u64 into, struct capability **slot)
{
	if (self->space != first_space)
		return ERR_NO_RIGHT;
	return cap_empty_slot(&self->space->caps, into, slot);
}

/* --- lines ------------------------------------------------------------------------------------------------------------ */

enum status
sys_irq_create(struct thread *self, const struct args_irq_create *a, struct out_irq_create *out)
{
	struct capability *slot;
	struct irq *irq;
	enum status status = machine_slot(self, a->into, &slot);

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
sys_irq_info(struct thread *self, const struct args_irq_info *a, struct out_irq_info *out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, a->irq, KIND_IRQ, RIGHT_READ, &c);

	if (status)
		return status;
	const struct irq *irq = irq_of(c->object);
	*out = (struct out_irq_info){ .fired = irq->fired, .masked = irq->masked, .pending = irq->pending };
	return OK;
}

/* --- device memory ---------------------------------------------------------------------------------------------------- */

enum status
sys_device_create(struct thread *self, const struct args_device_create *a, struct out_device_create *out)
{
	struct capability *slot;
	struct device *d;
	enum status status = machine_slot(self, a->into, &slot);

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
	enum status status = machine_slot(self, a->into, &slot);

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
