/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's part of every address space.
 *
 *   0xffff_8000_0000_0000  DIRECT_BASE    all RAM (and nothing else), no-execute, large pages
 *   0xffff_c000_0000_0000  FRAMES_BASE    frame records, indexed by page frame number, backed where RAM is
 *   0xffff_e000_0000_0000  DEVICES_BASE   local APIC, IOAPICs, framebuffer: uncached
 *   0xffff_ff00_0000_0000  STACKS_BASE    kernel stacks, each above an unmapped guard page
 *   0xffff_ffff_8000_0000  KERNEL_BASE    the image, at its physical address + KERNEL_BASE: text r-x, rodata r--, data rw-
 */
#pragma once

#define DIRECT_BASE	0xffff800000000000
#define FRAMES_BASE	0xffffc00000000000
#define DEVICES_BASE	0xffffe00000000000
#define STACKS_BASE	0xffffff0000000000
#define KERNEL_BASE	0xffffffff80000000
#define KERNEL_LOAD	0x0000000000200000	/* physical address of the image */

/* The direct map ends where the frame records begin: RAM above this physical address is not used. */
#define RAM_LIMIT	(FRAMES_BASE - DIRECT_BASE)

/* Device memory that the kernel uses is at its physical address + DEVICES_BASE, when below this. */
#define DEVICES_LIMIT	(STACKS_BASE - DEVICES_BASE)

/* Stacks: slot n is 16 KiB below STACK_TOP(n), with at least one unmapped page on either side. */
#define STACK_BYTES	0x4000
#define STACK_STRIDE	0x8000
#define STACK_TOP(slot)	(STACKS_BASE + ((slot) + 1) * STACK_STRIDE)

#define STACK_KERNEL	0			/* kmain, then every trap that is taken in the kernel */
#define STACKS		5			/* the others are IST 1 to 4: enum ist */

#define PTE_PRESENT	(1ul << 0)
#define PTE_WRITE	(1ul << 1)
#define PTE_USER	(1ul << 2)
#define PTE_WRITE_THROUGH (1ul << 3)
#define PTE_CACHE_OFF	(1ul << 4)
#define PTE_ACCESSED	(1ul << 5)
#define PTE_DIRTY	(1ul << 6)
#define PTE_LARGE	(1ul << 7)
#define PTE_GLOBAL	(1ul << 8)
#define PTE_SOFTWARE	(1ul << 9)	/* this one, the next and WITHHELD are ignored by the processor */
#define PTE_TABLE	(1ul << 11)	/* of a space: the entry leads to a table */
#define PTE_WITHHELD	52		/* three bits: rights that were not granted */
#define PTE_NO_EXECUTE	(1ul << 63)
#define PTE_ADDRESS	0x000ffffffffff000ul
