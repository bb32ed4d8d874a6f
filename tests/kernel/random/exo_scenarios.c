/* SPDX-License-Identifier: BSD-2-Clause */
/* Statuses of exo's calls that chance does not reach: those that the first environment alone can have, and of pools and tables that are full. */
#include "exo_world.h"

#include <exo/entries.h>
#include <exo/frames.h>
#include <exo/slices.h>
#include <janus/registers.h>
#include "exo/guest.h"

#define HPET		0xfed00000ul
#define RAM		0x100000ul
#define PLACE		0x50000000ul
#define FAR		0x600000000000ul	/* where there are no tables yet */
#define MANY		4096		/* slots from here on, in pages that the keeper makes; each scenario has some */
#define MANY_PAGES	32
#define MANY_SLICES	(MANY + 1024)
#define MANY_DEVICES	(MANY_SLICES + SLICES)
#define NOWHERE		(MANY + 64 * MANY_PAGES)
#define DEVICES		64		/* more than fit in one page of the pool */

static struct area scene;
static struct token t, s, line, ports, weak, again, other;

static enum status
weaker(struct token strong, unsigned rights, struct token *weak)
{
	return call_frame_derive(strong.payload, strong.mac, rights, SLOT_OWN, WEAKER, &weak->payload, &weak->mac);
}

/* Slots that are not there, where capabilities are in slots. */
static void
no_slots(void)
{
	if (!by_slot)
		return;
	note(IRQ_CREATE, call_irq_create(5, 0, NOWHERE, &t.payload, &t.mac));
	note(PORTS_CREATE, call_ports_create(0x80, 1, NOWHERE, &t.payload, &t.mac));
	note(DEVICE_CREATE, call_device_create(HPET, 1, NOWHERE, &t.payload, &t.mac));
}

static void
devices(void)
{
	uint64_t value;

	note(IRQ_CREATE, call_irq_create(5, 0, SPARE, &t.payload, &t.mac));
	note(IRQ_CREATE, call_irq_create(5, 0, SPARE + 1, &other.payload, &other.mac));
	note(IRQ_CREATE, call_irq_create(9999, 0, SPARE + 1, &other.payload, &other.mac));
	must("a weaker one", call_resource_derive(t.payload, t.mac, 0, SLOT_OWN, WEAKER, &weak.payload, &weak.mac));
	note(IRQ_ATTACH, call_irq_attach(weak.payload, weak.mac));
	note(IRQ_ACKNOWLEDGE, call_irq_acknowledge(weak.payload, weak.mac));
	note(IRQ_ATTACH, call_irq_attach(t.payload, t.mac));
	note(IRQ_ACKNOWLEDGE, call_irq_acknowledge(t.payload, t.mac));
	note(RESOURCE_FREE, call_resource_free(t.payload, t.mac));
	note(PORTS_CREATE, call_ports_create(0x80, 1, SPARE, &t.payload, &t.mac));
	note(PORTS_CREATE, call_ports_create(0x80, 1, SPARE + 1, &other.payload, &other.mac));
	note(PORTS_CREATE, call_ports_create(0x20, 1, SPARE + 1, &other.payload, &other.mac));
	note(PORT_IN, call_port_in(t.payload, t.mac, 0x80, 1, &value));
	note(PORT_IN, call_port_in(t.payload, t.mac, 0x81, 1, &value));
	note(PORT_OUT, call_port_out(t.payload, t.mac, 0x80, 1, 0));
	note(PORT_OUT, call_port_out(t.payload, t.mac, 0x81, 1, 0));
	must("a weaker one", call_resource_derive(t.payload, t.mac, 0, SLOT_OWN, WEAKER, &weak.payload, &weak.mac));
	note(PORT_IN, call_port_in(weak.payload, weak.mac, 0x80, 1, &value));
	note(PORT_OUT, call_port_out(weak.payload, weak.mac, 0x80, 1, 0));
	note(RESOURCE_FREE, call_resource_free(t.payload, t.mac));
	note(DEVICE_CREATE, call_device_create(HPET, 1, SPARE, &t.payload, &t.mac));
	note(DEVICE_CREATE, call_device_create(HPET, 1, SPARE + 1, &other.payload, &other.mac));
	note(DEVICE_CREATE, call_device_create(RAM, 1, SPARE + 1, &other.payload, &other.mac));
	note(DEVICE_BIND, call_device_bind(PLACE, t.payload, t.mac, 0, RIGHT_READ, 2));
	note(DEVICE_BIND, call_device_bind(PLACE, t.payload, t.mac, 0, RIGHT_READ, 2));
	must("a weaker one", call_resource_derive(t.payload, t.mac, RIGHT_DESTROY, SLOT_OWN, WEAKER, &other.payload, &other.mac));
	note(DEVICE_BIND, call_device_bind(PLACE, other.payload, other.mac, 0, RIGHT_READ, 2));
	note(DEVICE_BIND, call_device_bind(PLACE + 1, t.payload, t.mac, 0, RIGHT_READ, 2));
	note(RESOURCE_FREE, call_resource_free(t.payload, t.mac));
}

