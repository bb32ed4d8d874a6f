/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <exo/yield.h>

#define word	((volatile uint64_t *)TWIN_SHARED)

static void
answers(uint64_t unused __attribute__((unused)))
{
	uint64_t name = word[16];

	for (;;) {
		while (word[0] == word[8])
			yield_to(name);
		word[8] = word[0];
	}
}

static void
setup(void)
{
	uint64_t name = 0;

	pages_share(1);
	call_entry(0, &name);
	word[16] = name;
	partner_start(1, answers);
}

static void
run(unsigned long count)
{
	uint64_t name = partner.name;

	BENCH_LOOP(count) {
		word[0]++;
		while (word[8] != word[0])
			yield_to(name);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
