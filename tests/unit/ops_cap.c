/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on capabilities of several spaces, against a model that is an explicit tree: each capability knows its parent.
 *
 * A call that answers STATUS_RESTART is left as it is: the model follows what it has removed so far, other operations come in between,
 * and the tree has to be right all the same.
 */
#include <string.h>
#include "cap_world.h"

#define SPACES		3
#define PAGES		3			/* of each space's directory: first, second and last */
#define PLACES		12			/* slots used of each page */
#define NODES		(SPACES * PAGES * PLACES)
#define OBJECTS		5			/* the first FRAMES are frames, the others objects */
#define FRAMES		2
#define NONE		(-1)

struct node {
	bool used;
	int object, parent;			/* parent: a node, or NONE for an original */
	unsigned rights;
	u64 badge, spare;
};

static struct node node[NODES];
static bool grown[SPACES][PAGES];
static void *object[OBJECTS];			/* NULL: not made */
static struct space *space[SPACES];

/* --- what a node and an object are in core --------------------------------------------------------------------- */

static int
space_of_node(int n)
{
	return n / (PAGES * PLACES);
}

static int
page_of_node(int n)
{
	return n / PLACES % PAGES;
}

static u64
index_of(int n)
{
	static const u64 page[PAGES] = { 0, 1, CAP_DIRECTORY - 1 };

	return page[page_of_node(n)] * CAP_PER_PAGE + n % PLACES * (CAP_PER_PAGE / PLACES);
}

static bool
page_exists(int n)
{
	return grown[space_of_node(n)][page_of_node(n)];
}

static struct capability *
slot_of(int n)
{
	return cap_at(&space[space_of_node(n)]->caps, index_of(n));
}

static enum kind
kind_of(int o)
{
	return o < FRAMES ? KIND_FRAME : KIND_PERSONALITY + o;
}

static struct cap_link **
list_of(int o)
{
	return o < FRAMES ? &((struct frame *)object[o])->caps : &((struct object *)object[o])->caps;
}

/* --- the model's own operations ---------------------------------------------------------------------------------- */

static void
node_remove(int n)
{
	for (int i = 0; i < NODES; i++)
		if (node[i].used && node[i].parent == n)
			node[i].parent = node[n].parent;
	node[n] = (struct node){ 0 };
}

static bool
derived_from(int n, int ancestor)
{
	for (n = node[n].parent; n != NONE && n != ancestor; n = node[n].parent)
		;
	return n == ancestor;
}

/* Core may have removed any of the NODES for which GONE holds; must have, unless PARTLY. */
static void
follow(const bool gone[NODES], bool partly)
{
	for (int n = 0; n < NODES; n++) {
		if (!node[n].used || !gone[n])
			continue;
		if (!slot_of(n)->type)
			node_remove(n);
		else
			expect(partly);
	}
}

static void
mark_object(bool gone[NODES], int o)
{
	for (int n = 0; n < NODES; n++)
		gone[n] = node[n].used && node[n].object == o;
}

/* --- choices ------------------------------------------------------------------------------------------------------- */

static int
any_node(struct input *in)
{
	return input_below(in, NODES);
}

/* A node that is (or is not) used, when there is one near. */
static int
near_node(struct input *in, bool used)
{
	int start = any_node(in);

	for (int i = 0; i < NODES; i++) {
		int n = (start + i) % NODES;
		if (node[n].used == used && (used || page_exists(n)))
			return n;
	}
	return start;
}

static unsigned
any_rights(struct input *in)
{
	static const unsigned some[] = { RIGHTS_ALL, RIGHTS_ALL, RIGHTS_ALL & ~RIGHT_SHARE, RIGHT_SHARE, RIGHT_READ | RIGHT_SHARE, 0 };

	return some[input_below(in, ARRAY_SIZE(some))];
}

/* The slots that core gives for two nodes, or the error that the model expects. */
static bool
source_and_target(int from, int to, struct capability **src, struct capability **dst)
{
	enum status source = cap_slot(&space[space_of_node(from)]->caps, index_of(from), src);
	enum status target = cap_empty_slot(&space[space_of_node(to)]->caps, index_of(to), dst);

	expect(source == (node[from].used ? OK : ERR_NO_CAP));
	expect(target == (!page_exists(to) ? ERR_NO_CAP : node[to].used ? ERR_EXISTS : OK));
	return !source && !target;
}

/* --- operations ------------------------------------------------------------------------------------------------------ */

static void
step_object(struct input *in)
{
	int o = input_below(in, OBJECTS);

	if (object[o])
		return;
	object[o] = o < FRAMES ? (void *)world_frame(space[0]) : world_object(space[o % SPACES], kind_of(o));
}

