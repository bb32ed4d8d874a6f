/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock of a guest: the time-stamp counter. Under icount a tick is an instruction. */
#pragma once

#include <stdint.h>

/* The fences order the reading against the code around it on a processor that reorders; under icount they are two ticks. */
static inline int64_t
clock_read(void)
{
	uint32_t low, high;

	__asm__ volatile ("lfence; rdtsc; lfence" : "=a" (low), "=d" (high) : : "memory");
	return (int64_t)((uint64_t)high << 32 | low);
}
