/* SPDX-License-Identifier: BSD-2-Clause */
/* A page fault that the library OS binds a page for: alone, and beside neighbours. */
#pragma once

#include "bind_fault.h"

#define RECORDS	0x300000000ul
#define TABLES	8			/* enough for all batches: each fault is at a page of its own */

static uint64_t at = AT;

BIND_FAULT("", "$0x103");
_Static_assert((READ_WRITE | BIND_WIRED) == 0x103, "the number above");

static inline void
fault_setup(void)
{
	frame = frame_take(0);
	tables_make(frame, TABLES * 512);
	/* Memory for records is at hand, as where pages have come and gone: a slab of them keeps one in use. */
	for (uint64_t i = 0; i < TABLES * 512; i++)
		must(call_bind(RECORDS + i * PAGE, frame.payload, frame.mac, RIGHT_READ), "the page cannot be bound so often");
	for (uint64_t i = 0; i < TABLES * 512; i += 64)
		must(call_unbind(RECORDS + i * PAGE, 63), "the page cannot be unbound");
	bind_faults();
}

static inline void
fault_run(unsigned long count)
{
	uint64_t page = at;

	BENCH_LOOP(count)
		__asm__ volatile ("movb $1, (%0); add $4096, %0" : "+r"(page) : : "memory", "cc");
	at = page;
}

static inline void
fault_teardown(void)
{
	if (at > AT + TABLES * LEAF)
		bench_fail("faults went beyond the tables that were made");
	call_addressing_context(0, 0, 0, 0);
}
