/* SPDX-License-Identifier: BSD-2-Clause */
/* Slices, lines, ports and device memory named by slots (exo.caps=slot): made, derived into another's table, used there, given back; and each error of it. */
#include <exo/slices.h>
#include <janus/bootinfo.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

enum { CHILD = 1, LINE = 40, PORTS, MEMORY, SLICE, WEAK, NEXT, NOWHERE = 9000 };
enum { THEIR_SLICE = 10, THEIR_LINE };

#define WINDOW	0x100000000ul

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile unsigned got[4];
static uint64_t name;

static void
child(uint64_t to)
{
	got[0] = call_slice_give(THEIR_SLICE, 0, to);
	got[1] = call_resource_free(THEIR_SLICE, 0);
	got[2] = call_irq_attach(THEIR_LINE, 0);
	got[3] = call_irq_acknowledge(THEIR_LINE, 0);
	call_park();
}

static unsigned
derive(uint64_t from, unsigned rights, uint64_t space, uint64_t into)
{
	uint64_t payload, mac;

	return call_resource_derive(from, 0, rights, space, into, &payload, &mac);
}

static void
test_made(void)
{
	uint64_t payload = 0, mac = 1, at = 0, value;

	tap_status(call_irq_create(5, 0, NOWHERE, &payload, &mac), ERR_NO_CAP);
	tap_status(call_irq_create(5, 0, LINE, &payload, &mac), OK);
	tap_ok(payload == LINE && mac == 0, "its name is its slot");
	tap_status(call_irq_create(6, 0, LINE, &payload, &mac), ERR_EXISTS);
	tap_status(call_ports_create(0x80, 1, NOWHERE, &payload, &mac), ERR_NO_CAP);
	tap_status(call_ports_create(0x80, 1, PORTS, &payload, &mac), OK);
	tap_status(call_device_create(rt_bootinfo->hpet_base, 1, NOWHERE, &payload, &mac), ERR_NO_CAP);
	tap_status(call_device_create(rt_bootinfo->hpet_base, 1, MEMORY, &payload, &mac), OK);
	tap_status(call_slice_alloc(100, SLOT_OWN, NOWHERE, &payload, &mac, &at), ERR_NO_CAP);
	tap_status(call_slice_alloc(100, SLOT_OWN, SLICE, &payload, &mac, &at), OK);
	tap_status(call_slice_name(100, NOWHERE, &payload, &mac), ERR_NO_CAP);
	tap_status(call_slice_name(100, SLICE, &payload, &mac), ERR_EXISTS);
	tap_status(call_slice_name(100, NEXT, &payload, &mac), OK);
	tap_status(call_cap_delete(NEXT), OK);
	tap_status(call_port_in(PORTS, 0, 0x80, 1, &value), OK);
	tap_status(call_port_out(PORTS, 0, 0x80, 1, 0), OK);
	tap_status(call_device_bind(WINDOW, MEMORY, 0, 0, RIGHT_READ, 2), OK);
	tap_ok(*(volatile uint32_t *)WINDOW, "the device is there");
}

/* Another kind of thing, and nothing at all, are no capability. */
static void
test_kinds(void)
{
	static const uint64_t wrong[] = { SLICE, NEXT, NOWHERE, ~0ul };
	uint64_t value;

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		tap_status(call_irq_attach(wrong[i], 0), ERR_NO_CAP);
		tap_status(call_irq_acknowledge(wrong[i], 0), ERR_NO_CAP);
		tap_status(call_port_in(wrong[i], 0, 0x80, 1, &value), ERR_NO_CAP);
		tap_status(call_port_out(wrong[i], 0, 0x80, 1, 0), ERR_NO_CAP);
		tap_status(call_device_bind(WINDOW + 4096, wrong[i], 0, 0, RIGHT_READ, 2), ERR_NO_CAP);
		tap_status(call_slice_give(i ? wrong[i] : LINE, 0, name), ERR_NO_CAP);
		tap_status(call_resource_free(i ? wrong[i] : CHILD, 0), ERR_NO_CAP);
		tap_status(derive(i ? wrong[i] : CHILD, RIGHTS_ALL, SLOT_OWN, WEAK), ERR_NO_CAP);
	}
}

static void
test_rights(void)
{
	uint64_t value;

	tap_status(derive(LINE, RIGHT_READ, SLOT_OWN, NOWHERE), ERR_NO_CAP);
	tap_status(derive(LINE, RIGHT_READ, SLOT_OWN, LINE), ERR_EXISTS);
	tap_status(derive(LINE, RIGHT_READ, NOWHERE, WEAK), ERR_NO_CAP);
	tap_status(derive(LINE, RIGHT_READ, SLOT_OWN, WEAK), OK);
	tap_status(call_irq_attach(WEAK, 0), ERR_NO_RIGHT);
	tap_status(call_irq_acknowledge(WEAK, 0), ERR_NO_RIGHT);
	tap_status(call_resource_free(WEAK, 0), ERR_NO_RIGHT);
	tap_status(derive(WEAK, RIGHT_READ, SLOT_OWN, NEXT), ERR_NO_RIGHT);
	tap_status(call_cap_delete(WEAK), OK);
	tap_status(derive(PORTS, 0x20, SLOT_OWN, WEAK), OK);
	tap_status(call_port_in(WEAK, 0, 0x80, 1, &value), ERR_NO_RIGHT);
	tap_status(call_port_out(WEAK, 0, 0x80, 1, 0), ERR_NO_RIGHT);
	tap_status(call_cap_delete(WEAK), OK);
	tap_status(derive(MEMORY, RIGHT_READ, SLOT_OWN, WEAK), OK);
	tap_status(call_device_bind(WINDOW + 4096, WEAK, 0, 0, RIGHT_READ | RIGHT_WRITE, 2), ERR_NO_RIGHT);
	tap_status(call_cap_delete(WEAK), OK);
	tap_status(derive(SLICE, RIGHT_SHARE, SLOT_OWN, WEAK), OK);
	tap_status(call_slice_give(WEAK, 0, name), ERR_NO_RIGHT);
}

/* Handed on, which is a derivation into the other's table, and taken back. */
static void
test_handed_on(void)
{
	uint64_t at, owner = 0, ready, charged, forfeited, ticks;

	tap_status(derive(SLICE, RIGHT_CONTROL, CHILD, THEIR_SLICE), OK);
	tap_status(derive(LINE, RIGHT_RECEIVE, CHILD, THEIR_LINE), OK);
	tap_status(child_start(CHILD, stack, child, name), OK);
	call_yield();
	tap_equal(got[0], OK);
	tap_equal(got[1], ERR_NO_RIGHT);
	tap_equal(got[2], OK);
	tap_equal(got[3], OK);
	tap_status(call_slice_read(100, &at, &owner, &ready, &charged, &forfeited, &ticks), OK);
	tap_equal(owner, name);
	tap_status(call_resource_free(SLICE, 0), OK);
	tap_status(call_slice_read(100, &at, &owner, &ready, &charged, &forfeited, &ticks), ERR_NOT_FOUND);
	tap_status(call_resource_free(LINE, 0), OK);
	tap_status(call_resource_free(PORTS, 0), OK);
	tap_status(call_resource_free(MEMORY, 0), OK);
	tap_status(call_resource_free(MEMORY, 0), ERR_NO_CAP);
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	tap_status(child_make(CHILD, &name), OK);
	test_made();
	test_kinds();
	test_rights();
	test_handed_on();
	tap_done();
}
