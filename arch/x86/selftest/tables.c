/* SPDX-License-Identifier: BSD-2-Clause */
/* Every translation of the kernel's half against what docs/boot.md promises. */
#include "arch/x86/image.h"
#include "arch/x86/paging.h"
#include "arch/x86/selftest/selftest.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/frame.h"
#include "core/log.h"
#include "core/panic.h"

#define UPPER_HALF	0xffff800000000000

static u64 pages[4];			/* seen, by level */

static bool
inside(u64 at, u64 bytes, u64 base, u64 end)
{
	return at >= base && bytes <= end - base && at - base <= end - base - bytes;
}

static bool
is_ram(paddr_t pa, u64 bytes)
{
	while (bytes) {
		const struct boot_region *r = bootinfo.region;

		while (r < &bootinfo.region[bootinfo.regions] && pa - r->base >= r->bytes)
			r++;
		if (r == &bootinfo.region[bootinfo.regions] || (r->kind != REGION_RAM && r->kind != REGION_BOOT))
			return false;
		u64 step = r->base + r->bytes - pa < bytes ? r->base + r->bytes - pa : bytes;

		pa += step;
		bytes -= step;
	}
	return true;
}

static void
check_image(vaddr_t va, paddr_t pa, u64 pte)
{
	bool text = inside(va, PAGE_SIZE, (vaddr_t)text_start, (vaddr_t)text_end);
	bool data = inside(va, PAGE_SIZE, (vaddr_t)data_start, (vaddr_t)image_end);

	kassert(inside(va, PAGE_SIZE, (vaddr_t)text_start, (vaddr_t)image_end));
	kassert(pa == va - KERNEL_BASE);
	kassert(text == !(pte & PTE_NO_EXECUTE));
	kassert(data == !!(pte & PTE_WRITE));
}

static void
check_stack(vaddr_t va)
{
	vaddr_t slot = (va - STACKS_BASE) % STACK_STRIDE;

	kassert(va < STACKS_BASE + STACKS * STACK_STRIDE);
	kassert(slot >= STACK_STRIDE - STACK_BYTES);
}

static void
check_direct(vaddr_t va, paddr_t pa, u64 bytes)
{
	paddr_t image_end_pa = bootinfo.kernel_base + bootinfo.kernel_bytes;

	kassert(pa == va - DIRECT_BASE);
	kassert(is_ram(pa, bytes));
	kassert(pa + bytes <= bootinfo.kernel_base || pa >= image_end_pa);
}

static void
check_leaf(vaddr_t va, u64 pte, unsigned level)
{
	u64 bytes = PAGE_SIZE << 9 * (level - 1);
	paddr_t pa = pte & PTE_ADDRESS & ~(bytes - 1);

	pages[level]++;
	kassert(!(pte & PTE_USER));
	kassert(!(pte & PTE_WRITE) || pte & PTE_NO_EXECUTE);
	if (va >= KERNEL_BASE) {
		check_image(va, pa, pte);
		return;
	}
	kassert(pte & PTE_NO_EXECUTE);
	if (va >= STACKS_BASE)
		check_stack(va);
	else if (va >= DEVICES_BASE)
		kassert(pa == va - DEVICES_BASE && pte & PTE_CACHE_OFF && !is_ram(pa, PAGE_SIZE));
	else if (va < FRAMES_BASE)
		check_direct(va, pa, bytes);
}

/* The entries of the table at PA from FIRST on, which translate from VA on. */
static void
walk(paddr_t pa, unsigned level, vaddr_t va, unsigned first)
{
	const u64 *table = arch_direct(pa);

	for (unsigned i = first; i < ARCH_TABLE_ENTRIES; i++, va += PAGE_SIZE << 9 * (level - 1)) {
		if (!arch_pte_present(table[i]))
			continue;
		if (arch_pte_is_leaf(table[i], level))
			check_leaf(va, table[i], level);
		else
			walk(table[i] & PTE_ADDRESS, level - 1, va, 0);
	}
}

/* What must be there: every free page in the direct map, and a record for every page of RAM. */
static void
touch_ram(void)
{
	for (unsigned i = 0; i < bootinfo.regions; i++) {
		const struct boot_region *r = &bootinfo.region[i];

		for (u64 at = r->base; at < r->base + r->bytes && (r->kind == REGION_RAM || r->kind == REGION_BOOT); at += PAGE_SIZE) {
			kassert(frame_lookup(at) == &arch_frames()[at >> PAGE_SHIFT]);
			if (r->kind == REGION_RAM)
				(void)*(const volatile u8 *)arch_direct(at);
		}
	}
}

void
tables_walk(void)
{
	const u64 *root = arch_direct(kernel_root);

	for (unsigned i = 0; i < ARCH_TABLE_ENTRIES / 2; i++)
		kassert(root[i] == 0);			/* no identity map is left */
	walk(kernel_root, ARCH_TABLE_LEVELS, UPPER_HALF, ARCH_TABLE_ENTRIES / 2);
	touch_ram();
	log_line("tables hold: %lu, %lu and %lu pages of 4 KiB, 2 MiB and 1 GiB", pages[1], pages[2], pages[3]);
}
