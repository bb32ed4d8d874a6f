/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"

#define SPACE	34UL
#define PAGES	3				/* of its pool: table, slots, one to spare */

static uint64_t page[PAGES];

static void
setup(void)
{
	for (unsigned i = 0; i < PAGES; i++) {
		must(call_frame_alloc(0, FRESH, &page[i]), "no frame is free");
		must(call_cap_delete(FRESH), "a capability cannot be deleted");
	}
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		uint64_t id;

		call_space_create(SPACE, &id);
		for (unsigned i = 0; i < PAGES; i++) {
			call_frame_own(page[i], FRESH);
			call_kmem_donate(FRESH, SPACE);
		}
		call_space_prepare(SPACE);
		call_object_destroy(SPACE);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = 100 };
