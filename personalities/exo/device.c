/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device memory and ports as resources.  The first environment alone takes them, by name, and hands capabilities on: a device that reads and
 * writes memory by itself is as much power as all of memory.
 */
#include "core/device.h"
#include "core/first.h"
#include "core/named.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include "personalities/exo/named.h"

enum status
device_room(struct thread *self, u64 into, struct capability **slot)
{
	return self->space == first_space ? room_for(self->space, into, slot) : ERR_NO_RIGHT;
}

/* --- device memory ----------------------------------------------------------------------------------------------------- */

enum status
sys_device_create(struct thread *self, const struct args_device_create *a, struct out_device_create *out)
{
	struct capability *slot;
	struct device *d;
	enum status status = device_room(self, a->into, &slot);

	if (status)
		return status;
	status = device_create(self->space, a->physical, a->pages, &d);
	if (status)
		return status;
	struct token t = original(d, KIND_DEVICE, RIGHTS_ALL, slot, a->into);
	*out = (struct out_device_create){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_device_bind(struct thread *self, const struct args_device_bind *a, struct out_device_bind *out)
{
	struct capability room, *c;
	struct map *m;

	if (a->rights > RIGHTS_ALL || a->cache > CACHE_UNCACHED || !map_rights_valid(a->rights))
		return ERR_BAD_VALUE;
	enum status status = named(self, KIND_DEVICE, a->payload, a->mac, a->rights, &room, &c);
	return status ? status : device_map(device_of(c->object), a->page, self->space, a->address, a->rights, a->cache, &m);
}

/* --- ports -------------------------------------------------------------------------------------------------------------- */

/* Larger than any port or size, for what does not fit. */
static u32
narrow(u64 value)
{
	return value > ~0u ? ~0u : value;
}

enum status
sys_ports_create(struct thread *self, const struct args_ports_create *a, struct out_ports_create *out)
{
	struct capability *slot;
	struct ports *p;
	enum status status = device_room(self, a->into, &slot);

	if (status)
		return status;
	status = ports_create(self->space, narrow(a->first), narrow(a->count), &p);
	if (status)
		return status;
	struct token t = original(p, KIND_PORTS, RIGHTS_ALL, slot, a->into);
	*out = (struct out_ports_create){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_port_in(struct thread *self, const struct args_port_in *a, struct out_port_in *out)
{
	struct capability room, *c;
	u32 value;
	enum status status = named(self, KIND_PORTS, a->payload, a->mac, RIGHT_READ, &room, &c);

	if (status)
		return status;
	status = ports_in(ports_of(c->object), narrow(a->port), narrow(a->bytes), &value);
	if (status == OK)
		out->value = value;
	return status;
}

enum status
sys_port_out(struct thread *self, const struct args_port_out *a, struct out_port_out *out)
{
	struct capability room, *c;
	enum status status = named(self, KIND_PORTS, a->payload, a->mac, RIGHT_WRITE, &room, &c);

	return status ? status : ports_out(ports_of(c->object), narrow(a->port), narrow(a->bytes), a->value);
}

/* --- the end of any of them ---------------------------------------------------------------------------------------------- */

static enum kind
kind_named(const struct thread *self, u64 name)
{
	struct capability *c;

	if (exo_caps != CAPS_SLOT)
		return name >> 56;
	return cap_slot(&self->space->caps, name, &c) ? KIND_NONE : c->type >> 8;
}

/* What of these NAME and MAC name, with RIGHTS. */
static enum status
resource_named(struct thread *self, u64 name, u64 mac, unsigned rights, struct capability *room, struct capability **out)
{
	enum kind kind = kind_named(self, name);

	if (kind != KIND_IRQ && kind != KIND_PORTS && kind != KIND_DEVICE && kind != KIND_SLICE)
		return exo_caps == CAPS_SLOT ? ERR_NO_CAP : ERR_BAD_TOKEN;
	return named(self, kind, name, mac, rights, room, out);
}

enum status
sys_resource_free(struct thread *self, const struct args_resource_free *a, struct out_resource_free *out)
{
	struct capability room, *c;
	enum status status = resource_named(self, a->payload, a->mac, RIGHT_DESTROY, &room, &c);

	if (status)
		return status;
	return exo_caps == CAPS_SLOT ? object_destroy_by(c) : object_destroy(c->object);
}

enum status
sys_resource_derive(struct thread *self, const struct args_resource_derive *a, struct out_resource_derive *out)
{
	struct capability room, *c, *slot;
	struct space *space;
	enum status status = resource_named(self, a->payload, a->mac, RIGHT_SHARE, &room, &c);

	if (status)
		return status;
	if (exo_caps != CAPS_SLOT) {
		struct token t = seal(c->object, c->type >> 8, c->type & a->rights);
		*out = (struct out_resource_derive){ .new_payload = t.payload, .new_mac = t.mac };
		return OK;
	}
	status = space_named(self, a->space, &space);
	if (!status)
		status = cap_empty_slot(&space->caps, a->into, &slot);
	if (status)
		return status;
	*out = (struct out_resource_derive){ .new_payload = a->into };
	return cap_copy(slot, c, a->rights);
}
