/* SPDX-License-Identifier: BSD-2-Clause */
/* I/O ports on behalf of user level, and which of them are the kernel's own. */
#include "arch/x86/boot/loader.h"
#include "arch/x86/instructions.h"
#include "arch/x86/pic.h"
#include "arch/x86/serial.h"
#include "core/arch.h"

static bool
overlap(u32 first, u32 count, u32 kernel_first, u32 kernel_count)
{
	return first < kernel_first + kernel_count && kernel_first < first + count;
}

bool
arch_kernel_ports(u16 first, u32 count)
{
	return overlap(first, count, PIC_FIRST, 2) || overlap(first, count, PIC_SECOND, 2) ||
	       overlap(first, count, PIC_TRIGGER, 2) || overlap(first, count, DEBUG_EXIT_PORT, 1) ||
	       (serial_is_kernels() && overlap(first, count, SERIAL_PORT, SERIAL_PORTS));
}

enum status
arch_port_in(u16 port, unsigned bytes, u32 *value)
{
	switch (bytes) {
	case 1:
		*value = in8(port);
		return OK;
	case 2:
		*value = in16(port);
		return OK;
	case 4:
		*value = in32(port);
		return OK;
	}
	return ERR_BAD_VALUE;
}

enum status
arch_port_out(u16 port, unsigned bytes, u32 value)
{
	switch (bytes) {
	case 1:
		out8(port, value);
		return OK;
	case 2:
		out16(port, value);
		return OK;
	case 4:
		out32(port, value);
		return OK;
	}
	return ERR_BAD_VALUE;
}
