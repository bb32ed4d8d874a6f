/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/stubs.h>

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_null();
}

const struct benchmark benchmark = { .run = run };
