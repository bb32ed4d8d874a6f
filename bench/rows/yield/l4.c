/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

static void
other(void)
{
	floating_point_use();
	for (;;)
		call_yield();
}

static void
setup(void)
{
	partner_start(true, other);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield();
}

static void
teardown(void)
{
	call_object_destroy(PARTNER_THREAD);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown };
