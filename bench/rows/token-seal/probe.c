/* SPDX-License-Identifier: BSD-2-Clause */
#include "../capabilities.h"

static void
setup(void)
{
	object_make(0);
}

static void
run(unsigned long count)
{
	uint64_t payload, mac;

	BENCH_LOOP(count)
		call_token_seal(ORIGINAL, RIGHTS_ALL, &payload, &mac);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = object_end };
