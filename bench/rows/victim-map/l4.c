/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_map.h"
#include "../l4_neighbours.h"

/* Has pages mapped by the victim's server, the same page. */
static void
flood(void)
{
	for (;; neighbour_yield(0)) {
		for (unsigned i = 0; i < NEIGHBOUR_PAGES; i++) {
			NEIGHBOUR_UTCB->window = (struct ipc_window){ .address = HERE + i * PAGE, .size = 12 };
			ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
		}
		call_unmap(SLOT_OWN, HERE, NEIGHBOUR_PAGES, 0, 1);
	}
}

static void
setup(void)
{
	map_setup();
	neighbours_begin(PARTNER_ENDPOINT, RIGHT_SEND, flood);
}

static void
prepare(unsigned long count)
{
	map_prepare(count);
	neighbours_turn();
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = map_run, .teardown = neighbours_end };
