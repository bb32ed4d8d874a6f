/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows wait-time-N: a partner's time comes while ASLEEP others are asleep. */
#pragma once

#include "partner_exo.h"
#include "interval.h"

#define PERIOD	20000000ul	/* ticks of the clock: more than a slice, so that this one's is over when the other's time comes */
#define LEAST		700		/* what an interrupt that finds nothing due costs is less */

static int64_t undisturbed;	/* between two readings when nothing comes between */

static void
partner(uint64_t unused __attribute__((unused)))
{
	uint64_t why, deadline = (uint64_t)clock_read();

	for (;;) {
		deadline += PERIOD;
		call_wait(0, 0, deadline, &why);
	}
}

static void
setup(void)
{
	undisturbed = interval(1);
	sleepers_start(ASLEEP);
	partner_start(partner);
}

static int64_t
sample(void)
{
	return interval(LEAST) - undisturbed;
}

const struct benchmark benchmark = { .setup = setup, .sample = sample };
