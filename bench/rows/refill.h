/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A working set of bound pages in more leaf tables than one, while the program's pool holds one at a time: touching the next evicts it.
 * Misses of the table of bindings are bound again by the handler.
 */
#pragma once

#include "bind_fault.h"

#define LEFT	8		/* pages of the pool beside a leaf table and its companion: 512 records */

uint64_t misses __attribute__((used));

BIND_FAULT("incq	misses(%rip)", "$3");			/* RIGHT_READ | RIGHT_WRITE */
_Static_assert(READ_WRITE == 3, "the number above");

static inline void
touch(uint64_t page)
{
	*(volatile char *)(AT + page * PAGE) = 1;
}

/* All but LEFT pages of the program's own pool go to pages of slots that nobody uses. */
static void
pool_use(void)
{
	uint64_t allowance, given, held, kmem, unused = 0;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	for (uint64_t slot = 0; unused > LEFT; slot += 64) {
		must(call_cap_grow(SLOT_OWN, slot), "there are not so many slots");
		call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	}
}

static void
refill_setup(uint64_t table, uint64_t pages)
{
	bind_faults();
	if (table > 4096)
		must(call_space_fund(SLOT_OWN, table / 128), "there is no memory for the table");
	must(call_binding_table(table), "there is no table of bindings");
	frame = frame_take(0);
	must(call_bind(AT, frame.payload, frame.mac, READ_WRITE), "a page cannot be bound");
	must(call_unbind(AT, 1), "a page cannot be unbound");
	pool_use();
	for (uint64_t i = 0; i < pages; i++)
		must(call_bind(AT + i * PAGE, frame.payload, frame.mac, READ_WRITE), "a page cannot be bound");
	misses = 0;
}
