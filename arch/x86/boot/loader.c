/* SPDX-License-Identifier: BSD-2-Clause */
/* What both loaders have in common. */
#include "arch/x86/boot/boot.h"
#include "core/bootinfo.h"
#include "core/panic.h"

enum region_kind
loader_region_kind(u32 e820)
{
	enum { E820_RAM = 1, E820_ACPI = 3 };

	if (e820 == E820_RAM)
		return REGION_RAM;
	return e820 == E820_ACPI ? REGION_ACPI : REGION_RESERVED;
}

void
loader_command_line(paddr_t pa, u64 bytes)
{
	u64 reach = pa < BOOT_WINDOW_BYTES ? BOOT_WINDOW_BYTES - pa : 0;
	const char *text = boot_window(pa, bytes < reach ? bytes : reach);
	u64 length = 0;

	if (!text)
		boot_refuse("the loader's command line at 0x%lx is out of reach", pa);
	while (length < bytes && length < reach && text[length]) {
		if (length == BOOTINFO_COMMAND_LINE - 1)
			boot_refuse("the command line has more than %u characters", BOOTINFO_COMMAND_LINE - 1);
		bootinfo.command_line[length] = (unsigned char)text[length] < ' ' ? ' ' : text[length];
		length++;
	}
	bootinfo.command_line[length] = '\0';
}