static void
step_insert(struct input *in)
{
	int o = input_below(in, OBJECTS), n = near_node(in, false);
	unsigned rights = any_rights(in);

	if (!object[o] || node[n].used || !page_exists(n))
		return;
	cap_insert(slot_of(n), object[o], kind_of(o), rights, n % 2 ? n : 0);
	node[n] = (struct node){ .used = true, .object = o, .parent = NONE, .rights = rights, .badge = n % 2 ? n : 0 };
}

static void
step_derive(struct input *in)
{
	int from = near_node(in, true), to = near_node(in, false);
	unsigned rights = any_rights(in);
	bool mint = input_below(in, 2);
	u64 badge = mint ? input_below(in, 4) : node[from].badge;
	struct capability *src, *dst;

	if (!source_and_target(from, to, &src, &dst))
		return;
	enum status s = mint ? cap_mint(dst, src, rights, badge) : cap_copy(dst, src, rights);
	bool allowed = node[from].rights & RIGHT_SHARE && (!node[from].badge || badge == node[from].badge);
	expect(s == (allowed ? OK : ERR_NO_RIGHT));
	if (s)
		return;
	node[to] = (struct node){
		.used = true, .object = node[from].object, .parent = from, .rights = node[from].rights & rights, .badge = badge,
	};
}

static void
step_move(struct input *in)
{
	int from = near_node(in, true), to = near_node(in, false);
	struct capability *src, *dst;

	if (!source_and_target(from, to, &src, &dst))
		return;
	src->spare = node[from].spare = input_below(in, 100);
	cap_move(dst, src);
	node[to] = node[from];
	for (int i = 0; i < NODES; i++)
		if (node[i].used && node[i].parent == from)
			node[i].parent = to;
	node[from] = (struct node){ 0 };
}

static void
step_delete(struct input *in)
{
	int n = near_node(in, true);
	struct capability *c;

	if (cap_slot(&space[space_of_node(n)]->caps, index_of(n), &c)) {
		expect(!node[n].used);
		return;
	}
	cap_delete(c);
	node_remove(n);
}

static void
step_revoke(struct input *in)
{
	int n = near_node(in, true);
	bool gone[NODES];

	if (!node[n].used)
		return;
	for (int i = 0; i < NODES; i++)
		gone[i] = node[i].used && derived_from(i, n);
	follow(gone, cap_revoke(slot_of(n)) == STATUS_RESTART);
}

static void
step_clear_others(struct input *in)
{
	int n = near_node(in, true);
	bool gone[NODES];

	if (!node[n].used)
		return;
	mark_object(gone, node[n].object);
	gone[n] = false;
	follow(gone, cap_clear_others(slot_of(n)) == STATUS_RESTART);
}

/* All capabilities of a frame; or an object goes, with all of its own. */
static void
step_destroy(struct input *in)
{
	int o = input_below(in, OBJECTS);
	bool gone[NODES];

	if (!object[o])
		return;
	mark_object(gone, o);
	enum status s = o < FRAMES ? cap_list_clear(list_of(o)) : object_destroy(object[o]);
	follow(gone, s == STATUS_RESTART);
	if (s == OK && o >= FRAMES)
		object[o] = NULL;
}

/* Of the capabilities to object O that are left, that of node N and one of the object's home can have been reduced to the right to destroy it. */
static void
follow_reduced(int o, int n)
{
	int others = 0;

	for (int i = 0; i < NODES; i++) {
		if (!node[i].used || node[i].object != o || (slot_of(i)->type & RIGHTS_ALL) == node[i].rights)
			continue;
		expect(node[i].rights & RIGHT_DESTROY);
		expect(i == n || space_of_node(i) == o % SPACES);
		others += i != n;
		node[i].rights = RIGHT_DESTROY;
	}
	expect(others <= 1);
}

/* The same by a slot, which stays until the object is gone. */
static void
step_destroy_by(struct input *in)
{
	int n = near_node(in, true);
	int o = node[n].object;
	bool gone[NODES];

	if (!node[n].used || o < FRAMES || !(node[n].rights & RIGHT_DESTROY))
		return;
	mark_object(gone, o);
	enum status s = object_destroy_by(slot_of(n));
	gone[n] = s == OK;
	follow(gone, s == STATUS_RESTART);
	if (s == OK)
		object[o] = NULL;
	else
		follow_reduced(o, n);
}

static void
step_grow(struct input *in)
{
	int n = any_node(in);
	bool *has = &grown[space_of_node(n)][page_of_node(n)];
	enum status s = cap_grow(space[space_of_node(n)], index_of(n));

	expect(s == OK || (s == ERR_NO_KMEM && !*has));
	*has |= s == OK;
}

