/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "clock.h"

#include <stdlib.h>

int64_t fake_now;

void
bench_fail(const char *why)
{
	(void)why;
	abort();
}
