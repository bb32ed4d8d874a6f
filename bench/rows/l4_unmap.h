/* SPDX-License-Identifier: BSD-2-Clause */
/* A page unmapped: alone, and beside neighbours. */
#pragma once

#include "l4_memory.h"

static inline void
unmap_setup(void)
{
	source_make(BENCH_BATCH + 1);
}

static inline void
unmap_prepare(unsigned long count)
{
	unmap_all();
	derive(HERE, SOURCE, 0, count);
}

static inline void
unmap_run(unsigned long count)
{
	unsigned long address = HERE;

	BENCH_LOOP(count) {
		call_unmap(SLOT_OWN, address, 1, 0, 1);
		address += PAGE;
	}
}
