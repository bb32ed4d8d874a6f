/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows wait-wake-N: a partner is woken, and wakes in turn, while ASLEEP others are asleep. */
#pragma once

#include "partner_exo.h"

static volatile uint64_t question, answer;

static void
partner(uint64_t unused __attribute__((unused)))
{
	uint64_t seen = 0, why;

	for (;;) {
		call_wait((uintptr_t)&question, seen, WAIT_FOREVER, &why);
		answer = ++seen;
		call_wake((uintptr_t)&answer);
	}
}

static void
setup(void)
{
	sleepers_start(ASLEEP);
	partner_start(partner);
}

static void
run(unsigned long count)
{
	uint64_t why;

	BENCH_LOOP(count) {
		uint64_t last = question;

		question = last + 1;
		call_wake((uintptr_t)&question);
		call_wait((uintptr_t)&answer, last, WAIT_FOREVER, &why);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
