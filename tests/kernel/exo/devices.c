/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices as resources, and their interrupts as upcalls: the PIT (ports, edge-triggered), the clock of the PC (ports, and a driver in another
 * environment), the HPET (memory, level-triggered), the display.
 */
#include <exo/frames.h>
#include <exo/wait.h>
#include <janus/bootinfo.h>
#include "child.h"
#include "handlers.h"
#include "tap.h"

enum { CHILD = 1, FREE_SLOT = 50 };
enum { EDGE, LEVEL };

#define MILLISECOND	1000000ul	/* ticks of the standard machine */
#define WINDOW		0x100000000ul	/* where device memory is bound */
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

struct token { uint64_t payload, mac; };

static char stack[CHILD_STACK] __attribute__((aligned(16)));

HANDLER(interrupt);

static volatile uint64_t upcalls, line_seen, rounds;
static volatile bool again;			/* the handler makes the line fire while it is busy */
static void pit_fire_in(unsigned counts);

static uint64_t
clock(void)
{
	return __builtin_ia32_rdtsc();
}

static void
pass(uint64_t ticks)
{
	for (uint64_t end = clock() + ticks; clock() < end; )
		;
}

void
interrupt_handler(void)
{
	uint64_t line, left;

	rounds++;
	while (!call_interrupt_take(&line, &left)) {
		upcalls++;
		line_seen = line;
	}
	if (again) {
		again = false;
		pit_fire_in(10);
		pass(MILLISECOND);
	}
}

/* --- the PIT: channel 0 raises its line once, when it has counted down ------------------------------------------------ */

#define PIT_LINE	2		/* IRQ 0 */
#define PIT_PORT	0x40
#define PIT_CONTROL	0x43
#define PIT_ONCE	0x30		/* channel 0, both bytes, mode 0 */

static struct token pit_ports, pit_line;

static void
out(struct token t, uint64_t port, uint64_t value)
{
	call_port_out(t.payload, t.mac, port, 1, value);
}

static void
pit_fire_in(unsigned counts)
{
	out(pit_ports, PIT_CONTROL, PIT_ONCE);
	out(pit_ports, PIT_PORT, counts & 0xff);
	out(pit_ports, PIT_PORT, counts >> 8);
}

static unsigned
line_take(uint64_t line, uint64_t level, struct token *t)
{
	return call_irq_create(line, level, FREE_SLOT, &t->payload, &t->mac);
}

static unsigned
ports_take(uint64_t first, uint64_t count, struct token *t)
{
	return call_ports_create(first, count, FREE_SLOT, &t->payload, &t->mac);
}

static void
test_line_errors(void)
{
	struct token t;
	uint64_t line, left;

	tap_status(line_take(rt_bootinfo->irq_lines, EDGE, &t), ERR_BAD_VALUE);
	tap_status(line_take(1ul << 32 | PIT_LINE, EDGE, &t), ERR_BAD_VALUE);
	tap_status(line_take(PIT_LINE, 2, &t), ERR_BAD_VALUE);
	tap_status(line_take(PIT_LINE, EDGE, &pit_line), OK);
	tap_status(line_take(PIT_LINE, EDGE, &t), ERR_EXISTS);
	tap_status(call_irq_attach(pit_line.payload, pit_line.mac ^ 1), ERR_BAD_TOKEN);
	tap_status(call_irq_acknowledge(pit_line.payload ^ 1ul << 56, pit_line.mac), ERR_BAD_TOKEN);
	tap_status(call_interrupt_take(&line, &left), ERR_NOT_FOUND);
}

static void
test_edge(void)
{
	uint64_t why = 9, line = 0, left = 9;

	tap_status(ports_take(PIT_PORT, 4, &pit_ports), OK);
	pit_fire_in(100);
	pass(MILLISECOND);
	tap_status(call_interrupt_take(&line, &left), ERR_NOT_FOUND);	/* it is nobody's yet, and not lost */
	tap_status(call_irq_attach(pit_line.payload, pit_line.mac), OK);
	tap_status(call_interrupt_take(&line, &left), OK);
	tap_ok(line == PIT_LINE && !left, "which fired before anybody was attached");
	pit_fire_in(1000);
	tap_status(call_wait(0, 0, WAIT_FOREVER, &why), OK);
	tap_equal(why, WAIT_INTERRUPT);
	tap_status(call_interrupt_take(&line, &left), OK);
}

