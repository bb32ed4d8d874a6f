/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 16550: every register is a port, and every access a call that checks the capability.  Its queues are left as the kernel left them: to
 * switch them would lose what was typed while the machine started.
 */
#include <exo/stubs.h>
#include <janus/rt.h>
#include "uart.h"

enum { DATA = 0, INTERRUPTS = 1, MODEM = 4, LINE_STATUS = 5 };	/* registers */

#define ON_RECEIVE	0x01		/* INTERRUPTS */
#define MODEM_ON	0x0b		/* MODEM: ready, and interrupts let through */
#define RECEIVED	0x01		/* LINE_STATUS */
#define CAN_SEND	0x20

static struct page_token ports;
static unsigned base;			/* 0: there is no port */

static unsigned
in(unsigned reg)
{
	uint64_t value = 0;

	call_port_in(ports.payload, ports.mac, base + reg, 1, &value);
	return (unsigned)value;
}

static void
out(unsigned reg, unsigned value)
{
	call_port_out(ports.payload, ports.mac, base + reg, 1, value);
}

void
uart_begin(struct page_token token, unsigned first)
{
	ports = token;
	base = first;
	out(MODEM, MODEM_ON);
	out(INTERRUPTS, ON_RECEIVE);
}

void
uart_put(const char *text, size_t bytes)
{
	if (!base) {
		log_write(text, bytes);
		return;
	}
	for (size_t i = 0; i < bytes; i++) {
		while (!(in(LINE_STATUS) & CAN_SEND))
			call_yield();
		out(DATA, (unsigned char)text[i]);
	}
}

bool
uart_get(char *c)
{
	if (!base || !(in(LINE_STATUS) & RECEIVED))
		return false;
	*c = (char)in(DATA);
	return true;
}
