/* SPDX-License-Identifier: BSD-2-Clause */
/* Two threads of one priority that yield to each other. */
#pragma once

#include "l4_partner.h"

static void
other(void)
{
	floating_point_use();
	for (;;)
		call_yield();
}

static inline void
yield_run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield();
}

static inline void
yield_teardown(void)
{
	call_object_destroy(PARTNER_THREAD);
}
