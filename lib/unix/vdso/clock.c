/* SPDX-License-Identifier: BSD-2-Clause */
/* The vDSO: time without a system call.  C libraries find it through AT_SYSINFO_EHDR. */
#include <stddef.h>
#include <stdint.h>
#include "data.h"

#define SECOND	1000000000ul
#define CLOCKS	12		/* of those that are no process's */

enum { CLOCK_REAL, CLOCK_MONOTONIC, CLOCK_RAW = 4, CLOCK_REAL_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOT, CLOCK_ATOMIC = 11 };
enum { NUMBER_GETTIMEOFDAY = 96, NUMBER_TIME = 201, NUMBER_CLOCK_GETTIME = 228 };

extern const struct vdso_data vdso_page __attribute__((visibility("hidden")));

struct seconds {
	int64_t seconds, rest;
};

static int64_t
call(uint64_t number, uint64_t first, uint64_t second)
{
	int64_t result;

	asm volatile("syscall" : "=a" (result) : "a" (number), "D" (first), "S" (second) : "rcx", "r11", "memory");
	return result;
}

static void
split(uint64_t nanoseconds, uint64_t unit, struct seconds *to)
{
	to->seconds = (int64_t)(nanoseconds / SECOND);
	to->rest = (int64_t)(nanoseconds % SECOND / unit);
}

int
__vdso_clock_gettime(int clock, struct seconds *to)
{
	const unsigned wall = 1u << CLOCK_REAL | 1u << CLOCK_REAL_COARSE | 1u << CLOCK_ATOMIC;
	const unsigned since_start = 1u << CLOCK_MONOTONIC | 1u << CLOCK_RAW | 1u << CLOCK_MONOTONIC_COARSE | 1u << CLOCK_BOOT;
	unsigned bit = (unsigned)clock < CLOCKS ? 1u << clock : 0;

	if (!vdso_page.scale || !(bit & (wall | since_start)))
		return (int)call(NUMBER_CLOCK_GETTIME, (uint64_t)clock, (uint64_t)to);
	split(vdso_clock(&vdso_page) + (bit & wall ? vdso_page.wall : 0), 1, to);
	return 0;
}

int
__vdso_gettimeofday(struct seconds *to, uint32_t *zone)
{
	if (!vdso_page.scale)
		return (int)call(NUMBER_GETTIMEOFDAY, (uint64_t)to, (uint64_t)zone);
	if (to)
		split(vdso_clock(&vdso_page) + vdso_page.wall, 1000, to);
	if (zone)
		zone[0] = zone[1] = 0;
	return 0;
}

int64_t
__vdso_time(int64_t *to)
{
	if (!vdso_page.scale)
		return call(NUMBER_TIME, (uint64_t)to, 0);
	int64_t now = (int64_t)((vdso_clock(&vdso_page) + vdso_page.wall) / SECOND);
	if (to)
		*to = now;
	return now;
}

/* There is one processor. */
int
__vdso_getcpu(unsigned *processor, unsigned *node, void *unused)
{
	(void)unused;
	if (processor)
		*processor = 0;
	if (node)
		*node = 0;
	return 0;
}
