/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas of floating-point registers: fpu.h. */
#include "process/fpu.h"
#include "vdso/frame.h"

#define OSXSAVE	(1u << 27)

static uint64_t
features(void)
{
	uint32_t low, high;

	asm volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (0));
	return (uint64_t)high << 32 | low;
}

uint64_t
fpu_size(void)
{
	uint32_t a = 1, b, c = 0, d;

	asm("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	if (!(c & OSXSAVE))
		return FPU_BASIC;
	a = 0xd;
	c = 0;
	asm("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	return b + sizeof(uint32_t);
}

void
fpu_marks(uint64_t bytes, uint64_t marks[3])
{
	if (bytes == FPU_BASIC)
		return;
	marks[0] = bytes << 32 | FPU_MAGIC1;
	marks[1] = features();
	marks[2] = bytes - sizeof(uint32_t);
}
