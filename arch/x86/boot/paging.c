/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's half of every address space (layout.h says where what is).
 *
 *   image           4 KiB pages; text r-x, read-only data r--, data rw-: nothing is writable and executable
 *   direct map      RAM and nothing else, without the image, rw-; the largest pages that fit
 *   frame records   zeroed memory for the records of all RAM
 *   stacks          each with unmapped pages around it
 *   devices         local APIC and IOAPICs, uncached
 *
 * All of it is global and no-execute but the text.  The memory for tables, records and stacks comes from memmap_alloc, below 4 GiB
 * until the direct map is there, because that is what start.S's tables reach.
 */
#include "arch/x86/acpi.h"
#include "arch/x86/boot/boot.h"
#include "arch/x86/cpuid.h"
#include "arch/x86/image.h"
#include "arch/x86/instructions.h"
#include "arch/x86/paging.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/frame.h"
#include "pti_pages.h"

#define KERNEL_TEXT	(PTE_PRESENT | PTE_KERNEL_GLOBAL)
#define KERNEL_RODATA	(KERNEL_TEXT | PTE_NO_EXECUTE)
#define KERNEL_DATA	(KERNEL_RODATA | PTE_WRITE)
#define KERNEL_DEVICE	(KERNEL_DATA | PTE_CACHE_OFF | PTE_WRITE_THROUGH)
#define KERNEL_TABLE	(PTE_PRESENT | PTE_WRITE)

paddr_t kernel_root;
static u64 reach = BOOT_WINDOW_BYTES;		/* below this memory can be written now */

static paddr_t
cleared_alloc(u64 bytes, u64 align)
{
	paddr_t pa = memmap_alloc(bytes, align, reach);

	__builtin_memset(arch_direct(pa), 0, bytes);
	return pa;
}

/* The entry for VA in the table of LEVEL (1 = leaf), making the tables above it. */
static u64 *
entry_at(vaddr_t va, unsigned level)
{
	u64 *table = arch_direct(kernel_root);

	for (unsigned l = ARCH_TABLE_LEVELS; l > level; l--) {
		u64 *entry = &table[arch_table_index(va, l)];

		if (!(*entry & PTE_PRESENT))
			*entry = cleared_alloc(PAGE_SIZE, PAGE_SIZE) | KERNEL_TABLE;
		table = arch_direct(*entry & PTE_ADDRESS);
	}
	return &table[arch_table_index(va, level)];
}

/* The level of the largest page that VA and PA are both aligned to and that BYTES hold. */
static unsigned
level_fitting(vaddr_t va, paddr_t pa, u64 bytes)
{
	if (((va | pa) & (order_bytes(ORDER_1G) - 1)) == 0 && bytes >= order_bytes(ORDER_1G) && cpu_has(CPU_1G_PAGES))
		return 3;
	return ((va | pa) & (order_bytes(ORDER_2M) - 1)) == 0 && bytes >= order_bytes(ORDER_2M) ? 2 : 1;
}

static void
map(vaddr_t va, paddr_t pa, u64 bytes, u64 flags)
{
	while (bytes) {
		unsigned level = level_fitting(va, pa, bytes);
		u64 step = PAGE_SIZE << 9 * (level - 1);

		*entry_at(va, level) = pa | flags | (level > 1 ? PTE_LARGE : 0);
		va += step;
		pa += step;
		bytes -= step;
	}
}

/* In 4 KiB pages, because each section has rights of its own. */
static void
map_image(const char *start, const char *end, u64 flags)
{
	for (vaddr_t va = (vaddr_t)start; va < (vaddr_t)end; va += PAGE_SIZE)
		*entry_at(va, 1) = arch_physical((void *)va) | flags;
}

/* The image is left out: its text must not be writable under another address. */
static void
map_direct(u64 base, u64 end)
{
	u64 image = bootinfo.kernel_base, image_last = image + bootinfo.kernel_bytes;

	if (base < image && image_last <= end) {
		map(DIRECT_BASE + base, base, image - base, KERNEL_DATA);
		base = image_last;
	}
	map(DIRECT_BASE + base, base, end - base, KERNEL_DATA);
}

/* Records of [BASE, END), in large pages where a large page holds none but these. */
static void
map_records(u64 base, u64 end)
{
	vaddr_t va = (FRAMES_BASE + (base >> PAGE_SHIFT) * sizeof(struct frame)) & ~PAGE_MASK;
	vaddr_t last = FRAMES_BASE + (end >> PAGE_SHIFT) * sizeof(struct frame);

	while (va < last) {
		u64 large = order_bytes(ORDER_2M);
		u64 step = va % large == 0 && last - va >= large ? large : PAGE_SIZE;

		if (!(*entry_at(va, step == large ? 2 : 1) & PTE_PRESENT))
			map(va, cleared_alloc(step, step), step, KERNEL_DATA);
		va += step;
	}
}

static void
map_stacks(void)
{
	for (unsigned slot = 0; slot < STACKS; slot++)
		map(STACK_TOP(slot) - STACK_BYTES, memmap_alloc(STACK_BYTES, PAGE_SIZE, reach), STACK_BYTES, KERNEL_DATA);
}

static void
map_device(paddr_t pa)
{
	pa &= ~PAGE_MASK;
	if (pa < DEVICES_LIMIT)
		*entry_at(DEVICES_BASE + pa, 1) = pa | KERNEL_DEVICE;
}

static void
map_devices(void)
{
	map_device(bootinfo.local_apic);
	for (unsigned i = 0; i < acpi.ioapics; i++)
		map_device(acpi.ioapic[i].base);
}

void
paging_init(void)
{
	kernel_root = cleared_alloc(PAGE_SIZE, PAGE_SIZE);
	map_image(text_start, text_end, KERNEL_TEXT);
	map_image(rodata_start, rodata_end, KERNEL_RODATA);
	map_image(data_start, image_end, KERNEL_DATA);
	map_stacks();
	map_devices();
	memmap_each_run(map_direct);
	write_cr4(read_cr4() | CR4_GLOBAL);
	write_cr3(kernel_root);
	reach = RAM_LIMIT;
	memmap_each_run(map_records);
}
