/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeing an interrupt from user level: as a gap between two readings of the clock. */
#pragma once

#include "clock.h"

/*
 * The first time of at least AT_LEAST between two readings, each reading being the end of one and the beginning of the next, so
 * that no interrupt falls between two of them. The first reading has none before it: it ends a time that is negative.
 */
static __attribute__((noinline)) int64_t
interval(int64_t at_least)
{
	int64_t last = INT64_MAX;

	for (;;) {
		int64_t now = clock_read();

		if (now - last >= at_least)
			return now - last;
		last = now;
	}
}
