/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		pages_protect((void *)page(7), 1, RIGHT_READ);
		pages_protect((void *)page(7), 1, READ_WRITE);
	}
}

const struct benchmark benchmark = { .setup = memory_begin, .run = run, .units = 2 };
