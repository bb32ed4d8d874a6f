/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "../capabilities.h"

static void
setup(void)
{
	object_make(0);
}

static void
run(unsigned long count)
{
	uint64_t badge;

	BENCH_LOOP(count)
		call_cap_lookup(ORIGINAL, OBJECT_KIND, RIGHT_CONTROL, &badge);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = object_end };
