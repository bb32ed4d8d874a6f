/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_neighbours.h"
#include "../l4_unmap.h"

/* A chain of mappings of the victim's page, each of the last, and all of them gone. */
static void
flood(void)
{
	for (;; neighbour_yield(0)) {
		unsigned long from = SOURCE;

		for (unsigned long to = HERE; to < HERE + NEIGHBOUR_PAGES * PAGE; from = to, to += PAGE)
			call_space_map(SLOT_OWN, to, from, 1, RW);
		call_unmap(SLOT_OWN, HERE, 1, 0, 1);
	}
}

static void
setup(void)
{
	unmap_setup();
	partner_must(call_cap_grow(SLOT_OWN, PARTNER_ENDPOINT));
	partner_must(call_endpoint_create(PARTNER_ENDPOINT));
	neighbours_begin(PARTNER_ENDPOINT, RIGHT_SEND, flood);
}

/* The batch before has left none of the victim's; the neighbours' stay. */
static void
prepare(unsigned long count)
{
	derive(HERE, SOURCE, 0, count);
	neighbours_turn();
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = unmap_run, .teardown = neighbours_end };
