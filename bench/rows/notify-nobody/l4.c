/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

#define NOTIFICATION	PARTNER_ENDPOINT

static void
setup(void)
{
	partner_must(call_cap_grow(SLOT_OWN, NOTIFICATION));
	partner_must(call_notification_create(NOTIFICATION));
	floating_point_use();
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_notification_signal(NOTIFICATION, 1);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
