/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects of devices: see devices.h. */
#include <stdio.h>
#include <janus/kinds.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include "devices.h"

#define OBJECTS	32

enum device_kind { DEVICE_PORTS, DEVICE_IRQ, DEVICE_MEMORY };

static struct object {
	enum device_kind kind;
	struct setting_range range;
	uint64_t slot;			/* 0: the entry is free */
} objects[OBJECTS];

/* Lines of the ISA bus are edge-triggered, and so are those that a driver has for itself. */
static enum status
object_create(enum device_kind kind, const struct setting_range *r, uint64_t slot)
{
	switch (kind) {
	case DEVICE_PORTS:
		return call_ports_create(r->first, r->count, slot);
	case DEVICE_IRQ:
		return call_irq_create(r->first, false, slot);
	default:
		return call_device_create(r->first * PAGE, r->count, slot);
	}
}

static struct object *
object_of(enum device_kind kind, const struct setting_range *r)
{
	for (struct object *o = objects; o < objects + OBJECTS; o++) {
		if (!o->slot || (o->kind == kind && o->range.first == r->first && o->range.count == r->count))
			return o;
	}
	return NULL;
}

static enum status
object_have(enum device_kind kind, const struct setting_range *r, uint64_t *slot)
{
	struct object *o = object_of(kind, r);

	if (!o)
		return ERR_LIMIT;
	if (!o->slot) {
		uint64_t made = slot_take();
		enum status status = made ? object_create(kind, r, made) : ERR_NO_KMEM;
		if (status) {
			slot_give(made);
			return status;
		}
		*o = (struct object){ kind, *r, made };
	}
	*slot = o->slot;
	return OK;
}

static enum status
list_give(struct instance *i, const char *name, enum device_kind kind, const struct setting_range *list, unsigned count)
{
	enum status status = OK;

	for (unsigned n = 0; n < count && !status; n++) {
		char numbered[PLAN_NAME];
		uint64_t slot;
		status = object_have(kind, &list[n], &slot);
		if (status)
			break;
		snprintf(numbered, sizeof(numbered), "%s%u", name, n);
		status = load_give(i, numbered, slot, RIGHTS_ALL & ~RIGHT_DESTROY, 0);
	}
	return status;
}

enum status
devices_give(struct instance *i, const struct plan_program *p)
{
	enum status status = list_give(i, "ports", DEVICE_PORTS, p->port, p->ports);

	if (!status)
		status = list_give(i, "irq", DEVICE_IRQ, p->irq, p->irqs);
	return status ? status : list_give(i, "device", DEVICE_MEMORY, p->device, p->devices);
}
