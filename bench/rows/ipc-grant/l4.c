/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_items.h"

static void
setup(void)
{
	items_setup();
	item_step = PAGE;
}

/* The server's pages are in a row. */
static void
prepare(unsigned long count)
{
	unmap_all();
	for (unsigned long i = 0; i < count; i++)
		must(call_space_map(PARTNER_SPACE, THERE + i * PAGE, SOURCE, 1, RW), "the server's page cannot be mapped");
	item = (struct ipc_item){ .kind = ITEM_GRANT, .rights = RW, .from = THERE, .size = 12 };
	CLIENT_UTCB->window = (struct ipc_window){ .address = HERE, .size = 12 };
}

static void
run(unsigned long count)
{
	items_receive(count, &CLIENT_UTCB->window.address, PAGE);
	if (call_space_map(SLOT_OWN, HERE + (count - 1) * PAGE, SOURCE, 1, RW) != ERR_EXISTS)
		bench_fail("no page was granted");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run };
