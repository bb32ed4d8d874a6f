/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows timeout-insert-N: a timer is set and cancelled while TIMEOUTS are pending. */
#pragma once

#include "timeouts.h"

#define STRIDE		7919		/* a prime: the turns go over all places in a scattered order */

static void
setup(void)
{
	timeouts_pend(TIMEOUTS);
}

static void
run(unsigned long count)
{
	unsigned long place = 0;

	BENCH_LOOP(count) {
		place = (place + STRIDE) % TIMEOUTS;
		call_timer_set(MEASURED, FAR + place * APART + APART / 2);
		call_timer_cancel(MEASURED);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
