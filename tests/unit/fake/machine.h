/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that core runs on in host tests: physical memory, page-table entries, a TLB, a clock and interrupts, all under the
 * test's control.  README.md beside this folder shows how to use it.
 */
#pragma once

#include "core/types.h"
#include <janus/bootinfo.h>

struct frame;
struct space;

/* Page-table entries: the same idea as x86's, at other bits, so that nothing in core can rely on these. */
#define FAKE_PRESENT	(1ul << 1)
#define FAKE_LARGE	(1ul << 3)
#define FAKE_LEAF	(1ul << 4)		/* so that a leaf entry is never 0 */
#define FAKE_ACCESSED	(1ul << 5)
#define FAKE_DIRTY	(1ul << 6)
#define FAKE_RIGHTS	8			/* RIGHT_READ, WRITE, EXECUTE in bits 8 to 10 */
#define FAKE_RIGHTS_MASK (7ul << FAKE_RIGHTS)
#define FAKE_SOFTWARE	(1ul << 11)
#define FAKE_GRANTED	57			/* the same in bits 57 to 59: those that were granted */
#define FAKE_GRANTED_MASK (7ul << FAKE_GRANTED)
#define FAKE_CACHE	54			/* enum cache in bits 54 and 55 */
#define FAKE_ADDRESS	0x000ffffffffff000ul

struct machine {
	u8 *memory;		/* what the direct map shows: physical address 0 first */
	struct frame *frames;	/* records from page frame 0 */
	u64 bytes;		/* physical addresses that exist: the end of the last region */
	u64 clock, timer;	/* ticks; the deadline that was set last, ~0 when off */
	u64 looks;		/* times that core asked whether an interrupt waits */
	u64 preempt_every;	/* 0: none ever waits; k: at every k-th look one does */
	u64 preempt_seed;	/* not 0: at random looks, one in four, in place of preempt_every */
	u64 cleared_pages;	/* calls of arch_clear_page */
	u64 flushes_page, flushes_range, flushes_space;
	bool no_1g_pages;	/* as on some CPUs */
	bool no_roots;		/* arch_space_init finds too few pages for what goes with a root table */
	u64 spaces;		/* address-space tags in use */
	u64 switches;		/* calls of arch_switch */
	int exit_code;		/* of arch_exit, -1 before */
	bool no_random;		/* arch_random has no source */
	bool quiet;		/* drop console output */
};

extern struct machine machine;

/*
 * A new machine with these REGIONS (ascending); everything of the old one is gone, bootinfo describes the new one.  Memory
 * outside of RAM and BOOT regions, and its records, are poisoned: touching them ends the test.  RAM is full of 0xa5.
 */
void machine_regions(const struct boot_region *regions, unsigned count);

/* Machines larger than this begin with zeros, for the sake of time. */
extern u64 machine_fill_limit;

/* The same with BYTES of RAM from physical address 0, the first 64 KiB being BOOT and page 0 RESERVED. */
void machine_ram(u64 bytes);

/* --- the TLB ------------------------------------------------------------------------------------------------- */

/* User level touches VADDR of SPACE with RIGHTS, as the processor would: a cached translation is used if there is one, else tables are walked
 * and the translation is cached.  ERR_BAD_ADDRESS: a page fault.  *PA may be NULL. */
enum status machine_touch(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa);

/* Cache every translation that SPACE's tables hold, as a processor that looks ahead might. */
void machine_touch_all(const struct space *space);

/* How many cached translations say something that the tables no longer do: 0, or core has forgotten a flush. */
u64 machine_stale(void);

/* Cached translations in all. */
u64 machine_cached(void);

/* --- threads: what the fake processor did ------------------------------------------------------------------- */

/* Bytes of the FPU area. */
#define FAKE_FPU_BYTES	512

/* --- lines and ports ------------------------------------------------------------------------------------------ */

#define FAKE_PHYSICAL_LIMIT (1ul << 40)
#define FAKE_IRQ_LINES	24
#define FAKE_KERNEL_IRQ	0		/* kept by the kernel */
#define FAKE_PHYSICAL_LIMIT (1ul << 40)
#define FAKE_KERNEL_DEVICE 0xfee00000ul	/* one page that is the kernel's */
#define FAKE_KERNEL_PORT 0x20		/* two ports that are the kernel's: 0x20 and 0x21 */

struct machine_irq {
	bool set_up, level, masked;
};

extern struct machine_irq machine_irqs[FAKE_IRQ_LINES];
extern u32 machine_ports[65536];	/* what a read gives and a write leaves */
