/* SPDX-License-Identifier: BSD-2-Clause */
/* See model_space.h. */
#include "core/arch.h"
#include "core/kmem.h"
#include "fake/machine.h"
#include "model_space.h"
#include "unit.h"

struct model model;

/* --- queries ---------------------------------------------------------------------------------------------------- */

struct node *
node_at(unsigned space, vaddr_t vaddr)
{
	FOR_NODES(n)
		if (n->space == space && vaddr - n->vaddr < node_bytes(n))
			return n;
	return NULL;
}

bool
model_overlaps(unsigned space, vaddr_t vaddr, u64 bytes)
{
	FOR_NODES(n)
		if (n->space == space && n->vaddr < vaddr + bytes && vaddr < node_end(n))
			return true;
	return false;
}

bool
node_below(const struct node *n, const struct node *above)
{
	for (n = n->parent; n; n = n->parent)
		if (n == above)
			return true;
	return false;
}

bool
space_below(unsigned space, unsigned above)
{
	while (space && space != above)
		space = model.spaces[space].home;
	return space == above;
}

/* --- changes ---------------------------------------------------------------------------------------------------- */

struct node *
node_add(struct map *m, unsigned space, vaddr_t vaddr, unsigned order, paddr_t pa, unsigned rights, unsigned cache,
	 unsigned frame, struct node *parent)
{
	struct node *n = model.nodes;

	while (n->map)
		n++;
	expect(m);
	*n = (struct node){
		.map = m, .parent = parent, .space = space, .frame = frame, .vaddr = vaddr, .pa = pa, .order = order,
		.rights = rights, .now = rights, .cache = cache,
	};
	model.count++;
	model_compare_node(n);
	return n;
}

void
node_remove(struct node *n)
{
	FOR_NODES(child)
		if (child->parent == n)
			child->parent = n->parent;
	*n = (struct node){ 0 };
	model.count--;
}

void
frame_nodes_hit(unsigned frame)
{
	FOR_NODES(n)
		n->hit |= n->frame == frame;
}

static void
settle_removed(struct node *n, bool complete)
{
	const struct space *space = model.spaces[n->space].space;
	bool gone = !space || space_find(space, n->vaddr) != n->map;

	expect(gone || !complete);
	if (gone)
		node_remove(n);
}

static void
settle_reduced(struct node *n, unsigned rights, bool complete)
{
	bool reduced = map_rights(n->map) == (n->rights & rights);

	expect(reduced || (!complete && map_rights(n->map) == n->rights));
	if (reduced) {
		n->rights &= rights;
		n->now &= rights;
	}
}

void
model_settle(unsigned rights, bool complete)
{
	FOR_NODES(n) {
		if (!n->hit)
			continue;
		n->hit = false;
		if (rights)
			settle_reduced(n, rights, complete);
		else
			settle_removed(n, complete);
	}
}

/* --- comparison --------------------------------------------------------------------------------------------------- */

void
model_compare_node(const struct node *n)
{
	const struct space *space = model.spaces[n->space].space;
	const struct map *m = n->map;

	expect(space_find(space, n->vaddr) == m && space_find(space, node_end(n) - 1) == m);
	expect(m->space == space && m->vaddr == n->vaddr && m->order == n->order);
	expect(map_rights(m) == n->rights && arch_pte_rights(*m->pte) == n->now && map_address(m) == n->pa);
	expect((*m->pte >> FAKE_CACHE & 3) == n->cache && !(*m->pte & ARCH_PTE_DEVICE) == (n->frame != MODEL_DEVICE));
}

static const struct node *
node_of(const struct map_link *open)
{
	const struct map *m = container_of(open, struct map, open);

	FOR_NODES(n)
		if (n->map == m)
			return n;
	expect(!"a record without a mapping");
	return NULL;
}

/* Each mapping is between the brackets of what it derives from, and of nothing else that is not above that; their number. */
static unsigned
compare_list(struct map_link *const *anchor, unsigned frame)
{
	const struct node *open[MODEL_NODES + 1] = { NULL };
	unsigned depth = 0, count = 0;

	map_list_check(anchor);
	for (const struct map_link *link = *anchor; link; link = link->next) {
		if ((u64)link % 64 == offsetof(struct map, open)) {
			const struct node *n = node_of(link);

			expect(n->parent == open[depth] && n->frame == frame);
			open[++depth] = n;
			count++;
		} else if ((u64)link % 64 == offsetof(struct map, close)) {
			expect(&open[depth]->map->close == link);
			depth--;
		}
	}
	return count;
}

static void
compare_space(unsigned i)
{
	struct space *space = model.spaces[i].space;
	u64 mapped[3] = { 0 };

	if (!space)
		return;
	space_check(space);
	kmem_check(space);
	FOR_NODES(n)
		if (n->space == i)
			mapped[n->order / 9]++;
	for (unsigned size = 0; size < ARRAY_SIZE(mapped); size++)
		expect(space->mapped[size] == mapped[size]);
}

void
model_compare(void)
{
	unsigned count = compare_list(&model.device, MODEL_DEVICE);

	FOR_NODES(n)
		model_compare_node(n);
	for (unsigned i = 0; i < MODEL_FRAMES; i++)
		if (model.frames[i].frame)
			count += compare_list(&model.frames[i].frame->maps, i);
	expect(count == model.count);
	for (unsigned i = 0; i < MODEL_SPACES; i++)
		compare_space(i);
	expect(machine_stale() == 0);
	frame_check();
}
