/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_notify.h"
#include "../l4_neighbours.h"

/* Signals to the same notification. */
static void
flood(void)
{
	for (;; neighbour_yield(0))
		for (int i = 0; i < 100; i++)
			call_notification_signal(NOTIFICATION, 2);
}

static void
setup(void)
{
	notify_setup();
	source_make(1);
	neighbours_begin(NOTIFICATION, RIGHT_SEND, flood);
}

static void
prepare(unsigned long count)
{
	neighbours_turn();
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = notify_run, .teardown = neighbours_end };
