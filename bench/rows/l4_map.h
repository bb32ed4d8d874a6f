/* SPDX-License-Identifier: BSD-2-Clause */
/* A page that a reply of a server in another space maps: alone, and beside neighbours. */
#pragma once

#include "l4_items.h"

static inline void
map_setup(void)
{
	items_setup();
	must(call_space_map(PARTNER_SPACE, SOURCE, SOURCE, 1, RW), "the server's page cannot be mapped");
	item = (struct ipc_item){ .kind = ITEM_MAP, .rights = RW, .from = SOURCE, .size = 12 };
}

static inline void
map_prepare(unsigned long count)
{
	must(call_unmap(PARTNER_SPACE, SOURCE, 1, 0, 0), "mappings cannot be removed");
	CLIENT_UTCB->window = (struct ipc_window){ .address = HERE, .size = 12 };
}

static inline void
map_run(unsigned long count)
{
	items_receive(count, &CLIENT_UTCB->window.address, PAGE);
	if (call_space_map(SLOT_OWN, HERE + (count - 1) * PAGE, SOURCE, 1, RW) != ERR_EXISTS)
		bench_fail("no page was mapped");
}
