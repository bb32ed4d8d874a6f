/* SPDX-License-Identifier: BSD-2-Clause */
/* Single instructions and the bits of control registers and MSRs that the kernel uses. */
#pragma once

#include "core/types.h"

#define CR0_MP		(1ul << 1)
#define CR0_EM		(1ul << 2)
#define CR0_TS		(1ul << 3)
#define CR0_NE		(1ul << 5)
#define CR0_WP		(1ul << 16)
#define CR0_AM		(1ul << 18)

#define CR4_DE		(1ul << 3)
#define CR4_PGE		(1ul << 7)
#define CR4_OSFXSR	(1ul << 9)
#define CR4_OSXMMEXCPT	(1ul << 10)
#define CR4_UMIP	(1ul << 11)
#define CR4_FSGSBASE	(1ul << 16)
#define CR4_PCIDE	(1ul << 17)
#define CR4_OSXSAVE	(1ul << 18)
#define CR4_SMEP	(1ul << 20)
#define CR4_SMAP	(1ul << 21)

#define RFLAGS_CF	(1ul << 0)
#define RFLAGS_ONE	(1ul << 1)	/* always set */
#define RFLAGS_TF	(1ul << 8)
#define RFLAGS_IF	(1ul << 9)
#define RFLAGS_DF	(1ul << 10)
#define RFLAGS_IOPL	(3ul << 12)
#define RFLAGS_NT	(1ul << 14)
#define RFLAGS_RF	(1ul << 16)
#define RFLAGS_AC	(1ul << 18)
#define RFLAGS_ID	(1ul << 21)
#define RFLAGS_STATUS	0x8d5ul		/* CF PF AF ZF SF OF */

#define MSR_EFER	0xc0000080
#define EFER_SCE	(1ul << 0)
#define MSR_STAR	0xc0000081
#define MSR_LSTAR	0xc0000082
#define MSR_CSTAR	0xc0000083
#define MSR_SFMASK	0xc0000084
#define MSR_FS_BASE	0xc0000100
#define MSR_GS_BASE	0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102

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

#define CONTROL_REGISTER(name)							\
	static inline u64 read_##name(void)					\
	{									\
		u64 value;							\
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value));		\
		return value;							\
	}									\
	static inline void write_##name(u64 value)				\
	{									\
		__asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");	\
	}

CONTROL_REGISTER(cr0)
CONTROL_REGISTER(cr2)
CONTROL_REGISTER(cr3)
CONTROL_REGISTER(cr4)
CONTROL_REGISTER(dr6)
CONTROL_REGISTER(dr7)
