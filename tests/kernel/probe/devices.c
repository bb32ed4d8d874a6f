/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt lines, device memory and ports, on two devices that the kernel leaves to user level: the PIT (ports, edge-triggered)
 * and the HPET (memory, level-triggered).
 */
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include "tap.h"
#include "worker.h"

enum { A = 32, IRQ = 40, PORTS, DEVICE, SPARE };
enum { EDGE, LEVEL };

#define MILLISECOND	1000000ul	/* ticks of the standard machine */
#define WINDOW		0x100000000ul	/* where device memory is mapped */

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned long seen;

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

static void
irq_state(uint64_t *fired, uint64_t *masked, uint64_t *pending)
{
	*fired = *masked = *pending = -1ul;
	call_irq_info(IRQ, fired, masked, pending);
}

static void
wait_and_note(unsigned long irq)
{
	seen = call_irq_wait(irq);
	call_thread_exit();
}

static void
test_line_errors(void)
{
	tap_status(call_irq_create(rt_bootinfo->irq_lines, EDGE, IRQ), ERR_BAD_VALUE);
	tap_status(call_irq_create(1ul << 32, EDGE, IRQ), ERR_BAD_VALUE);
	tap_status(call_irq_create(PIT_LINE, 2, IRQ), ERR_BAD_VALUE);
	tap_status(call_irq_create(PIT_LINE, EDGE, 1ul << 32), ERR_NO_CAP);
	tap_status(call_irq_wait(IRQ), ERR_NO_CAP);
	tap_status(call_irq_create(PIT_LINE, EDGE, IRQ), OK);
	tap_status(call_irq_create(PIT_LINE, EDGE, SPARE), ERR_EXISTS);
	tap_status(call_irq_create(PIT_LINE + 1, EDGE, IRQ), ERR_EXISTS);
}

static void
test_edge(void)
{
	uint64_t fired, masked, pending;

	tap_status(call_ports_create(PIT_PORT, 4, PORTS), OK);
	pit_fire_in(1000);
	tap_status(call_irq_wait(IRQ), OK);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 1);
	tap_equal(masked, 0);
	tap_equal(pending, 0);
}

static void
test_nobody_waits(void)
{
	uint64_t fired, masked, pending;

	pit_fire_in(100);
	call_sleep(MILLISECOND);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 2);
	tap_equal(pending, 1);
	tap_status(call_irq_wait(IRQ), OK);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 2);
	tap_equal(pending, 0);
}

static void
test_waiters(void)
{
	seen = -1ul;
	worker_start(A, stack, wait_and_note, IRQ);
	call_yield();
	tap_status(call_irq_wait(IRQ), ERR_EXISTS);
	pit_fire_in(100);
	call_sleep(MILLISECOND);
	call_yield();
	tap_equal(seen, OK);

	worker_start(A, stack, wait_and_note, IRQ);
	call_yield();
	tap_status(call_object_destroy(A), OK);		/* while it waits */
	pit_fire_in(100);
	call_sleep(MILLISECOND);
	tap_status(call_irq_wait(IRQ), OK);

	worker_start(A, stack, wait_and_note, IRQ);
	call_yield();
	tap_status(call_object_destroy(IRQ), OK);	/* while it is waited for */
	call_yield();
	tap_equal(seen, ERR_CANCELLED);
	pit_fire_in(100);
	call_sleep(MILLISECOND);			/* to nobody */
	tap_status(call_irq_create(PIT_LINE, EDGE, IRQ), OK);
	tap_status(call_object_destroy(IRQ), OK);
}

/* --- the HPET: timer 0 holds its line until its status bit is cleared -------------------------------------------------- */

#define HPET_CONFIGURATION	(0x10 / 4)
#define HPET_STATUS		(0x20 / 4)
#define HPET_COUNTER		(0xf0 / 4)
#define HPET_TIMER		(0x100 / 4)	/* configuration; what lines it can have */
#define HPET_COMPARATOR		(0x108 / 4)
#define HPET_TIMER_LEVEL	(1u << 1)
#define HPET_TIMER_ENABLED	(1u << 2)
#define HPET_TIMER_LINE		9

static volatile uint32_t *const hpet = (volatile uint32_t *)WINDOW;

static void
hpet_fire_in(unsigned counts)
{
	hpet[HPET_COMPARATOR] = hpet[HPET_COUNTER] + counts;
}

static void
test_level(void)
{
	uint64_t fired, masked, pending;
	unsigned line = 31 - __builtin_clz(hpet[HPET_TIMER + 1]);

	tap_status(call_irq_create(line, LEVEL, IRQ), OK);
	hpet[HPET_CONFIGURATION] = 1;
	hpet[HPET_TIMER] = line << HPET_TIMER_LINE | HPET_TIMER_LEVEL | HPET_TIMER_ENABLED;
	hpet_fire_in(10000);
	tap_status(call_irq_wait(IRQ), OK);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 1);
	tap_equal(masked, 1);

	tap_status(call_irq_acknowledge(IRQ), OK);	/* the device still holds it */
	tap_status(call_irq_wait(IRQ), OK);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 2);

	hpet[HPET_STATUS] = 1;
	tap_status(call_irq_acknowledge(IRQ), OK);
	call_sleep(MILLISECOND);
	irq_state(&fired, &masked, &pending);
	tap_equal(fired, 2);
	tap_equal(masked, 0);
	hpet[HPET_TIMER] = 0;
	tap_status(call_object_destroy(IRQ), OK);
}

