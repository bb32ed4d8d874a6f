/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows cap-revoke-N: one revocation of COPIES copies, which are made again before each. */
#pragma once

#include "capabilities.h"
#include "clock.h"

static int64_t reading;			/* of the clock, what it costs */

static void
setup(void)
{
	int64_t begin = clock_read();

	reading = clock_read() - begin;
	object_make(COPIES);
}

static void
prepare(unsigned long count)
{
	(void)count;
	copies_make(COPIES);
}

static int64_t
sample(void)
{
	int64_t begin = clock_read();

	call_cap_revoke(ORIGINAL);
	return clock_read() - begin - reading;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = object_end };
