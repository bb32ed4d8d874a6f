/* SPDX-License-Identifier: BSD-2-Clause */
/* An exception to the environment's own handler and back: alone, and beside neighbours. */
#pragma once

#include "bench.h"

#include <exo/stubs.h>
#include <exo/upcall.h>

struct save_area area __attribute__((used));

/* Goes on behind the instruction, two bytes further; the way back is <exo/upcall.h>'s. */
extern char skip_undefined[], way_back[], way_back_end[];
__asm__ (
	"skip_undefined:\n"
	"	addq	$2, area+32(%rip)\n"
	"way_back:\n"
	UPCALL_WAY_BACK("area", "(%rip)")
	"way_back_end:\n"
);

static inline void
exception_setup(void)
{
	if (call_exception_context((uintptr_t)&area, (uintptr_t)skip_undefined, (uintptr_t)way_back, (uintptr_t)way_back_end))
		bench_fail("the kernel takes no exception context");
}

static inline void
exception_run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("ud2" : : : "memory");
}

static inline void
exception_teardown(void)
{
	call_exception_context(0, 0, 0, 0);
}
