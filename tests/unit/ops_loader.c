/* SPDX-License-Identifier: BSD-2-Clause */
/* What loader and firmware left, of any bytes: it is refused, or the regions are sound; nothing outside of it is read. */
#include <setjmp.h>
#include <string.h>
#include "arch/x86/acpi.h"
#include "arch/x86/boot/loader.h"
#include "boot_memory.h"
#include "core/bootinfo.h"
#include "core/panic.h"
#include "unit.h"

#define INFO		0x10000		/* where the bytes are */
#define INFO_LIMIT	4096
#define ROOT		0x20000		/* ACPI: a root table that lists the bytes as a MADT */

static jmp_buf refused;

void NORETURN
boot_refuse(const char *format, ...)
{
	longjmp(refused, 1);
}

/* A PVH loader's start info, its memory map and all else anywhere in the bytes. */
static void
read_pvh(u8 *bytes, u32 count)
{
	u32 magic = PVH_MAGIC;

	if (count >= 4)
		memcpy(bytes, &magic, 4);
	boot_block(INFO, bytes, count);
	loader_pvh(INFO);
}

static void
read_multiboot2(u8 *bytes, u32 count)
{
	if (count >= 4)
		memcpy(bytes, &count, 4);
	boot_block(INFO, bytes, count);
	loader_multiboot2(INFO);
}

static void
sum_right(u8 *bytes, u32 count, u32 at)
{
	bytes[at] = 0;
	for (u32 i = 0; i < count; i++)
		if (i != at)
			bytes[at] -= bytes[i];
}

static void
table_right(u8 *bytes, u32 count, const char *signature)
{
	memcpy(bytes, signature, 4);
	memcpy(bytes + 4, &count, 4);
	sum_right(bytes, count, 9);
}

/* A MADT whose signature, length and sum are right, and nothing else. */
static void
read_acpi(u8 *bytes, u32 count)
{
	u8 root[44] = { [36] = INFO & 0xff, [37] = INFO >> 8 & 0xff, [38] = INFO >> 16 };
	u8 rsdp[36] = { "RSD PTR " };

	if (count < 36)
		return;
	table_right(bytes, count, "APIC");
	boot_block(INFO, bytes, count);
	table_right(root, sizeof(root), "XSDT");
	boot_block(ROOT, root, sizeof(root));
	rsdp[15] = 2;
	rsdp[26] = ROOT >> 16;
	sum_right(rsdp, 20, 8);
	sum_right(rsdp, 36, 32);
	boot_block(ROOT - 64, rsdp, sizeof(rsdp));
	acpi_read(ROOT - 64);
	expect(bootinfo.acpi_root == ROOT && bootinfo.cpus >= 1 && acpi.ioapics <= ACPI_IOAPICS);
}

/* Takes all the bytes: there are no steps. */
static void
setup(struct input *in)
{
	static void (*const readers[])(u8 *bytes, u32 count) = { read_pvh, read_multiboot2, read_acpi };
	static u8 bytes[INFO_LIMIT];
	u64 reader = input_below(in, ARRAY_SIZE(readers));
	u32 count = in->left < INFO_LIMIT ? in->left : INFO_LIMIT;

	boot_reset();
	memset(&acpi, 0, sizeof(acpi));
	memcpy(bytes, in->byte, count);
	in->left = 0;
	if (setjmp(refused))
		return;
	readers[reader](bytes, count);
	memmap_resolve();
	boot_check_regions();
	expect(memchr(bootinfo.command_line, 0, sizeof(bootinfo.command_line)));
}

static void
nothing(void)
{
}

const struct operations ops_loader = { .name = "loader", .setup = setup, .verify = nothing, .teardown = nothing };
