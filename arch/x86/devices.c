/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices are the kernel's own, by memory and by ports, and port accesses on behalf of user level. */
#include "arch/x86/acpi.h"
#include "arch/x86/boot/loader.h"
#include "arch/x86/instructions.h"
#include "arch/x86/pic.h"
#include "arch/x86/serial.h"
#include "core/arch.h"
#include "core/bootinfo.h"

static bool
in_pages(paddr_t pa, paddr_t base, u64 pages)
{
	return (pa >> PAGE_SHIFT) - (base >> PAGE_SHIFT) < pages;
}

bool
arch_kernel_device(paddr_t base, u64 pages)
{
	if (in_pages(bootinfo.local_apic, base, pages))
		return true;
	for (unsigned i = 0; i < acpi.ioapics; i++)
		if (in_pages(acpi.ioapic[i].base, base, pages))
			return true;
	return false;
}

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
