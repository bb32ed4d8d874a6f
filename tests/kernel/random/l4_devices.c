/* SPDX-License-Identifier: BSD-2-Clause */
/* Statuses of l4's calls on interrupt lines, device memory and ports: only the first space can have these objects. */
#include "l4_world.h"

enum { LINE = 56, DEVICE, PORTS, WEAKER, NONE, NOWHERE = 9000 };	/* slots */

#define FREE_LINE	5		/* nothing is there */
#define HPET		0xfed00000ul
#define RAM		0x100000ul
#define SCRATCH_PORT	0x80
#define MANY_PORTS	0x8000
#define MAPPED		0x50000000ul

static void
weaker(unsigned long slot)
{
	call_cap_delete(WEAKER);
	must("cap_copy", call_cap_copy(slot, SLOT_OWN, WEAKER, RIGHT_SHARE));
}

static void
lines(void)
{
	uint64_t fired, masked, pending;

	note(IRQ_CREATE, call_irq_create(FREE_LINE, 0, LINE));
	note(IRQ_CREATE, call_irq_create(FREE_LINE + 1, 0, LINE));
	note(IRQ_CREATE, call_irq_create(FREE_LINE + 1, 0, NOWHERE));
	note(IRQ_CREATE, call_irq_create(9999, 0, WEAKER));
	note(IRQ_INFO, call_irq_info(LINE, &fired, &masked, &pending));
	note(IRQ_BIND, call_irq_bind(LINE, SLOT_NONE));
	weaker(LINE);
	note(IRQ_INFO, call_irq_info(WEAKER, &fired, &masked, &pending));
	note(IRQ_BIND, call_irq_bind(WEAKER, SLOT_NONE));
}

static void
memory(void)
{
	note(DEVICE_CREATE, call_device_create(HPET, 1, DEVICE));
	note(DEVICE_CREATE, call_device_create(HPET, 1, NONE));
	note(DEVICE_CREATE, call_device_create(HPET, 1, NOWHERE));
	note(DEVICE_CREATE, call_device_create(RAM, 1, NONE));
	note(DEVICE_MAP, call_device_map(DEVICE, 1, MAPPED, RIGHT_READ, 2));
	note(DEVICE_MAP, call_device_map(DEVICE, 0, MAPPED + 1, RIGHT_READ, 2));
	note(DEVICE_MAP, call_device_map(DEVICE, 0, MAPPED, RIGHT_READ, 2));
	note(DEVICE_MAP, call_device_map(DEVICE, 0, MAPPED, RIGHT_READ, 2));
	weaker(DEVICE);
	note(DEVICE_MAP, call_device_map(WEAKER, 0, MAPPED, RIGHT_READ, 2));
}

static void
ports(void)
{
	uint64_t value;

	note(PORTS_CREATE, call_ports_create(SCRATCH_PORT, 1, PORTS));
	note(PORTS_CREATE, call_ports_create(SCRATCH_PORT, 1, NONE));
	note(PORTS_CREATE, call_ports_create(SCRATCH_PORT, 1, NOWHERE));
	note(PORTS_CREATE, call_ports_create(SCRATCH_PORT, 0, NONE));
	note(PORT_IN, call_port_in(PORTS, SCRATCH_PORT, 1, &value));
	note(PORT_OUT, call_port_out(PORTS, SCRATCH_PORT, 1, 0));
	note(PORT_IN, call_port_in(PORTS, SCRATCH_PORT, 2, &value));
	note(PORT_OUT, call_port_out(PORTS, SCRATCH_PORT, 2, 0));
	weaker(PORTS);
	note(PORT_IN, call_port_in(WEAKER, SCRATCH_PORT, 1, &value));
	note(PORT_OUT, call_port_out(WEAKER, SCRATCH_PORT, 1, 0));
}

void
devices(void)
{
	lines();
	memory();
	ports();
	call_cap_delete(WEAKER);
}

/*
 * The first time there is none of these objects yet, so that each would need a page; the second time there is a device to be mapped.  SLOT: free.
 */
void
devices_without_memory(unsigned long slot)
{
	note(NOTIFICATION_CREATE, call_notification_create(slot));
	note(PORTS_CREATE, call_ports_create(MANY_PORTS, 1, slot));
	call_object_destroy(slot);
	note(IRQ_CREATE, call_irq_create(FREE_LINE + 1, 0, slot));
	call_object_destroy(slot);
	note(DEVICE_CREATE, call_device_create(HPET + 4096, 1, slot));
	call_object_destroy(slot);
	note(DEVICE_MAP, call_device_map(DEVICE, 0, MAPPED << 8, RIGHT_READ, 2));
}

void
devices_end(void)
{
	must("object_destroy", call_object_destroy(LINE));
	must("object_destroy", call_object_destroy(DEVICE));
	must("object_destroy", call_object_destroy(PORTS));
}
