/* SPDX-License-Identifier: BSD-2-Clause */
/* The x86 part of struct cpu: descriptor tables and what the entry code needs at fixed offsets. */
#pragma once

#include "core/types.h"

enum gdt_slot {
	GDT_NULL,
	GDT_KERNEL_CODE,		/* 0x08 */
	GDT_KERNEL_DATA,		/* 0x10: syscall takes its stack selector from here */
	GDT_NO_CODE32,			/* 0x18: sysret counts from here; not present, there is no 32-bit user code */
	GDT_USER_DATA,			/* 0x20 */
	GDT_USER_CODE,			/* 0x28 */
	GDT_TSS,			/* 0x30, two slots */
	GDT_SLOTS = GDT_TSS + 2,
};

#define SELECTOR_KERNEL_CODE	(GDT_KERNEL_CODE * 8)
#define SELECTOR_KERNEL_DATA	(GDT_KERNEL_DATA * 8)
#define SELECTOR_SYSRET		(GDT_NO_CODE32 * 8 | 3)
#define SELECTOR_USER_DATA	(GDT_USER_DATA * 8 | 3)
#define SELECTOR_USER_CODE	(GDT_USER_CODE * 8 | 3)
#define SELECTOR_TSS		(GDT_TSS * 8)

/* Exceptions that may come while %gs or %rsp are not the kernel's have stacks of their own. */
enum ist { IST_NONE, IST_NMI, IST_DOUBLE_FAULT, IST_MACHINE_CHECK, IST_DEBUG, IST_COUNT };

struct tss {
	u32 reserved0;
	u64 rsp[3];			/* rsp[0]: end of the current thread's frame */
	u64 reserved1;
	u64 ist[7];			/* ist[n - 1] is IST n */
	u64 reserved2;
	u16 reserved3;
	u16 io_bitmap;			/* beyond the limit: no ports for user level */
} __attribute__((packed));

struct arch_cpu {
	u64 kernel_cr3, user_cr3;	/* of the current space; with page-table isolation entry and exit load them */
	u64 scratch;			/* of the entry with page-table isolation */
	u64 entry_stack[15];		/* of the same: the processor's frame lands here first */
	struct tss tss;
	u32 apic_id;
	u64 gdt[GDT_SLOTS];
	u32 nmis, debug_traps;		/* taken in kernel mode so far */
};
