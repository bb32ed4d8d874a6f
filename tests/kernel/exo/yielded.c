/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom a turn was yielded to, and who neither comes back nor asks for the ends of slices: the turn's owner does, and goes on at its next turn.  Run with short slices. */
#include <exo/upcall.h>
#include <exo/yield.h>
#include "child.h"
#include "handlers.h"
#include "tap.h"

enum { CHILD = 1 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile uint64_t count, ends;

HANDLER(interrupt);

void
interrupt_handler(void)
{
	ends++;
}

static void
spinner(uint64_t unused __attribute__((unused)))
{
	for (;;)
		count++;
}

static uint64_t
slice_ticks(void)
{
	uint64_t at, owner, ready, charged, forfeited, ticks = 0;

	call_slice_read(0, &at, &owner, &ready, &charged, &forfeited, &ticks);
	return ticks;
}

int
main(void)
{
	uint64_t name = 0, ticks = slice_ticks();

	tap_status(child_make(CHILD, &name), OK);
	tap_status(call_environment_start(CHILD, (uintptr_t)spinner, (uintptr_t)stack + CHILD_STACK - 8, 0), OK);
	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENT_END), OK);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t before = __builtin_ia32_rdtsc(), counted = count;

		tap_status(yield_to(name), OK);
		uint64_t length = __builtin_ia32_rdtsc() - before;
		tap_ok(count > counted, "it has run");
		tap_ok(length < 2 * ticks, "and not for longer than a slice");
	}
	tap_equal(ends, 0);		/* it did not run when they came */
	tap_status(call_destroy(CHILD), OK);
	tap_done();
}
