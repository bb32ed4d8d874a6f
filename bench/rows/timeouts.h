/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows on timeouts: many that are pending throughout, and one that is measured. */
#pragma once

#include "bench.h"

#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define MEASURED	40		/* slots: of the timer that is measured, */
#define PENDING		64		/* and from here on of the others */
#define COMPANY		8		/* timeouts of the harness's other threads */
#define SLOTS_PER_PAGE	64
#define FAR		(1ul << 50)	/* ticks: no figure takes as long */
#define APART		(1ul << 30)

/* Let COUNT timeouts be pending, APART from each other, the first FAR ahead. */
static void
timeouts_pend(unsigned long count)
{
	if (call_timer_create(MEASURED))
		bench_fail("the kernel makes no timer");
	for (unsigned long i = 0; i < count - COMPANY; i++) {
		unsigned long slot = PENDING + i;

		if (slot % SLOTS_PER_PAGE == 0 && call_cap_grow(PROBE_OWN, slot))
			bench_fail("no memory for slots");
		if (call_timer_create(slot) || call_timer_set(slot, FAR + i * APART))
			bench_fail("no memory for timers");
	}
}