static void
test_upcall(void)
{
	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENT_INTERRUPT), OK);
	pit_fire_in(100);
	pass(MILLISECOND);
	tap_equal(upcalls, 1);
	tap_equal(line_seen, PIT_LINE);
	again = true;
	pit_fire_in(100);
	pass(2 * MILLISECOND);
	tap_equal(upcalls, 3);			/* the one that met the busy handler was found on its way back */
	tap_equal(rounds, 3);
	tap_status(call_interrupt_context(0, 0, 0, 0, 0), OK);
}

/* --- the PC's clock, whose driver is another environment ------------------------------------------------------------------ */

#define RTC_LINE	8
#define RTC_PORT	0x70
#define RTC_CONTROL	0x0b
#define RTC_CAUSE	0x0c
#define RTC_PERIODIC	0x42		/* with 24 hours */

static struct token rtc_ports, rtc_line;
static volatile uint64_t ticks_seen, driver_status;

static void
rtc_write(unsigned reg, unsigned value)
{
	out(rtc_ports, RTC_PORT, reg);
	out(rtc_ports, RTC_PORT + 1, value);
}

static uint64_t
rtc_read(unsigned reg)
{
	uint64_t value = 0;

	out(rtc_ports, RTC_PORT, reg);
	call_port_in(rtc_ports.payload, rtc_ports.mac, RTC_PORT + 1, 1, &value);
	return value;
}

static void
driver(uint64_t unused __attribute__((unused)))
{
	uint64_t why, line, left, payload = 0, mac = 0;

	driver_status = call_irq_create(3, EDGE, FREE_SLOT, &payload, &mac) != ERR_NO_RIGHT;
	driver_status |= call_ports_create(0x2f8, 8, FREE_SLOT, &payload, &mac) != ERR_NO_RIGHT;
	driver_status |= call_device_create(0xfed00000, 1, FREE_SLOT, &payload, &mac) != ERR_NO_RIGHT;
	driver_status |= call_irq_attach(rtc_line.payload, rtc_line.mac);
	rtc_write(RTC_CONTROL, RTC_PERIODIC);
	for (;;) {
		call_wait(0, 0, WAIT_FOREVER, &why);
		while (!call_interrupt_take(&line, &left))
			ticks_seen += line == RTC_LINE;
		rtc_read(RTC_CAUSE);
	}
}

static void
test_driver(void)
{
	uint64_t name = 0, why;

	tap_status(ports_take(RTC_PORT, 2, &rtc_ports), OK);
	tap_status(line_take(RTC_LINE, EDGE, &rtc_line), OK);
	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, driver, 0), OK);
	tap_status(call_wait(0, 0, clock() + 20 * MILLISECOND, &why), OK);
	tap_equal(driver_status, OK);
	tap_ok(ticks_seen >= 10, "1,024 a second");
	tap_status(call_destroy(CHILD), OK);		/* attached, and waiting */
	rtc_write(RTC_CONTROL, 2);
	rtc_read(RTC_CAUSE);
	tap_status(call_irq_attach(rtc_line.payload, rtc_line.mac), OK);
	tap_status(call_resource_free(rtc_line.payload, rtc_line.mac), OK);	/* while somebody is attached */
	tap_status(call_irq_attach(rtc_line.payload, rtc_line.mac), ERR_BAD_TOKEN);
	tap_status(call_resource_free(rtc_ports.payload, rtc_ports.mac), OK);
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
static struct token hpet_memory;

static unsigned
memory_take(uint64_t physical, uint64_t pages, struct token *t)
{
	return call_device_create(physical, pages, FREE_SLOT, &t->payload, &t->mac);
}

static unsigned
memory_bind(uint64_t address, uint64_t page, uint64_t rights, uint64_t cache)
{
	return call_device_bind(address, hpet_memory.payload, hpet_memory.mac, page, rights, cache);
}

