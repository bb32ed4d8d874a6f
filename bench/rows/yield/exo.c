/* SPDX-License-Identifier: BSD-2-Clause */
#include "../partner_exo.h"

static void
partner(uint64_t unused __attribute__((unused)))
{
	for (;;)
		call_yield();
}

static void
setup(void)
{
	partner_start(partner);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield();
}

const struct benchmark benchmark = { .setup = setup, .run = run };
