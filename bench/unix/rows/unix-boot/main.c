/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process of a boot that is counted from outside: what it does is in no figure. */
#include "bench.h"

#include <unistd.h>

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		getppid();
}

const struct benchmark benchmark = { .run = run };
