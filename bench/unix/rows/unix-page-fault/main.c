/* SPDX-License-Identifier: BSD-2-Clause */
/* Anonymous memory, written to for the first time: a page fault, a frame, its zeroing. */
#include "bench.h"

#include <stddef.h>
#include <sys/mman.h>

#define BATCH	100
#define PAGE	4096ul
#define BYTES	((BATCH + 1) * PAGE)

static char *memory;

static void
prepare(unsigned long count __attribute__((unused)))
{
	if (memory && munmap(memory, BYTES))
		bench_fail("memory is not given back");
	memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		bench_fail("no memory");
}

static void
run(unsigned long count)
{
	volatile char *page = memory;

	BENCH_LOOP(count) {
		*page = 1;
		page += PAGE;
	}
}

const struct benchmark benchmark = { .prepare = prepare, .run = run, .batch = BATCH };
