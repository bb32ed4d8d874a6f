/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on spaces and mappings, against model_space.h.  The TLB is filled between operations and must hold nothing wrong
 * after each.  Those on many mappings are in steps_space_range.c.
 */
#include <string.h>
#include "check.h"
#include "core/arch.h"
#include "core/cpu.h"
#include "core/kmem.h"
#include "ops_space.h"

#define PAGES_ENOUGH	12		/* unused pages of a pool with which no single operation can want for memory */

/* --- choices ------------------------------------------------------------------------------------------------------ */

/* Few places, at all the edges, so that mappings meet. */
vaddr_t
choose_address(struct input *in, unsigned order)
{
	static const vaddr_t base[] = { 0x400000, 0x600000, 0x3fe00000, 0x40000000, 0x7fffffe00000, 0x7fc0000000, 0, 0x7ffffffff000,
					0xffff800000000000 };
	vaddr_t vaddr = base[input_below(in, 64) ? input_below(in, 6) : input_below(in, ARRAY_SIZE(base))];

	if (input_below(in, 128) == 0)
		return vaddr + 1 + input_below(in, PAGE_SIZE);
	if (order)
		return vaddr & -order_bytes(order);
	return vaddr + (input_below(in, 2) ? input_below(in, 8) : 504 + input_below(in, 8)) PAGES;
}

unsigned
choose_rights(struct input *in)
{
	return input_below(in, 64) ? RIGHT_READ | input_below(in, 4) << 1 : input_below(in, 16);
}

unsigned
choose_order(struct input *in)
{
	static const unsigned order[] = { ORDER_4K, ORDER_4K, ORDER_4K, ORDER_2M };

	return order[input_below(in, ARRAY_SIZE(order))];
}

struct space *
choose_space(struct input *in, unsigned *i)
{
	*i = input_below(in, MODEL_SPACES);
	if (!model.spaces[*i].space)
		*i = 0;
	return model.spaces[*i].space;
}

struct node *
choose_node(struct input *in)
{
	u64 skip = model.count ? input_below(in, model.count) : 0;

	FOR_NODES(n)
		if (!skip--)
			return n;
	return NULL;
}

