/* SPDX-License-Identifier: BSD-2-Clause */
/* The seam's inlines for the machine that host tests run on.  Included by core/arch.h alone. */
#pragma once

#include "fake/machine.h"

struct cpu;
struct frame;
struct thread;

struct cpu *this_cpu(void);
struct thread *current_thread(void);

static inline u64
arch_clock(void)
{
	return machine.clock;
}

static inline void *
arch_direct(paddr_t pa)
{
	return machine.memory + pa;
}

static inline paddr_t
arch_direct_physical(const void *p)
{
	return (u64)((const u8 *)p - machine.memory);
}

static inline paddr_t
arch_physical(const void *p)
{
	return arch_direct_physical(p);
}

static inline struct frame *
arch_frames(void)
{
	return machine.frames;
}

/* --- page-table entries: the tables and the TLB are in tlb.c --------------------------------------------------------- */

#define ARCH_PTE_SOFTWARE	FAKE_SOFTWARE
#define ARCH_ROOT_PAGES		1

static inline u64
arch_pte(paddr_t pa, unsigned order, unsigned rights, enum cache cache)
{
	return pa | FAKE_LEAF | (rights ? FAKE_PRESENT : 0) | (order ? FAKE_LARGE : 0) |
	       (u64)rights << FAKE_RIGHTS | (u64)rights << FAKE_GRANTED | (u64)cache << FAKE_CACHE;
}

static inline u64
arch_pte_part(u64 pte, paddr_t pa, unsigned order, unsigned rights)
{
	return arch_pte(pa, order, rights, pte >> FAKE_CACHE & 3) | (pte & FAKE_SOFTWARE);
}

static inline u64
arch_pte_table(paddr_t table)
{
	return table | FAKE_PRESENT;
}

static inline u64
arch_pte_protect(u64 pte, unsigned rights)
{
	pte &= ~(FAKE_PRESENT | FAKE_RIGHTS_MASK);
	return pte | (rights ? FAKE_PRESENT : 0) | (u64)rights << FAKE_RIGHTS;
}

static inline u64
arch_pte_restrict(u64 pte, unsigned rights)
{
	u64 kept = (u64)rights << FAKE_RIGHTS | (u64)rights << FAKE_GRANTED;

	pte &= ~(FAKE_RIGHTS_MASK | FAKE_GRANTED_MASK) | kept;
	return pte & FAKE_RIGHTS_MASK ? pte : pte & ~FAKE_PRESENT;
}

static inline unsigned
arch_pte_granted(u64 pte)
{
	return (pte & FAKE_GRANTED_MASK) >> FAKE_GRANTED;
}

static inline bool
arch_pte_withholds(u64 pte, unsigned rights)
{
	return rights & ~arch_pte_granted(pte);
}

static inline bool
arch_pte_present(u64 pte)
{
	return pte & FAKE_PRESENT;
}

static inline bool
arch_pte_is_leaf(u64 pte, unsigned level)
{
	return level == 1 || pte & FAKE_LARGE;
}

static inline bool
arch_pte_is_table(u64 pte)
{
	return (pte & (FAKE_PRESENT | FAKE_LEAF | FAKE_LARGE)) == FAKE_PRESENT;
}

static inline paddr_t
arch_pte_address(u64 pte)
{
	return pte & FAKE_ADDRESS;
}

static inline unsigned
arch_pte_rights(u64 pte)
{
	return (pte & FAKE_RIGHTS_MASK) >> FAKE_RIGHTS;
}

static inline bool
arch_pte_accessed(u64 pte)
{
	return pte & FAKE_ACCESSED;
}

static inline bool
arch_pte_dirty(u64 pte)
{
	return pte & FAKE_DIRTY;
}

static inline u64
arch_pte_touch(u64 pte, unsigned rights)
{
	return pte | FAKE_ACCESSED | (rights & RIGHT_WRITE ? FAKE_DIRTY : 0);
}

static inline u64
arch_pte_untouch(u64 pte, bool accessed, bool dirty)
{
	return pte & ~((accessed ? FAKE_ACCESSED : 0) | (dirty ? FAKE_DIRTY : 0));
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
}
