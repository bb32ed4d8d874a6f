/* SPDX-License-Identifier: BSD-2-Clause */
/* What the processor can do: CPUID, with leaves that it lacks read as zero, and its random numbers. */
#include "arch/x86/cpuid.h"
#include "core/arch.h"
#include "core/arch.h"

static struct cpuid
cpuid_read(u32 leaf, u32 subleaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
	return r;
}

struct cpuid
cpuid(u32 leaf, u32 subleaf)
{
	u32 range = leaf & 0xffff0000;		/* standard, hypervisor, extended: each begins with its highest leaf */
	u32 last = cpuid_read(range, 0).a;

	if (last < leaf || (last & 0xffff0000) != range)
		return (struct cpuid){ 0 };
	return cpuid_read(leaf, subleaf);
}

bool
cpu_has(enum cpu_feature feature)
{
	static const struct { u32 leaf, subleaf; } leaves[CPUID_LEAVES] = {
		[CPUID_1] = { 1, 0 },
		[CPUID_7] = { 7, 0 },
		[CPUID_EXTENDED_1] = { 0x80000001, 0 },
		[CPUID_XSAVE_1] = { 0xd, 1 },
	};
	struct cpuid r = cpuid(leaves[feature >> 7].leaf, leaves[feature >> 7].subleaf);
	const u32 registers[] = { r.a, r.b, r.c, r.d };

	return registers[feature >> 5 & 3] >> (feature & 31) & 1;
}

paddr_t
arch_physical_limit(void)
{
	unsigned bits = cpuid(0x80000008, 0).a & 0xff;

	return 1ul << (bits ? bits : 36);	/* every CPU with long mode has at least that */
}

bool
arch_random(u64 *out)
{
	for (unsigned tries = cpu_has(CPU_RDRAND) ? 10 : 0; tries; tries--) {
		bool good;

		__asm__ volatile("rdrand %0" : "=r"(*out), "=@ccc"(good));
		if (good)
			return true;
	}
	return false;
}