static void
step_table_destroy(struct input *in)
{
	int s = input_below(in, SPACES);
	bool gone[NODES];

	for (int n = 0; n < NODES; n++)
		gone[n] = node[n].used && space_of_node(n) == s;
	follow(gone, cap_table_destroy(space[s]) == STATUS_RESTART);
	for (int n = s * PAGES * PLACES; n < (s + 1) * PAGES * PLACES; n += PLACES) {
		struct capability *c;
		if (cap_empty_slot(&space[s]->caps, index_of(n), &c) == ERR_NO_CAP)
			grown[s][page_of_node(n)] = false;
	}
}

static void
step_lookup(struct input *in)
{
	int n = any_node(in);
	unsigned rights = any_rights(in);
	enum kind kind = kind_of(input_below(in, OBJECTS));
	struct capability *c = NULL;
	enum status s = cap_lookup(&space[space_of_node(n)]->caps, index_of(n), kind, rights, &c);

	if (!node[n].used || kind_of(node[n].object) != kind)
		expect(s == ERR_NO_CAP);
	else if (rights & ~node[n].rights)
		expect(s == ERR_NO_RIGHT);
	else
		expect(s == OK && c == slot_of(n) && c->object == object[node[n].object] && c->badge == node[n].badge);
}

/* What removes much is rare, so that trees grow. */
static void
step(struct input *in)
{
	static void (*const often[])(struct input *in) = {
		step_derive, step_derive, step_derive, step_derive, step_move, step_delete, step_lookup,
	};
	static void (*const seldom[])(struct input *in) = {
		step_grow, step_grow, step_object, step_object, step_insert, step_insert, step_revoke,
	};
	static void (*const rare[])(struct input *in) = {
		step_clear_others, step_destroy, step_destroy_by, step_table_destroy,
	};

	if (input_below(in, 8))
		often[input_below(in, ARRAY_SIZE(often))](in);
	else if (input_below(in, 8))
		seldom[input_below(in, ARRAY_SIZE(seldom))](in);
	else
		rare[input_below(in, ARRAY_SIZE(rare))](in);
}

/* --- comparison ------------------------------------------------------------------------------------------------------- */

static int
node_of(const struct capability *c)
{
	for (int n = 0; n < NODES; n++)
		if (slot_of(n) == c)
			return n;
	return NONE;
}

/* The brackets of an object say the same as the parents of its nodes. */
static void
check_tree(int o)
{
	int inside = NONE, seen = 0;

	for (const struct cap_link *link = *list_of(o); link; link = link->next) {
		const struct capability *c = (const void *)((u64)link & ~63ul);
		int n = node_of(c);
		expect(n != NONE && node[n].used && node[n].object == o);
		if (link == &c->open) {
			expect(node[n].parent == inside);
			inside = n;
			seen++;
		} else {
			expect(link == &c->close && inside == n);
			inside = node[n].parent;
		}
	}
	for (int n = 0; n < NODES; n++)
		seen -= node[n].used && node[n].object == o;
	expect(inside == NONE && seen == 0);
}

static void
check(void)
{
	for (int n = 0; n < NODES; n++) {
		const struct capability *c = slot_of(n);
		if (!node[n].used) {
			expect(!c->type && !c->object);
			continue;
		}
		expect(c->object == object[node[n].object] && c->badge == node[n].badge && c->spare == node[n].spare);
		expect(c->type == ((u32)kind_of(node[n].object) << 8 | node[n].rights));
	}
	for (int o = 0; o < OBJECTS; o++)
		if (object[o])
			check_tree(o);
	for (int s = 0; s < SPACES; s++)
		cap_check(space[s]);
}

/* --- begin and end ------------------------------------------------------------------------------------------------------ */

static void
setup(struct input *in)
{
	memset(node, 0, sizeof(node));
	memset(grown, 0, sizeof(grown));
	memset(object, 0, sizeof(object));
	world_init();
	for (int s = 0; s < SPACES; s++)
		space[s] = world_space(s, 3 + input_below(in, 3));
}

static void
teardown(void)
{
	for (int o = 0; o < OBJECTS; o++) {
		if (o < FRAMES && object[o])
			expect(frame_free(object[o]) == OK);
		if (o >= FRAMES && object[o])
			expect(object_destroy(object[o]) == OK);
	}
	for (int s = 0; s < SPACES; s++) {
		expect(cap_table_destroy(space[s]) == OK);
		expect(space[s]->kmem.pages_free == space[s]->kmem.pages);
	}
}

const struct operations ops_cap = {
	.name = "cap", .setup = setup, .step = step, .verify = check, .teardown = teardown,
};
