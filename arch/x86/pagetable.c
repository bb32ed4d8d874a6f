/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of spaces, as far as they are the machine's: memory types, the kernel's half, what cr3 is made of.
 *
 * All top-level entries of the kernel's half exist before the first space and never change, so that the copies that spaces have
 * never need to be brought up to date.
 */
#include "arch/x86/instructions.h"
#include "arch/x86/pagetable.h"
#include "arch/x86/paging.h"
#include "core/arch.h"
#include "core/bootinfo.h"

/* Memory types in the page attribute table. */
#define PAT_UNCACHED		0ul
#define PAT_WRITE_COMBINING	1ul
#define PAT_WRITE_THROUGH	4ul
#define PAT_WRITE_BACK		6ul
#define PAT_UNCACHED_WEAK	7ul	/* memory type range registers may say otherwise */
#define PAT_ENTRY(n, type)	((type) << 8 * (n))

#define KERNEL_HALF	(ARCH_TABLE_ENTRIES / 2)

/*
 * As at reset, but for entry 1 (PTE_WRITE_THROUGH), which is write-combining.  The three types that enum cache has are then in the
 * entries that need no PAT bit, which is elsewhere in large pages than in small ones.
 */
void
pagetable_init(void)
{
	write_msr(MSR_PAT, PAT_ENTRY(0, PAT_WRITE_BACK) | PAT_ENTRY(1, PAT_WRITE_COMBINING) |
		  PAT_ENTRY(2, PAT_UNCACHED_WEAK) | PAT_ENTRY(3, PAT_UNCACHED) | PAT_ENTRY(4, PAT_WRITE_BACK) |
		  PAT_ENTRY(5, PAT_WRITE_THROUGH) | PAT_ENTRY(6, PAT_UNCACHED_WEAK) | PAT_ENTRY(7, PAT_UNCACHED));
	pti_init();
}

bool
arch_page_order(unsigned order)
{
	return order == ORDER_4K || order == ORDER_2M || (order == ORDER_1G && bootinfo.features & BOOT_FEATURE_1G);
}

enum status
arch_space_init(struct space *space, paddr_t root)
{
	u64 *table = arch_direct(root);
	const u64 *kernel = arch_direct(kernel_root);

	__builtin_memcpy(table + KERNEL_HALF, kernel + KERNEL_HALF, KERNEL_HALF * sizeof(u64));
	enum status status = pti_space_init(space, table);
	if (status)
		return status;
	u64 tag = tlb_tag_new();
	space->cr3 = root | tag | (tag ? CR3_KEEP : 0);
	return OK;
}

void
arch_space_fini(struct space *space)
{
	if (space->cr3 & CR3_TAG)
		tlb_tag_free(space->cr3 & CR3_TAG);
	pti_space_fini(space, arch_direct(space->root));
}
