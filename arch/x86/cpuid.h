/* SPDX-License-Identifier: BSD-2-Clause */
/* What the processor can do. */
#pragma once

#include "core/types.h"

struct cpuid {
	u32 a, b, c, d;
};

/* All zero when the processor does not have LEAF. */
struct cpuid cpuid(u32 leaf, u32 subleaf);

/* A feature is a bit of one register of one leaf. */
enum cpuid_leaf { CPUID_1, CPUID_7, CPUID_EXTENDED_1, CPUID_XSAVE_1, CPUID_LEAVES };
enum cpuid_register { CPUID_A, CPUID_B, CPUID_C, CPUID_D };
#define CPU_FEATURE(leaf, register, bit) ((leaf) << 7 | (register) << 5 | (bit))

enum cpu_feature {
	CPU_PCID		= CPU_FEATURE(CPUID_1, CPUID_C, 17),
	CPU_TSC_DEADLINE	= CPU_FEATURE(CPUID_1, CPUID_C, 24),
	CPU_XSAVE		= CPU_FEATURE(CPUID_1, CPUID_C, 26),
	CPU_RDRAND		= CPU_FEATURE(CPUID_1, CPUID_C, 30),
	CPU_HYPERVISOR		= CPU_FEATURE(CPUID_1, CPUID_C, 31),
	CPU_TSC			= CPU_FEATURE(CPUID_1, CPUID_D, 4),
	CPU_MACHINE_CHECK	= CPU_FEATURE(CPUID_1, CPUID_D, 7),
	CPU_APIC		= CPU_FEATURE(CPUID_1, CPUID_D, 9),
	CPU_GLOBAL_PAGES	= CPU_FEATURE(CPUID_1, CPUID_D, 13),
	CPU_PAT			= CPU_FEATURE(CPUID_1, CPUID_D, 16),
	CPU_FSGSBASE		= CPU_FEATURE(CPUID_7, CPUID_B, 0),
	CPU_SMEP		= CPU_FEATURE(CPUID_7, CPUID_B, 7),
	CPU_INVPCID		= CPU_FEATURE(CPUID_7, CPUID_B, 10),
	CPU_SMAP		= CPU_FEATURE(CPUID_7, CPUID_B, 20),
	CPU_UMIP		= CPU_FEATURE(CPUID_7, CPUID_C, 2),
	CPU_SYSCALL		= CPU_FEATURE(CPUID_EXTENDED_1, CPUID_D, 11),
	CPU_NO_EXECUTE		= CPU_FEATURE(CPUID_EXTENDED_1, CPUID_D, 20),
	CPU_1G_PAGES		= CPU_FEATURE(CPUID_EXTENDED_1, CPUID_D, 26),
	CPU_LONG_MODE		= CPU_FEATURE(CPUID_EXTENDED_1, CPUID_D, 29),
	CPU_XSAVEOPT		= CPU_FEATURE(CPUID_XSAVE_1, CPUID_A, 0),
	CPU_XSAVEC		= CPU_FEATURE(CPUID_XSAVE_1, CPUID_A, 1),
};

bool cpu_has(enum cpu_feature feature);
