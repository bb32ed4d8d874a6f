/* SPDX-License-Identifier: BSD-2-Clause */
#include "../capabilities.h"

static uint64_t payload, mac;

static void
setup(void)
{
	object_make(0);
	must(call_token_seal(ORIGINAL, RIGHTS_ALL, &payload, &mac), "no token can be made");
}

static void
run(unsigned long count)
{
	uint64_t p = payload, m = mac, derived_payload, derived_mac;

	BENCH_LOOP(count)
		call_token_derive(p, m, RIGHT_READ, &derived_payload, &derived_mac);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = object_end };
