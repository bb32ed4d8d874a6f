/* SPDX-License-Identifier: BSD-2-Clause */
/* The x86 part of struct cpu: descriptor tables and what the entry code needs at fixed offsets. */
#pragma once

#include "core/types.h"

enum gdt_slot {
	GDT_NULL,
	GDT_KERNEL_CODE,		/* 0x08 */
	GDT_KERNEL_DATA,		/* 0x10 */
	GDT_USER_CODE32,		/* 0x18: what sysret counts from; never usable as code */
	GDT_USER_DATA,			/* 0x20 */
	GDT_USER_CODE,			/* 0x28 */
	GDT_TSS,			/* 0x30, two slots */
	GDT_SLOTS = GDT_TSS + 2,
};

#define SELECTOR_KERNEL_CODE	(GDT_KERNEL_CODE * 8)
#define SELECTOR_KERNEL_DATA	(GDT_KERNEL_DATA * 8)
#define SELECTOR_USER_DATA	(GDT_USER_DATA * 8 | 3)
#define SELECTOR_USER_CODE	(GDT_USER_CODE * 8 | 3)
#define SELECTOR_TSS		(GDT_TSS * 8)

struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];			/* ist[0] is IST1 */
	u64 reserved2;
	u16 reserved3;
	u16 io_bitmap;			/* beyond the limit: no ports for user level */
} __attribute__((packed, aligned(4)));

struct arch_cpu {
	u64 kernel_cr3, user_cr3;	/* page-table isolation: what entry and exit load */
	u32 pad;
	struct tss tss;			/* tss.rsp[0] is 8-byte aligned in struct cpu: offsets.c asserts it */
	u64 gdt[GDT_SLOTS];
	u32 apic_id;
	u32 nmis;			/* taken so far */
	void *fpu_loaded;		/* unused when eager: whose xsave area is in the registers */
};