static void
test_memory_errors(void)
{
	uint64_t base = rt_bootinfo->hpet_base;
	struct token t;

	tap_status(memory_take(0x200000, 1, &t), ERR_BAD_VALUE);		/* the kernel's image */
	tap_status(memory_take(rt_bootinfo->local_apic, 1, &t), ERR_BAD_VALUE);
	tap_status(memory_take(base + 8, 1, &t), ERR_BAD_VALUE);
	tap_status(memory_take(base, -1ul, &t), ERR_BAD_VALUE);
	tap_status(memory_take(base, 1, &hpet_memory), OK);
	tap_status(memory_take(base, 1, &t), ERR_EXISTS);
	tap_status(memory_bind(WINDOW, 1, READ_WRITE, 2), ERR_BAD_VALUE);
	tap_status(memory_bind(WINDOW, 0, READ_WRITE | RIGHT_EXECUTE, 2), ERR_BAD_VALUE);
	tap_status(memory_bind(WINDOW, 0, 1ul << 32 | RIGHT_READ, 2), ERR_BAD_VALUE);
	tap_status(memory_bind(WINDOW, 0, READ_WRITE, 3), ERR_BAD_VALUE);
	tap_status(memory_bind(WINDOW + 8, 0, READ_WRITE, 2), ERR_BAD_ADDRESS);
	tap_status(memory_bind((uintptr_t)stack & -4096ul, 0, READ_WRITE, 2), ERR_EXISTS);
	tap_status(call_device_bind(WINDOW, hpet_memory.payload, hpet_memory.mac ^ 1, 0, READ_WRITE, 2), ERR_BAD_TOKEN);
	tap_status(memory_bind(WINDOW, 0, READ_WRITE, 2), OK);

	uint64_t name;
	tap_status(child_make(CHILD, &name), OK);
	tap_status(call_space_share(CHILD, WINDOW, WINDOW, 1, RIGHT_READ), ERR_NO_RIGHT);	/* by its capability alone */
	tap_status(call_protect(WINDOW, 1, 0), OK);
	tap_status(call_space_share(CHILD, WINDOW, WINDOW, 1, RIGHT_READ), ERR_NO_RIGHT);
	tap_status(call_protect(WINDOW, 1, READ_WRITE), OK);
	tap_status(call_destroy(CHILD), OK);
}

