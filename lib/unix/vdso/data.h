/* SPDX-License-Identifier: BSD-2-Clause */
/* The vDSO's data page, written once by the core: how the time follows from the time-stamp counter, and what marks a signal's floating-point registers. */
#pragma once

#include <stdint.h>

struct vdso_data {
	uint64_t start;		/* the counter when the clock was 0 */
	uint64_t scale;		/* nanoseconds a tick, times 2^32; 0: the counter does not tell the time */
	uint64_t wall;		/* nanoseconds from 1970 until the clock was 0 */
	uint64_t fpu[3];	/* the first words at FPU_SOFTWARE, the last of which says where FPU_MAGIC2 is */
};

/* Nanoseconds since START. */
static inline uint64_t
vdso_clock(const struct vdso_data *d)
{
	return (uint64_t)((unsigned __int128)(__builtin_ia32_rdtsc() - d->start) * d->scale >> 32);
}
