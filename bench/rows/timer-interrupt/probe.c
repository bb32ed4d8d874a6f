/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "clock.h"

#include <janus/status.h>
#include <probe/stubs.h>

#define PERIOD	100000		/* ticks of the clock: far more than lies between two samples */

static int64_t undisturbed;	/* between two readings when nothing comes between */

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

static void
setup(void)
{
	uint64_t count;

	undisturbed = interval(1);
	if (call_tick(PERIOD, &count) != OK)
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
