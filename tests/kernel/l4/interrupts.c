/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as messages, on two devices that the kernel leaves to user level: the PIT (edge-triggered) and the HPET (level-triggered): who is told,
 * what acknowledges, and what becomes of a line whose driver, endpoint or object goes.
 */
#include <janus/bootinfo.h>
#include <l4/fault.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, F, IRQ, PORTS, DEVICE, WEAK, W0, BADGED };	/* slots */
enum { EDGE, LEVEL };

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(1000, 11))		/* 2,048,000 ticks */
#define WINDOW		0x100000000ul	/* where device memory is mapped */
#define BADGE		71
#define HIGH		200

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result;
static struct message got;

static enum status
receive(struct message *m, uint64_t timeout)
{
	return message_ipc(CALL_IPC_RECEIVE | timeout << 32, E, m);
}

static void
state(uint64_t *fired, uint64_t *masked, uint64_t *pending)
{
	*fired = *masked = *pending = -1ul;
	call_irq_info(IRQ, fired, masked, pending);
}

static bool
is_masked(void)
{
	uint64_t fired, masked, pending;

	state(&fired, &masked, &pending);
	return masked == 1;
}

static uint64_t
times_fired(void)
{
	uint64_t fired, masked, pending;

	state(&fired, &masked, &pending);
	return fired;
}

/* Takes one message and keeps it. */
static void
keeper(unsigned long unused __attribute__((unused)))
{
	result = message_ipc(CALL_IPC_RECEIVE, E, &got);
	call_thread_suspend(SLOT_OWN);
	call_thread_exit();
}

/* --- the PIT: channel 0 raises its line once, when it has counted down ------------------------------------------------ */

#define PIT_LINE	2		/* IRQ 0 */
#define PIT_PORT	0x40
#define PIT_CONTROL	0x43
#define PIT_ONCE	0x30		/* channel 0, both bytes, mode 0 */

static void
pit_fire_in(unsigned counts)
{
	call_port_out(PORTS, PIT_CONTROL, 1, PIT_ONCE);
	call_port_out(PORTS, PIT_PORT, 1, counts & 0xff);
	call_port_out(PORTS, PIT_PORT, 1, counts >> 8);
}

/* Fired, and nobody was told. */
static void
pit_fire(void)
{
	uint64_t before = times_fired();

	pit_fire_in(100);
	while (times_fired() == before)
		;
}

static void
test_errors(void)
{
	tap_status(call_irq_create(PIT_LINE, EDGE, IRQ), OK);
	tap_status(call_ports_create(PIT_PORT, 4, PORTS), OK);
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_cap_mint(E, SLOT_OWN, BADGED, RIGHT_SEND, BADGE), OK);
	tap_status(call_irq_bind(F, E), ERR_NO_CAP);
	tap_status(call_irq_bind(E, E), ERR_NO_CAP);
	tap_status(call_irq_bind(IRQ, F), ERR_NO_CAP);
	tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHT_RECEIVE), OK);
	tap_status(call_irq_bind(IRQ, WEAK), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
	tap_status(call_cap_copy(IRQ, SLOT_OWN, WEAK, RIGHT_READ), OK);
	tap_status(call_irq_bind(WEAK, E), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
}

static void
expect_interrupt(const struct message *m, uint64_t fired)
{
	tap_equal(m->kind, IPC_INTERRUPT);
	tap_equal(m->badge, BADGE);
	tap_equal(m->word[0], fired);
}

static void
test_edge(void)
{
	struct message m = { 0 };

	pit_fire();					/* before it is bound */
	tap_status(call_irq_bind(IRQ, BADGED), OK);
	tap_status(receive(&m, AT_ONCE), OK);
	expect_interrupt(&m, 1);
	tap_status(receive(&m, AT_ONCE), ERR_TIMEOUT);

	pit_fire_in(1000);				/* while the driver waits */
	tap_status(receive(&m, SOON), OK);
	expect_interrupt(&m, 2);
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);	/* acknowledges */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);

	for (int i = 0; i < 20; i++)			/* a storm that nobody takes is one message */
		pit_fire();
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT | AT_ONCE << 32, E, &m), OK);
	expect_interrupt(&m, 22);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT | AT_ONCE << 32, E, &m), ERR_TIMEOUT);
}

/* At once, above whom it interrupts. */
static void
test_priority(void)
{
	result = 99;
	tap_status(worker_start(W0, stack, keeper, 0), OK);
	call_yield();
	call_thread_priority(W0, HIGH);
	pit_fire();
	tap_equal(result, OK);
	expect_interrupt(&got, 23);
	call_object_destroy(W0);
}

