/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 16550 UART at COM1.  Output is polled, so that it works at any point of the kernel, in a panic too; input is taken by interrupt
 * into a ring, the newest bytes being dropped when nobody reads.  A machine without the UART loses the output and has no input.
 * Its queues are left as they are: to switch them would lose what was typed while the machine started, and the kernel has no need of
 * them, since a byte takes 87 microseconds and interrupts are never off for so long.
 *
 * The command line's `console=user` leaves input to a driver at user level: its interrupt line and ports are then to be had.
 */
#include "arch/x86/instructions.h"
#include "arch/x86/ioapic.h"
#include "arch/x86/serial.h"
#include "core/arch.h"
#include "core/bootinfo.h"

enum {
	DATA = SERIAL_PORT,
	INTERRUPT_ENABLE = SERIAL_PORT + 1,
	LINE_CONTROL = SERIAL_PORT + 3,
	MODEM_CONTROL = SERIAL_PORT + 4,
	LINE_STATUS = SERIAL_PORT + 5,
	SCRATCH = SERIAL_PORT + 7,

	DIVISOR_LATCH = 0x80,		/* line control: DATA and INTERRUPT_ENABLE are the divisor */
	EIGHT_BITS = 0x03,
	READY_INTERRUPT_ON = 0x0b,	/* modem control: DTR, RTS, and OUT2 that lets the interrupt out */
	RECEIVED_ENABLE = 0x01,
	RECEIVED = 0x01,		/* line status */
	SENT = 0x20,
	POLLS = 2000000,		/* longer than a byte takes on any working UART, and than an emulator's reader pauses */
};

#define RING_BYTES	1024

enum { CONSOLE_KERNEL, CONSOLE_USER };	/* the option's words, in their order */

static bool present, kernels;
static u8 ring[RING_BYTES];
static u32 ring_in, ring_out;		/* bytes put in and taken out so far */

void
serial_init(void)
{
	out8(INTERRUPT_ENABLE, 0);
	out8(LINE_CONTROL, DIVISOR_LATCH);
	out8(DATA, 1);			/* 115200 baud */
	out8(INTERRUPT_ENABLE, 0);
	out8(LINE_CONTROL, EIGHT_BITS);
	out8(MODEM_CONTROL, READY_INTERRUPT_ON);
	out8(SCRATCH, 0x5a);
	present = in8(SCRATCH) == 0x5a;
}

/* Wait until the last byte is on its way.  A UART that never gets there is taken for missing. */
static void
wait_sent(void)
{
	for (u32 polls = POLLS; polls && present; polls--)
		if (in8(LINE_STATUS) & SENT)
			return;
	present = false;
}

void
arch_console_write(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes && present; i++) {
		wait_sent();
		if (present)
			out8(DATA, text[i]);
	}
}

void
serial_receive_init(void)
{
	u32 line;

	kernels = option_value("console", CONSOLE_KERNEL) == CONSOLE_KERNEL;
	if (!present || !kernels || !ioapic_isa_line(SERIAL_ISA_LINE, &line))
		return;
	ioapic_isa_open(SERIAL_ISA_LINE);
	out8(INTERRUPT_ENABLE, RECEIVED_ENABLE);
}

bool
serial_is_kernels(void)
{
	return kernels;
}

void
serial_receive(void)
{
	while (present && in8(LINE_STATUS) & RECEIVED) {
		u8 byte = in8(DATA);

		if (ring_in - ring_out < RING_BYTES)
			ring[ring_in++ % RING_BYTES] = byte;
	}
}

int
arch_console_read(void)
{
	return ring_in == ring_out ? -1 : ring[ring_out++ % RING_BYTES];
}
