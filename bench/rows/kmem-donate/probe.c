/* SPDX-License-Identifier: BSD-2-Clause */
#include "../frames.h"

/* What the run before donated is taken out again: as many pages, though not the same. */
static void
prepare(unsigned long count)
{
	static unsigned long donated;
	uint64_t address;

	for (; donated; donated--) {
		must(call_kmem_reclaim(PROBE_OWN, &address), "the pool is empty");
		must(call_frame_own(address, SLOTS), "a page that was reclaimed is not the donor's");
		must(call_frame_free(SLOTS), "a page that was reclaimed cannot be freed");
	}
	frames_take(count);
	donated = count;
}

static void
run(unsigned long count)
{
	unsigned long slot = SLOTS;

	BENCH_LOOP(count)
		call_kmem_donate(slot++, PROBE_OWN);
}

const struct benchmark benchmark = { .setup = slots_make, .prepare = prepare, .run = run };
