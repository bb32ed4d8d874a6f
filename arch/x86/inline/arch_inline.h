/* SPDX-License-Identifier: BSD-2-Clause */
/* The seam's inlines for x86-64.  Included by core/arch.h alone. */
#pragma once

#include "arch/x86/layout.h"
#include "pti_space.h"

struct cpu;
struct frame;
struct thread;

static inline struct cpu *
this_cpu(void)
{
	struct cpu *cpu;

	__asm__ volatile("mov %%gs:0, %0" : "=r"(cpu));		/* cpu->self */
	return cpu;
}

static inline struct thread *
current_thread(void)
{
	struct thread *t;

	__asm__ volatile("mov %%gs:8, %0" : "=r"(t));		/* cpu->current */
	return t;
}

static inline u64
arch_clock(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high << 32 | low;
}

static inline void *
arch_direct(paddr_t pa)
{
	return (void *)(DIRECT_BASE + pa);
}

static inline paddr_t
arch_direct_physical(const void *p)
{
	return (u64)p - DIRECT_BASE;
}

static inline paddr_t
arch_physical(const void *p)
{
	u64 va = (u64)p;

	return va >= KERNEL_BASE ? va - KERNEL_BASE : va - DIRECT_BASE;
}

static inline struct frame *
arch_frames(void)
{
	return (struct frame *)FRAMES_BASE;
}

/* --- page-table entries ----------------------------------------------------------------------------------------- */

#define ARCH_PTE_SOFTWARE	PTE_SOFTWARE

_Static_assert(RIGHT_READ == PTE_PRESENT && RIGHT_WRITE == PTE_WRITE, "two rights are the processor's own bits");

#define PTE_RIGHTS_MASK	(PTE_PRESENT | PTE_WRITE | PTE_NO_EXECUTE)
#define PTE_CACHE_MASK	(PTE_WRITE_THROUGH | PTE_CACHE_OFF)
#define RIGHTS_MASK	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)

/* PTE_USER stays in an entry without rights, so that it is not 0. */
#define PTE_RIGHTS(rights) \
	(((rights) & (RIGHT_READ | RIGHT_WRITE)) | PTE_USER | ((rights) & RIGHT_EXECUTE ? 0 : PTE_NO_EXECUTE))
#define PTE_GRANTED(rights) (PTE_RIGHTS(rights) | (u64)(~(rights) & RIGHTS_MASK) << PTE_WITHHELD)
#define FOR_RIGHTS(bits) { bits(0), bits(1), bits(2), bits(3), bits(4), bits(5), bits(6), bits(7) }

static const u64 arch_pte_rights_bits[] = FOR_RIGHTS(PTE_RIGHTS), arch_pte_granted_bits[] = FOR_RIGHTS(PTE_GRANTED);

/* Entries 0, 1 and 3 of the page attribute table, as pagetable_init sets them. */
static const u64 arch_pte_cache_bits[] = {
	[CACHE_WRITE_BACK] = 0,
	[CACHE_WRITE_COMBINING] = PTE_WRITE_THROUGH,
	[CACHE_UNCACHED] = PTE_CACHE_OFF | PTE_WRITE_THROUGH,
};

static inline u64
arch_pte(paddr_t pa, unsigned order, unsigned rights, enum cache cache)
{
	return pa | arch_pte_granted_bits[rights] | arch_pte_cache_bits[cache] | (order ? PTE_LARGE : 0);
}

static inline u64
arch_pte_part(u64 pte, paddr_t pa, unsigned order, unsigned rights)
{
	return pa | arch_pte_granted_bits[rights] | (pte & (PTE_CACHE_MASK | PTE_SOFTWARE)) | (order ? PTE_LARGE : 0);
}

static inline u64
arch_pte_table(paddr_t table)
{
	return table | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_TABLE;
}

static inline u64
arch_pte_protect(u64 pte, unsigned rights)
{
	return (pte & ~PTE_RIGHTS_MASK) | arch_pte_rights_bits[rights];
}

static inline u64
arch_pte_restrict(u64 pte, unsigned rights)
{
	u64 gone = ~(u64)rights & RIGHTS_MASK;

	return (pte & ~(gone & (PTE_PRESENT | PTE_WRITE))) | (gone & RIGHT_EXECUTE ? PTE_NO_EXECUTE : 0) | gone << PTE_WITHHELD;
}

static inline unsigned
arch_pte_granted(u64 pte)
{
	return ~pte >> PTE_WITHHELD & RIGHTS_MASK;
}

static inline bool
arch_pte_withholds(u64 pte, unsigned rights)
{
	return pte & (u64)rights << PTE_WITHHELD;
}

static inline bool
arch_pte_present(u64 pte)
{
	return pte & PTE_PRESENT;
}

static inline bool
arch_pte_is_leaf(u64 pte, unsigned level)
{
	return level == 1 || pte & PTE_LARGE;
}

static inline bool
arch_pte_is_table(u64 pte)
{
	return pte & PTE_TABLE;
}

static inline paddr_t
arch_pte_address(u64 pte)
{
	return pte & PTE_ADDRESS;
}

static inline unsigned
arch_pte_rights(u64 pte)
{
	return pte & PTE_PRESENT ? (pte & (RIGHT_READ | RIGHT_WRITE)) | (~pte >> 61 & RIGHT_EXECUTE) : 0;
}

static inline bool
arch_pte_accessed(u64 pte)
{
	return pte & PTE_ACCESSED;
}

static inline bool
arch_pte_dirty(u64 pte)
{
	return pte & PTE_DIRTY;
}

static inline u64
arch_pte_touch(u64 pte, unsigned rights)
{
	return pte | PTE_ACCESSED | (rights & RIGHT_WRITE ? PTE_DIRTY : 0);
}

static inline u64
arch_pte_untouch(u64 pte, bool accessed, bool dirty)
{
	return pte & ~((accessed ? PTE_ACCESSED : 0) | (dirty ? PTE_DIRTY : 0));
}

static inline unsigned
arch_table_index(vaddr_t vaddr, unsigned level)
{
	return vaddr >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
}

static inline void
arch_table_set(u64 *entry, u64 value, unsigned level)
{
	*entry = value;
	if (level == ARCH_TABLE_LEVELS)
		pti_root_set(entry, value);
}
