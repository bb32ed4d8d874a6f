/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows revoke-deep-N and revoke-wide-N: one revocation of a mapping with NODES derived from it, which are made again before each. */
#pragma once

#include "mappings.h"
#include "clock.h"

#define SOURCE	(HERE - PAGE)

static int64_t reading;			/* of the clock, what it costs */

/* Each derives from the one before if DEEP, else all from SOURCE. */
static void
prepare(unsigned long count)
{
	(void)count;
	must(call_map(FRAME, PROBE_OWN, SOURCE, RW, 0), "a page cannot be mapped");
	for (unsigned long i = 0; i < NODES; i++)
		must(call_map_derive(PROBE_OWN, DEEP && i ? HERE + (i - 1) * PAGE : SOURCE, PROBE_OWN, HERE + i * PAGE, 0, RW),
		     "a mapping cannot be derived");
}

static void
setup(void)
{
	int64_t begin = clock_read();

	reading = clock_read() - begin;
	mappings_make(NODES + 1);
	prepare(1);			/* the tables, which stay */
	must(call_revoke(PROBE_OWN, SOURCE, 0, 1), "a mapping cannot be revoked");
}

static int64_t
sample(void)
{
	int64_t begin = clock_read();

	call_revoke(PROBE_OWN, SOURCE, 0, 1);
	return clock_read() - begin - reading;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = mappings_end };
