/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows timeout-expire-N: a timeout expires while TIMEOUTS are pending. */
#pragma once

#include "timeouts.h"
#include "interval.h"

#define PERIOD		100000		/* ticks of the clock: far more than lies between two samples */

static int64_t undisturbed;	/* between two readings when nothing comes between */

static void
setup(void)
{
	uint64_t count;

	undisturbed = interval(1);
	timeouts_pend(TIMEOUTS);
	if (call_tick(PERIOD, &count))
		bench_fail("the kernel starts no timer tick");
}

/* A tick costs more than many readings, so no other time is twice the undisturbed one. */
static int64_t
sample(void)
{
	return interval(2 * undisturbed) - undisturbed;
}

static void
teardown(void)
{
	uint64_t count;

	call_tick(0, &count);
}

const struct benchmark benchmark = { .setup = setup, .sample = sample, .teardown = teardown };