/* The PIT fires, and the line is taken. */
static void
interrupt(void)
{
	uint64_t why, number, left;

	must("ports", call_ports_create(0x40, 4, SPARE, &ports.payload, &ports.mac));
	must("line", call_irq_create(2, 0, SPARE + 1, &line.payload, &line.mac));
	must("attach", call_irq_attach(line.payload, line.mac));
	call_port_out(ports.payload, ports.mac, 0x43, 1, 0x30);
	call_port_out(ports.payload, ports.mac, 0x40, 1, 100);
	call_port_out(ports.payload, ports.mac, 0x40, 1, 0);
	call_wait(0, 0, __builtin_ia32_rdtsc() + 10000000, &why);
	note(INTERRUPT_TAKE, call_interrupt_take(&number, &left));
	call_resource_free(line.payload, line.mac);
	call_resource_free(ports.payload, ports.mac);
}

static void
frames(void)
{
	note(FRAME_ALLOC, call_frame_alloc(FRAME_ANY, 0, SPARE, &t.payload, &t.mac));
	note(FRAME_DERIVE, weaker(t, RIGHT_READ, &weak));
	note(FRAME_DERIVE, call_frame_derive(weak.payload, weak.mac, 0, SLOT_OWN, SPARE + 2, &again.payload, &again.mac));
	note(FRAME_REVOKE, call_frame_revoke(weak.payload, weak.mac, &again.payload, &again.mac));
	note(FRAME_FREE, call_frame_free(weak.payload, weak.mac));
	note(BIND, call_bind(PLACE, weak.payload, weak.mac, RIGHT_READ | RIGHT_WRITE));
	note(BIND, call_bind(PLACE, weak.payload, weak.mac, RIGHT_READ));
	note(BIND, call_bind(PLACE, weak.payload, weak.mac, RIGHT_READ));
	note(PROTECT, call_protect(PLACE, 1, RIGHT_READ | RIGHT_WRITE));
	note(SPACE_SHARE, call_space_share(SCENE, PLACE, PLACE, 1, RIGHT_READ));
	note(UNBIND, call_unbind(PLACE, 1));
	note(FRAME_REVOKE, call_frame_revoke(t.payload, t.mac, &t.payload, &t.mac));
	note(FRAME_FREE, call_frame_free(t.payload, t.mac));
}

static void
slices(void)
{
	uint64_t at, position = 100, why;

	note(SLICE_ALLOC, call_slice_alloc(position, SLOT_OWN, SPARE, &s.payload, &s.mac, &at));
	note(SLICE_ALLOC, call_slice_alloc(position, SLOT_OWN, SPARE + 1, &other.payload, &other.mac, &at));
	note(SLICE_ALLOC, call_slice_alloc(SLICES, SLOT_OWN, SPARE + 1, &other.payload, &other.mac, &at));
	note(SLICE_ALLOC, call_slice_alloc(SLICE_ANY, 55, SPARE + 1, &other.payload, &other.mac, &at));
	note(SLICE_GIVE, call_slice_give(s.payload, s.mac, 1));
	note(SLICE_GIVE, call_slice_give(s.payload, s.mac, 0));
	note(RESOURCE_FREE, call_resource_free(s.payload, s.mac));
	note(WAIT, call_wait(0, 0, 0, &why));

	static struct token all[SLICES];
	unsigned n = 0;
	enum status status;
	while (!(status = call_slice_alloc(SLICE_ANY, SLOT_OWN, MANY_SLICES + n, &all[n].payload, &all[n].mac, &at)))
		n++;
	note(SLICE_ALLOC, status);
	while (n--)
		call_resource_free(all[n].payload, all[n].mac);
}

