/* SPDX-License-Identifier: BSD-2-Clause */
/* See space_world.h. */
#include "space_world.h"
#include "core/kmem.h"
#include "fake/machine.h"
#include "unit.h"

static struct space *first;

struct space *
world_make(u64 bytes, unsigned pool)
{
	machine_ram(bytes);
	frame_init(1);
	first = space_create_first();
	world_donate(first, first, pool);
	expect(space_prepare(first) == OK);
	return first;
}

struct frame *
world_frame(struct space *owner, enum order order)
{
	struct frame *f;

	expect(frame_alloc_any(owner, order, &f) == OK);
	return f;
}

void
world_donate(struct space *donor, struct space *space, unsigned pages)
{
	while (pages--)
		expect(kmem_donate(space, world_frame(donor, ORDER_4K)) == OK);
}

struct space *
world_space(struct space *home, unsigned pool)
{
	struct space *space;

	expect(space_create(home, &space) == OK);
	world_donate(home, space, pool);
	if (pool)
		expect(space_prepare(space) == OK);
	return space;
}

struct map *
world_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights)
{
	struct map *m;
	enum status s;

	while ((s = space_map(space, vaddr, f, rights, CACHE_WRITE_BACK, &m)) == STATUS_RESTART)
		;
	expect(s == OK);
	return m;
}

struct map *
world_part(struct map *parent, u64 page, enum order order, struct space *space, vaddr_t vaddr, unsigned rights)
{
	paddr_t pa = map_address(parent) + page * PAGE_SIZE;
	struct map *m;
	enum status s;

	while ((s = space_map_part(space, vaddr, pa, order, rights, parent, &m)) == STATUS_RESTART)
		;
	expect(s == OK);
	return m;
}

struct map *
world_derive(struct map *parent, struct space *space, vaddr_t vaddr, unsigned rights)
{
	return world_part(parent, 0, parent->order, space, vaddr, rights);
}

static void
check_below(struct space *space)
{
	space_check(space);
	kmem_check(space);
	for (struct space *child = space->children; child; child = child->sibling_next)
		check_below(child);
}

void
world_check(void)
{
	check_below(first);
	frame_check();
	expect(machine_stale() == 0);
}
