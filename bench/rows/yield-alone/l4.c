/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield();
}

const struct benchmark benchmark = { .run = run };