/* --- device memory ------------------------------------------------------------------------------------------------------- */

static void
note_vector(unsigned long vector)
{
	seen = vector;
	call_thread_exit();
}

static void
read_window(unsigned long unused)
{
	call_exception_handler((uintptr_t)note_vector);
	seen = unused + hpet[0];
	call_thread_exit();
}

static void
test_device_errors(void)
{
	unsigned both = RIGHT_READ | RIGHT_WRITE;
	uint64_t hpet_base = rt_bootinfo->hpet_base;

	tap_status(call_device_create(0x200000, 1, DEVICE), ERR_BAD_VALUE);		/* the kernel's image */
	tap_status(call_device_create(rt_bootinfo->archive_base & -4096ul, 1, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(rt_bootinfo->local_apic, 1, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(0xfec00000, 1, DEVICE), ERR_BAD_VALUE);		/* IOAPIC */
	tap_status(call_device_create(0, -1ul, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(-4096ul, 2, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(1ul << 52, 1, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(hpet_base, 0, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(hpet_base + 8, 1, DEVICE), ERR_BAD_VALUE);
	tap_status(call_device_create(hpet_base, 1, DEVICE), OK);
	tap_status(call_device_create(hpet_base, 1, SPARE), ERR_EXISTS);
	tap_status(call_device_map(DEVICE, 1, WINDOW, both, 2), ERR_BAD_VALUE);
	tap_status(call_device_map(DEVICE, 0, WINDOW, both | RIGHT_EXECUTE, 2), ERR_BAD_VALUE);
	tap_status(call_device_map(DEVICE, 0, WINDOW, both, 3), ERR_BAD_VALUE);
	tap_status(call_device_map(DEVICE, 0, WINDOW + 8, both, 2), ERR_BAD_ADDRESS);
	tap_status(call_device_map(DEVICE, 0, 0xffffffff80200000, both, 2), ERR_BAD_ADDRESS);
	tap_status(call_device_map(DEVICE, 0, (uintptr_t)read_window & -4096ul, both, 2), ERR_EXISTS);
	tap_status(call_device_map(DEVICE, 0, WINDOW, both, 2), OK);
	tap_status(call_device_map(DEVICE, 0, WINDOW, both, 2), ERR_EXISTS);
}

static void
test_destruction_unmaps(void)
{
	worker_start(A, stack, read_window, 0);
	call_yield();
	tap_ok(seen && seen != 14, "mapped: the device's capabilities are read");
	tap_status(call_object_destroy(DEVICE), OK);
	worker_start(A, stack, read_window, 0);
	call_yield();
	tap_equal(seen, 14);			/* page fault */
	tap_status(call_device_create(rt_bootinfo->hpet_base, 1, DEVICE), OK);
	tap_status(call_object_destroy(DEVICE), OK);
}

/* --- ports ---------------------------------------------------------------------------------------------------------------- */

static void
test_port_errors(void)
{
	uint64_t value;

	tap_status(call_ports_create(0x20, 2, SPARE), ERR_BAD_VALUE);		/* PIC */
	tap_status(call_ports_create(0, 65536, SPARE), ERR_BAD_VALUE);
	tap_status(call_ports_create(0xf4, 1, SPARE), ERR_BAD_VALUE);		/* debug exit */
	tap_status(call_ports_create(0x70, 0, SPARE), ERR_BAD_VALUE);
	tap_status(call_ports_create(0xffff, 2, SPARE), ERR_BAD_VALUE);
	tap_status(call_ports_create(1ul << 32 | 0x70, 2, SPARE), ERR_BAD_VALUE);
	tap_status(call_ports_create(0x70, 1ul << 32 | 2, SPARE), ERR_BAD_VALUE);
	tap_status(call_ports_create(0x43, 1, SPARE), ERR_EXISTS);
	tap_status(call_port_in(PORTS, 0x44, 1, &value), ERR_BAD_VALUE);
	tap_status(call_port_in(PORTS, 0x42, 4, &value), ERR_BAD_VALUE);
	tap_status(call_port_in(PORTS, 0x40, 3, &value), ERR_BAD_VALUE);
	tap_status(call_port_in(PORTS, 1ul << 32 | 0x40, 1, &value), ERR_BAD_VALUE);
	tap_status(call_port_out(PORTS, 0x3f, 2, 0), ERR_BAD_VALUE);
	tap_status(call_port_in(SPARE, 0x40, 1, &value), ERR_NO_CAP);
	tap_status(call_port_in(PORTS, 0x40, 1, &value), OK);
	tap_status(call_object_destroy(PORTS), OK);
}

int
main(void)
{
	test_line_errors();
	test_edge();
	test_nobody_waits();
	test_waiters();
	test_device_errors();
	test_level();
	test_destruction_unmaps();
	test_port_errors();
	tap_done();
}
