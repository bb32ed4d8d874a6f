/* SPDX-License-Identifier: BSD-2-Clause */
/* The manager's devices: the serial port's input, and the real-time clock. */
#include <string.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <unix/host.h>
#include <unix/unix.h>
#include "libos/console/uart.h"
#include "servers/timer/rtc.h"
#include "device.h"

#define UART		0x3f8
#define UART_PORTS	8
#define UART_LINE	4
#define RTC		0x70

static struct page_token
ports_take(uint64_t first, uint64_t count)
{
	struct page_token t = { 0 };

	call_ports_create(first, count, 0, &t.payload, &t.mac);
	return t;
}

static uint8_t
rtc_register(struct page_token ports, uint8_t index)
{
	uint64_t value = 0;

	call_port_out(ports.payload, ports.mac, RTC, 1, index);
	call_port_in(ports.payload, ports.mac, RTC + 1, 1, &value);
	return (uint8_t)value;
}

/* Nanoseconds since 1970 when the machine was started. */
uint64_t
wall_read(void)
{
	static const uint8_t index[] = { 0x00, 0x02, 0x04, 0x07, 0x08, 0x09, 0x32 };
	struct page_token ports = ports_take(RTC, 2);
	uint8_t value[2][sizeof(index)];
	struct rtc_time t;

	if (!ports.mac)
		return 0;
	do {
		for (unsigned pass = 0; pass < 2; pass++) {
			for (unsigned i = 0; i < sizeof(index); i++)
				value[pass][i] = rtc_register(ports, index[i]);
		}
	} while (memcmp(value[0], value[1], sizeof(index)));
	memcpy(&t, value[0], sizeof(t));
	return rtc_seconds(t, rtc_register(ports, 0x0b)) * 1000000000 - host_clock();
}

/* Without the kernel's option console=user there is no input. */
void
console_begin(void)
{
	struct page_token ports = ports_take(UART, UART_PORTS), irq;

	if (!ports.mac || call_irq_create(UART_LINE, 0, 0, &irq.payload, &irq.mac))
		return;
	call_irq_attach(irq.payload, irq.mac);
	uart_begin(ports, UART);
}

void
console_poll(void)
{
	uint64_t line, left;
	char c;

	while (call_interrupt_take(&line, &left) == OK)
		;
	while (uart_get(&c))
		unix_console_input(&c, 1);
}
