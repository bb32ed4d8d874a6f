/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PVH loader (QEMU -kernel) leaves: Xen's hvm_start_info, at the address in ebx. */
#include "arch/x86/boot/boot.h"
#include "arch/x86/boot/loader.h"
#include "core/bootinfo.h"
#include "core/panic.h"

struct start_info {
	u32 magic;
	u32 version;
	u32 flags;
	u32 modules;
	u64 module_list;
	u64 command_line;
	u64 rsdp;
	u64 memory_map;			/* from here on: version 1 */
	u32 memory_entries;
	u32 reserved;
} __attribute__((packed));

struct start_module {
	u64 base, bytes, command_line, reserved;
} __attribute__((packed));

struct start_memory {
	u64 base, bytes;
	u32 kind;
	u32 reserved;
} __attribute__((packed));

static void
read_memory(const struct start_info *s)
{
	const struct start_memory *m = NULL;

	if (s->version >= 1 && s->memory_entries && s->memory_entries <= MEMMAP_ENTRIES)
		m = boot_window(s->memory_map, s->memory_entries * sizeof(*m));
	if (!m)
		boot_refuse("the PVH loader gives no usable memory map (version %u, %u entries)", s->version, s->memory_entries);
	for (u32 i = 0; i < s->memory_entries; i++)
		memmap_add(m[i].base, m[i].bytes, loader_region_kind(m[i].kind));
}

static void
read_archive(const struct start_info *s)
{
	const struct start_module *m;

	if (s->modules == 0)
		return;
	m = boot_window(s->module_list, sizeof(*m));
	if (!m)
		boot_refuse("the PVH loader's module list at 0x%lx is out of reach", s->module_list);
	bootinfo.archive_base = m->base;
	bootinfo.archive_bytes = m->bytes;
}

paddr_t
loader_pvh(paddr_t info)
{
	const struct start_info *s = boot_window(info, sizeof(*s));

	if (!s || s->magic != PVH_MAGIC)
		boot_refuse("the PVH loader's start info at 0x%lx is not one", info);
	bootinfo.loader = LOADER_PVH;
	read_memory(s);
	read_archive(s);
	if (s->command_line)
		loader_command_line(s->command_line, BOOTINFO_COMMAND_LINE);
	return s->rsdp;
}
