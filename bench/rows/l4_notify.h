/* SPDX-License-Identifier: BSD-2-Clause */
/* A signal to a waiting thread of higher priority, and back: alone, and beside neighbours. */
#pragma once

#include "l4_partner.h"

#define NOTIFICATION	(PARTNER_ENDPOINT + 1)

static void
waiter(void)
{
	uint64_t bits;

	floating_point_use();
	while (call_notification_wait(NOTIFICATION, IPC_NEVER, &bits) == OK)
		;
	call_thread_exit();
}

static inline void
notify_setup(void)
{
	partner_make(true);
	partner_must(call_notification_create(NOTIFICATION));
	partner_must(call_cap_copy(NOTIFICATION, PARTNER_SPACE, NOTIFICATION, RIGHT_RECEIVE));
	partner_must(call_thread_priority(PARTNER_THREAD, 200));
	partner_run(waiter);
}

static inline void
notify_run(unsigned long count)
{
	BENCH_LOOP(count)
		call_notification_signal(NOTIFICATION, 1);
}
