/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <stddef.h>
#include <sys/mman.h>

#define BYTES	65536ul

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		char *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED || munmap(memory, BYTES))
			bench_fail("no memory");
	}
}

const struct benchmark benchmark = { .run = run };
