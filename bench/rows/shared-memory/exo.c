/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#define word	((volatile uint64_t *)TWIN_SHARED)

static void
answers(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		while (word[0] == word[8])
			call_yield();
		word[8] = word[0];
	}
}

static void
setup(void)
{
	pages_share(1);
	partner_start(1, answers);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		word[0]++;
		while (word[8] != word[0])
			call_yield();
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