/* Nothing is left in the caller's own pool. */
static void
empty_pool(void)
{
	static struct token slice[SLICES], device[DEVICES];
	unsigned spaces = 0, made = 0, queues = 0, devices = 0;
	uint64_t at;

	must("a page", call_frame_alloc(FRAME_ANY, 0, SPARE + 1, &t.payload, &t.mac));
	must("device memory", call_device_create(HPET, 1, SPARE + 2, &line.payload, &line.mac));
	enum status status;
	while (!(status = call_space_create(MANY + spaces)))
		spaces++;
	note(SPACE_CREATE, status);
	while (made < SLICES && !call_slice_alloc(SLICE_ANY, SLOT_OWN, MANY_SLICES + made, &slice[made].payload, &slice[made].mac, &at))
		made++;
	do
		status = call_entry_queue(++queues);
	while (!status && queues < ENTRIES_MAX);
	note(ENTRY_QUEUE, status);
	note(IRQ_CREATE, call_irq_create(6, 0, SPARE, &other.payload, &other.mac));
	note(PORTS_CREATE, call_ports_create(0x2e8, 1, SPARE, &other.payload, &other.mac));
	while (devices < DEVICES && !call_device_create(HPET + 4096 * (devices + 1), 1, MANY_DEVICES + devices, &device[devices].payload, &device[devices].mac))
		devices++;
	note(DEVICE_CREATE, call_device_create(HPET + 4096 * (devices + 1), 1, SPARE, &other.payload, &other.mac));
	note(BIND, call_bind(FAR, t.payload, t.mac, RIGHT_READ));
	note(DEVICE_BIND, call_device_bind(FAR, line.payload, line.mac, 0, RIGHT_READ, 2));
	call_entry_queue(0);
	while (devices--)
		call_resource_free(device[devices].payload, device[devices].mac);
	while (made--)
		call_resource_free(slice[made].payload, slice[made].mac);
	while (spaces--)
		call_destroy(MANY + spaces);
	call_resource_free(line.payload, line.mac);
	call_frame_free(t.payload, t.mac);
}

/* --- on another's slices: who is entered tries to wait, and comes back ------------------------------------------------------ */

static void
entered(void)
{
	uint64_t name;

	must("an entry", call_entry((uintptr_t)client_entry, &name));
	must("a space", space_make(SCENE, &scene, &name));
	must("a guest", space_run(SCENE, guest, SPARE));
	call_yield();
	note(WAIT, transfer_and_back(name));
	note(TRANSFER, OK);			/* since it came back */
	call_destroy(SCENE);
}

/* A space without kernel memory, and spaces below spaces. */
static void
poor(void)
{
	uint64_t name, at;

	note(SPACE_CREATE, call_space_create(SCENE_INNER));
	note(SLICE_ALLOC, call_slice_alloc(SLICE_ANY, SCENE_INNER, SPARE, &other.payload, &other.mac, &at));
	note(ENVIRONMENT_CREATE, call_environment_create(SCENE_INNER, &name));
	note(DESTROY, call_destroy(SCENE_INNER));
}

static void
environment(void)
{
	struct registers regs;
	uint64_t name;

	must("a space", space_make(SCENE, &scene, &name));
	note(ENVIRONMENT_START, call_environment_start(SCENE, 0, 0, 0));
	frames();
	note(ENVIRONMENT_START, call_environment_start(SCENE, (uintptr_t)work, (uintptr_t)AREA->scratch - 8, 0));
	note(ENVIRONMENT_STOP, call_environment_stop(SCENE, 0));
	note(ENVIRONMENT_STOP, call_environment_stop(SCENE, (uintptr_t)&regs));
	note(ENVIRONMENT_STOP, call_environment_stop(SCENE, (uintptr_t)&regs));
	call_destroy(SCENE);
}

void
scenarios(void)
{
	for (unsigned i = 0; i < MANY_PAGES; i++)
		must("slots", call_cap_grow(SLOT_OWN, MANY + 64 * i));
	no_slots();
	devices();
	interrupt();
	environment();
	entered();
	slices();
	poor();
	empty_pool();
}
