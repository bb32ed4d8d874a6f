/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <unistd.h>

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		getppid();
}

const struct benchmark benchmark = { .run = run };
