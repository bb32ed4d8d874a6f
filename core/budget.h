/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A budget of processor time for each period: the sporadic server (Sprunt, Sha, Lehoczky 1989), as time given back in portions.
 *
 * What is used comes back one period after its use began.  So in every interval as long as the period, wherever it begins, no more is used
 * than the amount, but for how late the user is stopped; what it overdrew is taken off what comes next.
 *
 * Portions are kept in a ring, at most BUDGET_PORTIONS.  Where there would be more the last two are joined, and a first one below BUDGET_GRAIN, which
 * would not be worth two switches, with the next; both make time come later, never earlier.
 *
 *   the sum of the portions is the amount;  each portion's time, from the second's on, is at least that of the one before
 */
#pragma once

#include "core/types.h"

#define BUDGET_PORTIONS	8
#define BUDGET_GRAIN	1000		/* ticks */
#define BUDGET_MINIMUM	10000		/* the smallest amount that is not 0 */
#define BUDGET_LONGEST	(1ul << 56)	/* period */

struct budget {
	u64 amount, period;
	u32 first, count;		/* of the ring; no portion: the amount is 0 */
	struct portion {
		u64 time, ticks;	/* so many ticks can be used from this time on */
	} portion[BUDGET_PORTIONS];
};

/* ERR_BAD_VALUE: an amount below the minimum, more than the period, or a period that is too long. */
enum status budget_init(struct budget *b, u64 amount, u64 period, u64 now);

/* When there is something to use, and then how much: TIMEOUT_NEVER and 0 without an amount. */
u64 budget_time(const struct budget *b);
u64 budget_left(const struct budget *b);

void budget_begin(struct budget *b, u64 now);	/* use begins; budget_time has come */
void budget_use(struct budget *b, u64 ticks);	/* so much was used since */

void budget_check(const struct budget *b);