static void
test_level(void)
{
	unsigned line = 31 - (unsigned)__builtin_clz(hpet[HPET_TIMER + 1]);
	uint64_t why = 9, fired = 0, left = 0;
	struct token t = { 0 };

	tap_status(line_take(line, LEVEL, &t), OK);
	tap_status(call_irq_attach(t.payload, t.mac), OK);
	hpet[HPET_CONFIGURATION] = 1;
	hpet[HPET_TIMER] = line << HPET_TIMER_LINE | HPET_TIMER_LEVEL | HPET_TIMER_ENABLED;
	hpet[HPET_COMPARATOR] = hpet[HPET_COUNTER] + 10000;
	tap_status(call_wait(0, 0, WAIT_FOREVER, &why), OK);
	tap_status(call_interrupt_take(&fired, &left), OK);
	tap_equal(fired, line);
	tap_status(call_irq_acknowledge(t.payload, t.mac), OK);	/* the device still holds it */
	tap_status(call_wait(0, 0, WAIT_FOREVER, &why), OK);
	tap_status(call_interrupt_take(&fired, &left), OK);
	hpet[HPET_STATUS] = 1;
	tap_status(call_irq_acknowledge(t.payload, t.mac), OK);
	tap_status(call_wait(0, 0, clock() + MILLISECOND, &why), OK);
	tap_equal(why, WAIT_TIME);
	hpet[HPET_TIMER] = 0;
	tap_status(call_resource_free(t.payload, t.mac), OK);
	tap_status(call_resource_free(hpet_memory.payload, hpet_memory.mac), OK);
	uint64_t physical, granted, rights, accessed, dirty;
	tap_status(call_binding(WINDOW, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	tap_status(memory_bind(WINDOW, 0, READ_WRITE, 2), ERR_BAD_TOKEN);
}

/* --- the display: QEMU's, after Bochs's --------------------------------------------------------------------------------- */

#define PCI_PORT	0xcf8
#define PCI_DATA	0xcfc
#define DISPLAY_ID	0x11111234
#define DISPLAY_PORT	0x1ce
#define DISPLAY_WIDTH	320
#define DISPLAY_HEIGHT	200

static struct token pci, display;

static uint64_t
pci_read(unsigned device, unsigned offset)
{
	uint64_t value = 0;

	call_port_out(pci.payload, pci.mac, PCI_PORT, 4, 0x80000000 | device << 11 | offset);
	call_port_in(pci.payload, pci.mac, PCI_DATA, 4, &value);
	return value;
}

static void
display_set(unsigned index, unsigned value)
{
	call_port_out(display.payload, display.mac, DISPLAY_PORT, 2, index);
	call_port_out(display.payload, display.mac, DISPLAY_PORT + 1, 2, value);
}

static void
test_display(void)
{
	unsigned device = 0;
	struct token memory = { 0 };
	volatile uint32_t *pixel = (volatile uint32_t *)WINDOW;

	tap_status(ports_take(PCI_PORT, 8, &pci), OK);
	while (device < 32 && pci_read(device, 0) != DISPLAY_ID)
		device++;
	tap_ok(device < 32, "there is a display");
	uint64_t base = pci_read(device, 0x10) & ~0xful;
	tap_status(ports_take(DISPLAY_PORT, 3, &display), OK);
	display_set(4, 0);
	display_set(1, DISPLAY_WIDTH);
	display_set(2, DISPLAY_HEIGHT);
	display_set(3, 32);
	display_set(4, 0x41);			/* on, linear */
	tap_status(memory_take(base, DISPLAY_WIDTH * DISPLAY_HEIGHT * 4 / 4096, &memory), OK);
	tap_status(call_device_bind(WINDOW, memory.payload, memory.mac, 0, READ_WRITE, 1), OK);
	tap_status(call_device_bind(WINDOW + 4096, memory.payload, memory.mac, 1, READ_WRITE, 1), OK);
	for (unsigned i = 0; i < 2048; i++)
		pixel[i] = i * 0x10101;
	uint64_t wrong = 0;
	for (unsigned i = 0; i < 2048; i++)
		wrong += pixel[i] != i * 0x10101;
	tap_equal(wrong, 0);
	tap_status(call_resource_free(memory.payload, memory.mac), OK);
}

/* --- ports --------------------------------------------------------------------------------------------------------------- */

static void
test_port_errors(void)
{
	uint64_t value, payload = pit_ports.payload, mac = pit_ports.mac;
	struct token t;

	tap_status(ports_take(0x20, 2, &t), ERR_BAD_VALUE);			/* PIC */
	tap_status(ports_take(1ul << 32 | 0x70, 2, &t), ERR_BAD_VALUE);
	tap_status(ports_take(0x43, 1, &t), ERR_EXISTS);
	tap_status(call_port_in(payload, mac, 0x44, 1, &value), ERR_BAD_VALUE);
	tap_status(call_port_in(payload, mac, 0x40, 3, &value), ERR_BAD_VALUE);
	tap_status(call_port_in(payload, mac ^ 1, 0x40, 1, &value), ERR_BAD_TOKEN);
	tap_status(call_port_out(payload, mac, 0x3f, 2, 0), ERR_BAD_VALUE);
	tap_status(call_port_out(payload ^ 1, mac, 0x40, 1, 0), ERR_BAD_TOKEN);
	tap_status(call_resource_free(payload, mac), OK);
	tap_status(call_port_in(payload, mac, 0x40, 1, &value), ERR_BAD_TOKEN);
}

int
main(void)
{
	test_line_errors();
	test_edge();
	test_upcall();
	test_driver();
	test_memory_errors();
	test_level();
	test_display();
	test_port_errors();
	tap_done();
}
