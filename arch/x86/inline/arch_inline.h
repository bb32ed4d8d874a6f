/* SPDX-License-Identifier: BSD-2-Clause */
/* The seam's inlines for x86-64.  Included by core/arch.h alone. */
#pragma once

#include "arch/x86/layout.h"

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

static inline unsigned
arch_table_index(vaddr_t vaddr, unsigned level)
{
	return vaddr >> (PAGE_SHIFT + 9 * (level - 1)) & 511;
}
