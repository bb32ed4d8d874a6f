/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot: from what a loader left in memory to struct bootinfo and the final page tables.
 *
 *   start.S -> arch_boot    loader_pvh or loader_multiboot2   command line, archive, memory map, ACPI root
 *                           acpi_read                         processors, IOAPICs, HPET
 *                           memmap_*                          bootinfo.region
 *                           paging_init                       the kernel's half of every address space
 *           -> kmain
 *
 * Everything that is read here was written by firmware or a loader and is treated as hostile: it is reached through
 * boot_window alone, every length is checked before it is used, and every loop is bounded by a length that was checked.
 */
#pragma once

#include "core/types.h"
#include <janus/bootinfo.h>

/* Physical memory that start.S mapped; NULL when [PA, PA + BYTES) does not lie wholly within it. */
#define BOOT_WINDOW_BYTES	(4ul << 30)
const void *boot_window(paddr_t pa, u64 bytes);

/* First called with what the loader left in the registers.  Comes back on the final page tables. */
void arch_boot(u32 magic, u32 info);

/*
 * Loaders.  Each fills bootinfo's command line, archive and framebuffer, and adds the memory map; returns the address of the ACPI
 * root pointer (RSDP) or 0.  What cannot be used ends in boot_refuse.
 */
paddr_t loader_pvh(paddr_t info);
paddr_t loader_multiboot2(paddr_t info);

/* The string of at most BYTES at PA becomes the command line. */
void loader_command_line(paddr_t pa, u64 bytes);

/* Kinds of the PC BIOS memory map (E820), which PVH and Multiboot2 use too. */
enum region_kind loader_region_kind(u32 e820);

/* ACPI tables from the root pointer at RSDP (0: search the BIOS areas) into bootinfo and `acpi`. */
void acpi_read(paddr_t rsdp);

/*
 * The memory map.  First memmap_add for everything that is known, in any order, overlapping or not; memmap_resolve makes
 * bootinfo.region of it.  From then on RAM is taken by memmap_take (a given range) and memmap_alloc; memmap_close enters
 * what was taken into bootinfo.region.
 */
#define MEMMAP_ENTRIES		256	/* what memmap_add can hold */

void memmap_add(u64 base, u64 bytes, enum region_kind kind);
void memmap_resolve(void);
void memmap_take(u64 base, u64 bytes, const char *what);	/* RAM and free, else boot_refuse names WHAT */
paddr_t memmap_alloc(u64 bytes, u64 align, u64 limit);		/* below LIMIT; its contents are anything */
void memmap_close(void);

/* Call FN for each longest run of RAM, free or taken. */
void memmap_each_run(void (*fn)(u64 base, u64 end));
