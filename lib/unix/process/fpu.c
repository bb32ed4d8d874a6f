/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas of floating-point registers: fpu.h. */
#include <errno.h>
#include <stddef.h>
#include <unix/arena.h>
#include "process/fpu.h"

#define MAGIC1	0x46505853u
#define MAGIC2	0x46505845u
#define OSXSAVE	(1u << 27)

/* Linux's own words, in the part of fxsave's area that the processor leaves alone; behind it what xsave wants cleared. */
struct software {
	uint32_t magic, bytes;
	uint64_t features;
	uint32_t xsave_bytes, pad[7];
	uint64_t header[8];
};
#define SOFTWARE_AT 464
_Static_assert(offsetof(struct software, header) == FPU_BASIC - SOFTWARE_AT, "the header follows");

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

int
fpu_prepare(struct task *t, uint64_t address)
{
	uint64_t bytes = shared->process.fpu_bytes;
	uint32_t end = MAGIC2;
	struct software s = { 0 };

	if (bytes == FPU_BASIC)
		return host_copy_out(t, address + SOFTWARE_AT, &s, offsetof(struct software, header));
	s.magic = MAGIC1;
	s.bytes = (uint32_t)bytes;
	s.features = features();
	s.xsave_bytes = (uint32_t)(bytes - sizeof(end));
	int error = host_copy_out(t, address + SOFTWARE_AT, &s, sizeof(s));
	return error ? error : host_copy_out(t, address + s.xsave_bytes, &end, sizeof(end));
}
