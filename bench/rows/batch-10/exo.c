/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <exo/batch.h>
#include <exo/stubs.h>

#define CALLS	10

static struct batch_call calls[CALLS];	/* all 0: the null call, and its status */

static void
run(unsigned long count)
{
	uint64_t left;

	BENCH_LOOP(count)
		call_batch((uintptr_t)calls, CALLS, 0, &left);
}

const struct benchmark benchmark = { .run = run };