static void
test_bindings_end(void)
{
	struct message m = { 0 };

	tap_status(call_irq_bind(IRQ, SLOT_NONE), OK);
	pit_fire();
	tap_status(receive(&m, AT_ONCE), ERR_TIMEOUT);
	tap_status(call_endpoint_create(F), OK);
	tap_status(call_irq_bind(IRQ, F), OK);
	tap_status(call_object_destroy(F), OK);			/* with a message pending */
	tap_status(receive(&m, AT_ONCE), ERR_TIMEOUT);
	tap_status(call_irq_bind(IRQ, BADGED), OK);		/* is told again */
	tap_status(receive(&m, AT_ONCE), OK);
	expect_interrupt(&m, 24);
	tap_status(call_object_destroy(IRQ), OK);		/* while it is the receiver's to acknowledge */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
	tap_status(call_irq_create(PIT_LINE, EDGE, IRQ), OK);
	tap_status(call_irq_bind(IRQ, BADGED), OK);
	pit_fire();
	tap_status(call_object_destroy(IRQ), OK);		/* with a message pending */
	tap_status(receive(&m, AT_ONCE), ERR_TIMEOUT);
}

/* --- the HPET: timer 0 asks until its status is cleared ------------------------------------------------------------------ */

#define HPET_CONFIGURATION	(0x10 / 4)
#define HPET_STATUS		(0x20 / 4)
#define HPET_COUNTER		(0xf0 / 4)
#define HPET_TIMER		(0x100 / 4)
#define HPET_COMPARATOR		(0x108 / 4)
#define HPET_TIMER_LEVEL	(1u << 1)
#define HPET_TIMER_ENABLED	(1u << 2)
#define HPET_TIMER_LINE		9
#define HPET_LINE		20

static volatile uint32_t *const hpet = (volatile uint32_t *)WINDOW;

static void
hpet_fire_in(unsigned counts)
{
	hpet[HPET_CONFIGURATION] = 1;
	hpet[HPET_TIMER] = HPET_LINE << HPET_TIMER_LINE | HPET_TIMER_LEVEL | HPET_TIMER_ENABLED;
	hpet[HPET_COMPARATOR] = hpet[HPET_COUNTER] + counts;
}

/* It asks no longer. */
static void
hpet_quiet(void)
{
	hpet[HPET_STATUS] = 1;
}

static void
test_level(void)
{
	struct message m = { 0 };

	tap_status(call_device_create(rt_bootinfo->hpet_base, 1, DEVICE), OK);
	tap_status(call_device_map(DEVICE, 0, WINDOW, RIGHT_READ | RIGHT_WRITE, 2), OK);
	tap_status(call_irq_create(HPET_LINE, LEVEL, IRQ), OK);
	tap_status(call_irq_bind(IRQ, BADGED), OK);
	hpet_fire_in(10000);
	tap_status(receive(&m, SOON), OK);
	expect_interrupt(&m, 1);
	tap_ok(is_masked(), "masked until it is acknowledged");
	tap_status(receive(&m, SOON), OK);		/* acknowledges; the device still asks */
	expect_interrupt(&m, 2);
	hpet_quiet();
	tap_status(receive(&m, AT_ONCE), ERR_TIMEOUT);
	tap_ok(!is_masked(), "open again");
}

/* A driver that dies while the line is masked gives it back: whoever is next is told. */
static void
test_driver_dies(void)
{
	struct message m = { 0 };

	result = 99;
	tap_status(worker_start(W0, stack, keeper, 0), OK);
	call_yield();
	hpet_fire_in(10000);
	while (result == 99)
		call_yield();
	tap_equal(got.kind, IPC_INTERRUPT);
	tap_ok(is_masked(), "masked, and its driver does nothing");
	tap_status(call_object_destroy(W0), OK);
	tap_status(receive(&m, SOON), OK);
	tap_equal(m.kind, IPC_INTERRUPT);
	hpet_quiet();
	tap_status(call_object_destroy(E), OK);
	tap_status(receive(&m, 0), ERR_NO_CAP);
	tap_ok(is_masked(), "who has no endpoint any more still owes it");
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	tap_ok(!is_masked(), "and pays");
	tap_status(call_object_destroy(IRQ), OK);
}

int
main(void)
{
	test_errors();
	test_edge();
	test_priority();
	test_bindings_end();
	test_level();
	test_driver_dies();
	tap_done();
}
