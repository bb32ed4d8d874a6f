/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_fault.h"
#include "../l4_neighbours.h"

/* Faults, too, to the victim's pager, and of the same page. */
static void
flood(void)
{
	for (;; neighbour_yield(0)) {
		for (unsigned i = 0; i < NEIGHBOUR_PAGES; i++)
			*(volatile char *)(REGION + i * PAGE);
		call_unmap(SLOT_OWN, REGION, NEIGHBOUR_PAGES, 0, 1);
	}
}

static void
setup(void)
{
	fault_setup();
	source_make(1);
	neighbours_begin(PARTNER_ENDPOINT, RIGHT_SEND, flood);
}

static void
prepare(unsigned long count)
{
	fault_prepare(count);
	neighbours_turn();
}

const struct benchmark benchmark = {
	.setup = setup, .prepare = prepare, .run = fault_run, .teardown = neighbours_end, .batch = FAULT_BATCH
};
