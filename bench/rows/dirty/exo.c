/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"

#include <exo/stubs.h>

static void
run(unsigned long count)
{
	uint64_t physical, granted, rights, accessed, dirty = 0, seen = 1;

	BENCH_LOOP(count) {
		call_binding(TINY_START, &physical, &granted, &rights, &accessed, &dirty);
		seen &= dirty;
	}
	if (!seen)
		bench_fail("a page that was written is not dirty");
}

const struct benchmark benchmark = { .setup = memory_begin, .run = run };
