/* SPDX-License-Identifier: BSD-2-Clause */
#include "../capabilities.h"

static uint64_t payload, mac;

static void
setup(void)
{
	object_make(0);
	must(call_token_seal_bound(ORIGINAL, RIGHTS_ALL, SLOT_OWN, &payload, &mac), "no token can be made");
	must(call_token_open_bound(payload, mac, OBJECT_KIND, RIGHT_CONTROL), "a token does not open");
}

static void
run(unsigned long count)
{
	uint64_t p = payload, m = mac;

	BENCH_LOOP(count)
		call_token_open_bound(p, m, OBJECT_KIND, RIGHT_CONTROL);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = object_end };
