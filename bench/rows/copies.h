/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare copy of BYTES within a space, by words: what a string of IPC is compared with. */
#pragma once

#include "bench.h"



static uint64_t from[BYTES / 8], to[BYTES / 8];

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		const void *source = from;
		void *target = to;
		unsigned long words = BYTES / 8;

		__asm__ volatile("rep movsq" : "+S"(source), "+D"(target), "+c"(words) : : "memory");
	}
}

const struct benchmark benchmark = { .run = run, .batch = BYTES > 100000 ? 20 : 200, .repetitions = 5 };
