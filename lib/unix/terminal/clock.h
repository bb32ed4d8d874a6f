/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of calls that wait. */
#pragma once

#include <stdint.h>
#include <unix/host.h>

struct task;

#define SECOND		1000000000ul	/* in nanoseconds */
#define MICROSECOND	1000ul

static inline uint64_t
clock_after(uint64_t nanoseconds)
{
	uint64_t now = nanoseconds ? host_clock() : 0;

	return nanoseconds < UNIX_NEVER - now ? now + nanoseconds : UNIX_NEVER;
}

/* Nanoseconds of two words: seconds, and units of UNIT nanoseconds.  False: they are not a time. */
bool clock_span(const int64_t pair[2], uint64_t unit, uint64_t *nanoseconds);

/* The deadline that is so far from now as the two words at address TIME say; 0: never.  -EFAULT, -EINVAL. */
int clock_deadline(struct task *t, uint64_t time, uint64_t unit, uint64_t *deadline);
