/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions that C has no words for: ports, model-specific and control registers. */
#pragma once

#include "core/types.h"

static inline u8
in8(u16 port)
{
	u8 value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u16
in16(u16 port)
{
	u16 value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline u32
in32(u16 port)
{
	u32 value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void
out8(u16 port, u8 value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void
out16(u16 port, u16 value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline void
out32(u16 port, u32 value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

#define MSR_APIC_BASE		0x0000001b
#define MSR_PAT			0x00000277
#define MSR_TSC_DEADLINE	0x000006e0
#define MSR_EFER		0xc0000080
#define EFER_SYSCALL		(1ul << 0)
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_SFMASK		0xc0000084
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102

#define RFLAGS_ONE		(1ul << 1)	/* always set */
#define RFLAGS_TF		(1ul << 8)
#define RFLAGS_IF		(1ul << 9)
#define RFLAGS_DF		(1ul << 10)
#define RFLAGS_IOPL		(3ul << 12)
#define RFLAGS_NT		(1ul << 14)
#define RFLAGS_RF		(1ul << 16)
#define RFLAGS_AC		(1ul << 18)
#define RFLAGS_ID		(1ul << 21)
#define RFLAGS_STATUS		0x8d5ul		/* CF PF AF ZF SF OF */

static inline u64
read_msr(u32 msr)
{
	u32 low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (u64)high << 32 | low;
}

static inline void
write_msr(u32 msr, u64 value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

#define CR0_MONITOR_FPU		(1ul << 1)
#define CR0_EMULATE_FPU		(1ul << 2)
#define CR0_TASK_SWITCHED	(1ul << 3)
#define CR0_FPU_ERROR		(1ul << 5)
#define CR0_WRITE_PROTECT	(1ul << 16)
#define CR0_ALIGNMENT		(1ul << 18)
#define CR4_DEBUG		(1ul << 3)
#define CR4_PAE			(1ul << 5)
#define CR4_MACHINE_CHECK	(1ul << 6)
#define CR4_GLOBAL		(1ul << 7)
#define CR4_FXSR		(1ul << 9)
#define CR4_XMM_EXCEPTIONS	(1ul << 10)
#define CR4_UMIP		(1ul << 11)
#define CR4_FSGSBASE		(1ul << 16)
#define CR4_PCID		(1ul << 17)
#define CR4_XSAVE		(1ul << 18)
#define CR4_SMEP		(1ul << 20)
#define CR4_SMAP		(1ul << 21)

static inline u64
read_cr0(void)
{
	u64 value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void
write_cr0(u64 value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline u64
read_cr2(void)
{
	u64 value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline u64
read_cr3(void)
{
	u64 value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void
write_cr3(u64 value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void
invlpg(u64 address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* What is forgotten of the translations with one address-space tag; never those that are global. */
enum invpcid { INVPCID_PAGE, INVPCID_TAG };

static inline void
invpcid(enum invpcid type, u64 tag, u64 address)
{
	u64 descriptor[2] = { tag, address };

	__asm__ volatile("invpcid %0, %1" : : "m"(descriptor), "r"((u64)type) : "memory");
}

static inline u64
read_cr4(void)
{
	u64 value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void
write_cr4(u64 value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline void
write_dr6(u64 value)
{
	__asm__ volatile("mov %0, %%dr6" : : "r"(value));
}

static inline void
write_dr7(u64 value)
{
	__asm__ volatile("mov %0, %%dr7" : : "r"(value));
}

/* Extended control register 0: the state components that xsave covers. */
#define XSTATE_X87		(1ul << 0)
#define XSTATE_SSE		(1ul << 1)
#define XSTATE_AVX		(1ul << 2)

static inline void
write_xcr0(u64 value)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"((u32)value), "d"((u32)(value >> 32)));
}