struct model_frame *
choose_frame(struct input *in)
{
	struct model_frame *f = &model.frames[input_below(in, MODEL_FRAMES)];

	return f->frame ? f : NULL;
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

struct memory
memory_of(const struct space *space)
{
	return (struct memory){ space->kmem.pages_free, check_fail_countdown != 0 };
}

bool
memory_was_short(struct memory before)
{
	return before.unused < PAGES_ENOUGH || (before.failing && !check_fail_countdown);
}

/* There was a reason, and what went to tables came back. */
void
no_kmem_is_right(const struct space *space, struct memory before)
{
	expect(memory_was_short(before));
	expect(space->kmem.pages_free >= before.unused);
}

/* --- spaces ------------------------------------------------------------------------------------------------------- */

static struct frame *
take(struct space *owner)
{
	struct frame *f = NULL;

	while (frame_alloc_any(owner, ORDER_4K, &f) != OK)
		expect(!check_fail_countdown);		/* it was the injected failure */
	return f;
}

static void
donate(struct space *donor, struct space *space, unsigned pages)
{
	while (pages--) {
		struct frame *f = take(donor);

		while (again(kmem_donate(space, f)))
			;
	}
}

static void
setup(struct input *in)
{
	memset(&model, 0, sizeof(model));
	pending_forget();
	machine_ram(12 << 20);
	frame_init(1u << input_below(in, 3));

	struct space *first = space_create_first();
	model.spaces[0].space = first;
	donate(first, first, 48);
	expect(space_prepare(first) == OK);
	frame_count(model.states);
}

static void
create(struct input *in)
{
	unsigned home, i = input_below(in, MODEL_SPACES);
	struct space *space, *from = choose_space(in, &home);

	u64 count[FRAME_STATES];

	frame_count(count);
	if (model.spaces[i].space || count[FRAME_FREE] < 40)
		return;
	struct memory before = memory_of(from);
	enum status s = space_create(from, &space);
	if (s) {
		expect(s == ERR_NO_KMEM);
		no_kmem_is_right(from, before);
		return;
	}
	expect(space_prepare(space) == ERR_NO_KMEM && !space->root);
	donate(model.spaces[0].space, space, input_below(in, 40));
	model.spaces[i] = (struct model_space){ space, home };
}

static void
prepare(struct input *in)
{
	unsigned i;
	struct space *space = choose_space(in, &i);
	struct memory before = memory_of(space);
	enum status s = space_prepare(space);

	expect(s == OK || s == ERR_NO_KMEM);
	if (s)
		no_kmem_is_right(space, before);
}

/* All that it and the spaces below it have goes with it. */
static void
destroy(struct input *in)
{
	unsigned i;
	struct space *space = choose_space(in, &i);

	if (i == 0)
		return;
	while (again(object_destroy(&space->object)))
		expect(machine_stale() == 0);
	for (unsigned frame = 0; frame < MODEL_FRAMES; frame++)
		if (model.frames[frame].frame && space_below(model.frames[frame].owner, i)) {
			frame_nodes_hit(frame);
			model.frames[frame].frame = NULL;
		}
	bool gone[MODEL_SPACES];
	for (unsigned below = 0; below < MODEL_SPACES; below++)
		gone[below] = model.spaces[below].space && space_below(below, i);
	for (unsigned below = 0; below < MODEL_SPACES; below++)
		if (gone[below])
			model.spaces[below].space = NULL;
	FOR_NODES(n)
		n->hit |= gone[n->space];
	model_settle(0, true);
}

/* --- frames ------------------------------------------------------------------------------------------------------- */

static void
alloc(struct input *in)
{
	struct model_frame *f = &model.frames[input_below(in, MODEL_FRAMES)];
	unsigned owner;
	struct space *space = choose_space(in, &owner);

	if (!f->frame && frame_alloc_any(space, choose_order(in), &f->frame) == OK)
		f->owner = owner;
}

static void
release(struct input *in)
{
	struct model_frame *f = choose_frame(in);

	if (!f)
		return;
	while (again(frame_free(f->frame)))
		;
	frame_nodes_hit(f - model.frames);
	model_settle(0, true);
	f->frame = NULL;
}

/* The frame may be mapped anywhere: nobody may see what the kernel writes into it. */
static void
donate_mapped(struct input *in)
{
	struct model_frame *f = choose_frame(in);
	unsigned i;
	struct space *space = choose_space(in, &i);

	if (!f || f->frame->order != ORDER_4K)
		return;
	while (again(kmem_donate(space, f->frame)))
		;
	frame_nodes_hit(f - model.frames);
	model_settle(0, true);
	f->frame = NULL;
}

static void
reclaim(struct input *in)
{
	unsigned i;
	struct space *space = choose_space(in, &i);
	struct frame *f;

	if (kmem_reclaim(space, &f) == OK && f)
		while (again(frame_free(f)))
			;
}

/* --- single mappings ------------------------------------------------------------------------------------------------ */

/* What the place makes of a mapping that is right in itself; OK: it is free. */
static enum status
place_status(unsigned i, vaddr_t vaddr, unsigned order)
{
	if (vaddr & (order_bytes(order) - 1) || vaddr < USER_START || vaddr >= USER_END || order_bytes(order) > USER_END - vaddr)
		return ERR_BAD_ADDRESS;
	if (!model.spaces[i].space->root)
		return ERR_WRONG_STATE;
	return model_overlaps(i, vaddr, order_bytes(order)) ? ERR_EXISTS : OK;
}

/* S is what must be, by WANTED; true: a mapping was made. */
static bool
mapped(enum status s, enum status wanted, const struct space *space, struct memory before)
{
	if (s == ERR_NO_KMEM && (wanted == OK || wanted == ERR_EXISTS)) {
		no_kmem_is_right(space, before);
		return false;
	}
	expect(s == wanted);
	return s == OK;
}

static void
map(struct input *in)
{
	struct model_frame *f = choose_frame(in);
	unsigned i, rights = choose_rights(in), cache = input_below(in, 32) ? input_below(in, 3) : 3;
	struct space *space = choose_space(in, &i);

	if (!f || !model_room())
		return;
	unsigned order = f->frame->order;
	vaddr_t vaddr = choose_address(in, order);
	enum status s, wanted = !map_rights_valid(rights) || cache == 3 ? ERR_BAD_VALUE : place_status(i, vaddr, order);
	struct memory before = memory_of(space);
	struct map *m = NULL;
	while (again(s = space_map(space, vaddr, f->frame, rights, cache, &m)))
		;
	if (mapped(s, wanted, space, before)) {
		expect(!f->frame->dirty);
		node_add(m, i, vaddr, order, frame_address(f->frame), rights, cache, f - model.frames, NULL);
	}
}

static void
map_device(struct input *in)
{
	unsigned i, rights = choose_rights(in);
	struct space *space = choose_space(in, &i);
	vaddr_t vaddr = choose_address(in, ORDER_4K);
	paddr_t pa = DEVICE_BASE + input_below(in, 8) PAGES;
	struct map *m = NULL;

	if (!model_room())
		return;
	enum status s, wanted = !map_rights_valid(rights) ? ERR_BAD_VALUE : place_status(i, vaddr, ORDER_4K);
	struct memory before = memory_of(space);
	while (again(s = space_map_device(space, vaddr, pa, rights, CACHE_UNCACHED, &model.device, &m)))
		;
	if (mapped(s, wanted, space, before))
		node_add(m, i, vaddr, ORDER_4K, pa, rights, CACHE_UNCACHED, MODEL_DEVICE, NULL);
}

static enum status
part_status(const struct node *n, unsigned i, vaddr_t vaddr, paddr_t pa, unsigned order, unsigned rights)
{
	if (!map_rights_valid(rights) || order > n->order || pa & (order_bytes(order) - 1))
		return ERR_BAD_VALUE;
	if (pa < n->pa || pa >= n->pa + node_bytes(n))
		return ERR_BAD_VALUE;
	return rights & ~n->rights ? ERR_NO_RIGHT : place_status(i, vaddr, order);
}

static void
derive(struct input *in)
{
	struct node *n = choose_node(in);
	unsigned i, order = choose_order(in), rights = choose_rights(in);
	struct space *space = choose_space(in, &i);

	if (!n || !model_room())
		return;
	if (input_below(in, 4))
		rights &= n->rights;
	if (input_below(in, 4))
		order = n->order;
	paddr_t pa = n->pa + (input_below(in, 2) ? 0 : input_below(in, 514) PAGES);
	vaddr_t vaddr = choose_address(in, order);
	enum status s, wanted = part_status(n, i, vaddr, pa, order, rights);
	struct memory before = memory_of(space);
	struct map *m = NULL;
	while (again(s = space_map_part(space, vaddr, pa, order, rights, n->map, &m)))
		;
	if (mapped(s, wanted, space, before))
		node_add(m, i, vaddr, order, pa, rights, n->cache, n->frame, n);
}

static void
unmap(struct input *in)
{
	struct node *n = choose_node(in);

	if (!n)
		return;
	space_unmap(n->map);
	n->hit = true;
	model_settle(0, true);
}

static void
protect(struct input *in)
{
	struct node *n = choose_node(in);
	unsigned rights = input_below(in, 8) ? choose_rights(in) : 0;

	if (!n)
		return;
	enum status s = space_protect(n->map, rights);
	expect(s == (rights && !map_rights_valid(rights) ? ERR_BAD_VALUE : rights & ~n->rights ? ERR_NO_RIGHT : OK));
	if (s == OK)
		n->now = rights;
	model_compare_node(n);
}

static void
grant(struct input *in)
{
	struct node *n = choose_node(in);
	unsigned i;
	struct space *to = choose_space(in, &i);

	if (!n)
		return;
	vaddr_t vaddr = choose_address(in, n->order);
	enum status s, wanted = place_status(i, vaddr, n->order);
	struct memory before = memory_of(to);
	struct map *m = NULL;
	while (again(s = space_grant(n->map, to, vaddr, &m)))
		;
	if (!mapped(s, wanted, to, before))
		return;
	n->map = m;
	n->space = i;
	n->vaddr = vaddr;
	model_compare_node(n);
}

/* --- user memory ---------------------------------------------------------------------------------------------------- */

/* The memory that user level would reach with RIGHTS; NULL: none. */
static u8 *
reach(unsigned space, vaddr_t vaddr, unsigned rights)
{
	const struct node *n = node_at(space, vaddr);

	if (!n || rights & ~n->now || !n->now || n->frame == MODEL_DEVICE)
		return NULL;
	return arch_direct(n->pa + (vaddr - n->vaddr));
}

static void
walk(struct input *in)
{
	unsigned i, rights = input_below(in, 8);
	struct space *space = choose_space(in, &i);
	vaddr_t vaddr = choose_address(in, ORDER_4K) + input_below(in, PAGE_SIZE);
	const u8 *memory = reach(i, vaddr, rights);
	paddr_t pa;
	size_t size;
	enum status s = space_walk(space, vaddr, rights, &pa, &size);

	expect(s == (memory ? OK : ERR_BAD_ADDRESS));
	if (!memory)
		return;
	const struct node *n = node_at(i, vaddr);
	expect(pa == n->pa + (vaddr - n->vaddr) && size == node_end(n) - vaddr);
	expect(arch_pte_accessed(*n->map->pte) && (!(rights & RIGHT_WRITE) || arch_pte_dirty(*n->map->pte)));
}

/* Up to a page and a half, so that it crosses from one into the next. */
static void
copy(struct input *in)
{
	static u8 buffer[2 * PAGE_SIZE];
	unsigned i, rights = input_below(in, 2) ? RIGHT_READ : RIGHT_READ | RIGHT_WRITE;
	struct space *space = choose_space(in, &i);
	vaddr_t vaddr = choose_address(in, ORDER_4K) + input_below(in, PAGE_SIZE);
	size_t bytes = input_below(in, 3 * PAGE_SIZE / 2), there = 0;

	memset(buffer, (int)(1 + input_below(in, 255)), bytes);
	enum status s = rights & RIGHT_WRITE ? space_copy_out(space, vaddr, buffer, bytes) :
					       space_copy_in(space, buffer, vaddr, bytes);
	while (there < bytes && reach(i, vaddr + there, rights)) {
		size_t size = PAGE_SIZE - (vaddr + there) % PAGE_SIZE;

		if (size > bytes - there)
			size = bytes - there;
		expect(memcmp(buffer + there, reach(i, vaddr + there, rights), size) == 0);
		there += size;
	}
	expect(s == (there == bytes ? OK : ERR_BAD_ADDRESS));
}

static void
trim(struct input *in)
{
	unsigned i;
	struct space *space = choose_space(in, &i);

	while (again(space_trim(space)))
		expect(machine_stale() == 0);
	expect(!space->empty);
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

static void
fill_tlb(struct input *in)
{
	unsigned i;

	choose_space(in, &i);
	machine_touch_all(model.spaces[i].space);
}

static void
step(struct input *in)
{
	static void (*const common[])(struct input *) = {
		map, map, map, derive, derive, derive, derive, unmap, protect, grant, revoke, range, protect_range, map_range,
		walk, copy,
	};
	static void (*const seldom[])(struct input *) = {
		create, create, prepare, destroy, alloc, alloc, alloc, alloc, release, donate_mapped, reclaim, trim, map_device,
		go_on, go_on, go_on,
	};

	if (input_below(in, 4) == 0)
		fill_tlb(in);
	if (input_below(in, 4))
		common[input_below(in, ARRAY_SIZE(common))](in);
	else
		seldom[input_below(in, ARRAY_SIZE(seldom))](in);
	expect(machine_stale() == 0);
}

/* --- the end -------------------------------------------------------------------------------------------------------- */

/* Everything goes; what is left must be what was there at first. */
static void
teardown(void)
{
	u64 states[FRAME_STATES], done = 0;
	struct space *first = model.spaces[0].space;

	while (first->children)
		while (again(object_destroy(&first->children->object)))
			;
	expect(space_unmap_range(first, USER_START, (USER_END - USER_START) / PAGE_SIZE, &done) == OK);
	expect(space_trim(first) == OK && !model.device);
	for (struct frame *f = first->frames, *next; f; f = next) {
		next = f->next;
		if (f->state == FRAME_USER)
			expect(frame_free(f) == OK);
	}
	space_check(first);
	frame_check();
	frame_count(states);
	expect(!first->mapped[0] && !first->mapped[1] && first->tables == 1);
	expect(states[FRAME_USER] == 0);
	expect(states[FRAME_TABLE] == model.states[FRAME_TABLE] && states[FRAME_COMPANION] == 0 && states[FRAME_OBJECTS] == 0);
	expect(states[FRAME_PAGE] == model.states[FRAME_PAGE]);
	expect(states[FRAME_FREE] + states[FRAME_KMEM] == model.states[FRAME_FREE] + model.states[FRAME_KMEM]);
}

const struct operations ops_space = { "space", setup, step, model_compare, teardown };
