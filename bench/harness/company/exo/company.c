/* SPDX-License-Identifier: BSD-2-Clause */
/* Environments of their own spaces, with floating-point state, parked. */
#include "bench.h"
#include "company.h"
#include "environment.h"

#define COMPANIONS	8
#define FIRST_SLOT	1		/* slots 1 to 8 are theirs: a row takes others */

static char stack[COMPANIONS][ENVIRONMENT_STACK] __attribute__((aligned(16)));
static volatile int parked;

static void
companion(uint64_t unused __attribute__((unused)))
{
	floating_point_use();
	parked++;
	call_park();
	__builtin_trap();
}

void
company_start(void)
{
	uint64_t name;

	for (int i = 0; i < COMPANIONS; i++)
		environment_start(FIRST_SLOT + i, stack[i], companion, 0, &name);
	call_yield();
	if (parked != COMPANIONS)
		bench_fail("another environment does not park");
}
