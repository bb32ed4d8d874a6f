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
arch_physical(const void *p)
{
	return (u64)((const u8 *)p - machine.memory);
}

static inline struct frame *
arch_frames(void)
{
	return machine.frames;
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

static inline unsigned
arch_table_index(vaddr_t vaddr, unsigned level)
{
	return vaddr >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
}
