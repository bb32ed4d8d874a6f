/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot in C: one straight line from the loader's registers to struct bootinfo and the final page tables. */
#include "arch/x86/boot/boot.h"
#include "arch/x86/boot/loader.h"
#include "arch/x86/image.h"
#include "arch/x86/instructions.h"
#include "arch/x86/paging.h"
#include "arch/x86/serial.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/panic.h"

_Static_assert(EXIT_CODE_BOOT == EXIT_BOOT, "start.S ends as boot_refuse does");

const void *
boot_window(paddr_t pa, u64 bytes)
{
	if (bytes > BOOT_WINDOW_BYTES || pa > BOOT_WINDOW_BYTES - bytes)
		return NULL;
	return arch_direct(pa);
}

static paddr_t
loader_read(u32 magic, u32 info)
{
	switch (magic) {
	case PVH_MAGIC:
		return loader_pvh(info);
	case MULTIBOOT2_MAGIC:
		return loader_multiboot2(info);
	}
	boot_refuse("entered with 0x%x in eax: neither a PVH loader nor Multiboot2; use qemu -kernel or GRUB's multiboot2", magic);
}

/* A machine of 16 MiB has a little less: its firmware keeps some. */
#define RAM_NEEDED	(15ul << 20)

static void
memory_check(void)
{
	if (bootinfo.ram_bytes < RAM_NEEDED)
		boot_refuse("%lu KiB of RAM are too little; give the machine 16 MiB (qemu: -m 16)", bootinfo.ram_bytes >> 10);
}

/* What shares a page with the archive is cleared: the first program gets whole pages. */
static void
archive_take(void)
{
	u64 base = bootinfo.archive_base, end = base + bootinfo.archive_bytes;

	if (bootinfo.archive_bytes == 0)
		return;
	memmap_take(base, bootinfo.archive_bytes, "the boot archive");
	if (end > BOOT_WINDOW_BYTES - PAGE_SIZE)
		boot_refuse("the boot archive at 0x%lx lies above 4 GiB", base);
	__builtin_memset(arch_direct(base & ~PAGE_MASK), 0, base & PAGE_MASK);
	__builtin_memset(arch_direct(end), 0, -end & PAGE_MASK);
}

void
arch_boot(u32 magic, u32 info)
{
	paddr_t rsdp;

	write_msr(MSR_GS_BASE, (u64)&boot_cpu);		/* current_thread() is NULL, and can be asked */
	serial_init();
	bootinfo.clock_start = boot_clock;
	bootinfo.kernel_base = KERNEL_LOAD;
	bootinfo.kernel_bytes = (u64)image_end - KERNEL_BASE - KERNEL_LOAD;

	rsdp = loader_read(magic, info);		/* command line, archive, memory map */
	acpi_read(rsdp);				/* processors, interrupt controllers */
	memmap_add(0, PAGE_SIZE, REGION_RESERVED);	/* address 0 means none */
	memmap_resolve();				/* entries become regions */
	memory_check();
	memmap_take(bootinfo.kernel_base, bootinfo.kernel_bytes, "the kernel");
	archive_take();
	paging_init();					/* final tables, frame records, stacks */
	memmap_close();					/* what that took is in the regions too */
}
