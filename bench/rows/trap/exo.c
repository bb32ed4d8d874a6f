/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"

/* The page stays as it is, and the write is left out: `movb $1, (%reg)' is three bytes. */
static bool
skip(uint64_t address, bool write)
{
	interrupted->area.rip += 3;
	return write && address == TINY_START;
}

static void
setup(void)
{
	memory_begin();
	page_refused = skip;
	pages_protect((void *)TINY_START, 1, RIGHT_READ);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("movb $1, (%0)" : : "b"(TINY_START) : "memory");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
