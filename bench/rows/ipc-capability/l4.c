/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_items.h"

#define FIRST	7000UL			/* slots of the client */

static void
setup(void)
{
	items_setup();
	for (unsigned long slot = FIRST; slot <= FIRST + ITEMS; slot += 64)
		must(call_cap_grow(SLOT_OWN, slot), "slots");
	must(call_cap_grow(SLOT_OWN, FIRST + ITEMS), "slots");
	item = (struct ipc_item){ .kind = ITEM_CAP_COPY, .rights = RIGHT_SEND, .from = PARTNER_ENDPOINT };
}

static void
prepare(unsigned long count)
{
	for (unsigned long i = 0; i < ITEMS; i++)
		call_cap_delete(FIRST + i);
	CLIENT_UTCB->window = (struct ipc_window){ .slot = FIRST, .slots = 1 };
}

static void
run(unsigned long count)
{
	items_receive(count, &CLIENT_UTCB->window.slot, 1);
	if (call_cap_delete(FIRST + count - 1) != OK)
		bench_fail("no capability came");
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .run = run };
