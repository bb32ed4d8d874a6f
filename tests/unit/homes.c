/* SPDX-License-Identifier: BSD-2-Clause */
/* See homes.h. */
#include <string.h>
#include "core/first.h"
#include "core/frame.h"
#include "fake/machine.h"
#include "homes.h"
#include "unit.h"

static struct space homes[HOMES];

static void
donate(struct space *home, unsigned pages)
{
	for (struct frame *f; pages--;) {
		expect(frame_alloc_any(home, ORDER_4K, &f) == OK);
		expect(kmem_donate(home, f) == OK);
	}
}

static void
fill(struct space *home, unsigned number, unsigned pages)
{
	memset(home, 0, sizeof(*home));
	object_init(&home->object, KIND_SPACE, NULL);
	cap_table_init(&home->caps);
	home->root = home->cr3 = (number + 1) * PAGE_SIZE;	/* prepared; nothing walks it */
	donate(home, pages);
}

struct space *
home_make(unsigned pages)
{
	machine_ram(1 << 20);
	frame_init(1);
	for (unsigned i = 0; i < HOMES; i++)
		fill(&homes[i], i, pages);
	return &homes[0];
}

struct space *
home_at(unsigned i)
{
	return &homes[i];
}

struct space *
home_first(unsigned pages)
{
	machine_ram(1 << 20);
	frame_init(1);
	first_space = space_create_first();
	donate(first_space, pages);
	expect(space_prepare(first_space) == OK);
	return first_space;
}
