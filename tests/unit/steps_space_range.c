/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on many mappings: revocation and ranges.  One that is preempted is sometimes left, and gone on with after others
 * have been at work.
 */
#include <string.h>
#include "check.h"
#include "core/arch.h"
#include "core/kmem.h"
#include "ops_space.h"

#define RESTARTS_ENOUGH	20000		/* of one operation on all that there can be here */

static struct pending pending;

bool
again(enum status s)
{
	static unsigned restarts;

	restarts = s == STATUS_RESTART ? restarts + 1 : 0;
	expect(restarts < RESTARTS_ENOUGH);
	return s == STATUS_RESTART;
}

void
pending_forget(void)
{
	memset(&pending, 0, sizeof(pending));
}

static void
left(struct input *in, struct pending p)
{
	if (input_below(in, 2))
		pending = p;
}

/* --- revocation ----------------------------------------------------------------------------------------------------- */

/* RIGHTS without RIGHT_READ are none. */
static unsigned
effective(unsigned rights)
{
	return rights & RIGHT_READ ? rights : 0;
}

static void
revoke_node(struct input *in, struct pending p)
{
	enum status s = map_revoke(p.node->map, p.rights, p.self);

	expect(s == OK || s == STATUS_RESTART);
	FOR_NODES(n)
		n->hit = node_below(n, p.node);
	if (s == OK && p.self)
		p.node->hit = true;
	model_settle(effective(p.rights), s == OK);
	if (s == STATUS_RESTART)
		left(in, p);
}

/* Of what derives from PARENT: what touches the part; of that, what is wholly INSIDE of it or what is not. */
static void
part_hit(const struct node *parent, paddr_t pa, u64 bytes, bool inside)
{
	FOR_NODES(n)
		n->hit |= node_below(n, parent) && n->pa < pa + bytes && pa < n->pa + node_bytes(n) &&
			  inside == (n->pa >= pa && n->pa + node_bytes(n) <= pa + bytes);
}

static void
revoke_part(struct input *in, struct pending p)
{
	enum status s = map_revoke_part(p.node->map, p.pa, p.bytes, p.rights);

	expect(s == OK || s == STATUS_RESTART);
	part_hit(p.node, p.pa, p.bytes, false);
	model_settle(0, s == OK);
	part_hit(p.node, p.pa, p.bytes, true);
	model_settle(effective(p.rights), s == OK);
	if (s == STATUS_RESTART)
		left(in, p);
}

void
revoke(struct input *in)
{
	struct pending p = { .node = choose_node(in), .rights = input_below(in, 2) ? choose_rights(in) : 0, .self = input_below(in, 2) };

	if (!p.node)
		return;
	p.kind = input_below(in, 3) ? PENDING_REVOKE : PENDING_PART;
	p.pa = p.node->pa + (p.node->order ? input_below(in, 512) PAGES : 0);
	p.bytes = (1 + input_below(in, 8)) PAGES;
	if (p.kind == PENDING_REVOKE)
		revoke_node(in, p);
	else
		revoke_part(in, p);
}

/* --- ranges --------------------------------------------------------------------------------------------------------- */

static void
choose_range(struct input *in, struct pending *p)
{
	choose_space(in, &p->space);
	p->vaddr = choose_address(in, ORDER_4K);
	p->pages = input_below(in, 512) ? input_below(in, 24) : input_below(in, 1ul << 36);
	if (input_below(in, 16) == 0)
		p->pages += 1024;
}

/* What a range call must answer before it looks at any mapping; OK: it looks. */
static enum status
range_status(const struct pending *p)
{
	if (p->vaddr & PAGE_MASK || p->vaddr < USER_START || p->vaddr > USER_END)
		return ERR_BAD_ADDRESS;
	if (p->pages > (USER_END - p->vaddr) / PAGE_SIZE)
		return ERR_BAD_ADDRESS;
	return model.spaces[p->space].space->root ? OK : ERR_WRONG_STATE;
}

/* S and p->done are right for a call that stops only where a larger mapping is not inside the range. */
static void
range_stopped(const struct pending *p, enum status s)
{
	vaddr_t at = p->vaddr + p->done PAGES;

	expect(p->done <= p->pages && (s != OK || p->done == p->pages));
	if (s != ERR_BAD_ADDRESS)
		return;
	const struct node *n = node_at(p->space, at);
	expect(n && n->order && (n->vaddr < at || node_end(n) > p->vaddr + p->pages PAGES));
}

static void
unmap_range(struct input *in, struct pending p)
{
	vaddr_t from = p.vaddr + p.done PAGES;
	enum status wanted = range_status(&p);
	enum status s = space_unmap_range(model.spaces[p.space].space, p.vaddr, p.pages, &p.done);

	if (wanted) {
		expect(s == wanted);
		return;
	}
	FOR_NODES(n)
		n->hit = n->space == p.space && n->vaddr >= from && n->vaddr < p.vaddr + p.done PAGES;
	model_settle(0, true);
	range_stopped(&p, s);
	if (s == STATUS_RESTART)
		left(in, p);
}

void
protect_range(struct input *in)
{
	struct pending p = { 0 };
	unsigned rights = input_below(in, 8) ? choose_rights(in) : 0;
	enum status s;

	choose_range(in, &p);
	while (again(s = space_protect_range(model.spaces[p.space].space, p.vaddr, p.pages, rights, &p.done)))
		expect(machine_stale() == 0);
	enum status wanted = range_status(&p);
	if (wanted == OK && rights && !map_rights_valid(rights))
		wanted = ERR_BAD_VALUE;
	if (wanted) {
		expect(s == wanted);
		return;
	}
	vaddr_t at = p.vaddr + p.done PAGES;
	FOR_NODES(n)
		if (n->space == p.space && n->vaddr >= p.vaddr && n->vaddr < at) {
			expect(!(rights & ~n->rights));
			n->now = rights;
		}
	if (s == ERR_NO_RIGHT)
		expect(rights & ~node_at(p.space, at)->rights);
	else
		range_stopped(&p, s);
}

/* As space_map_range is told to: the largest pages, in order. */
static void
follow_range(const struct pending *p, unsigned from, vaddr_t source)
{
	vaddr_t end = source + p->done PAGES;

	for (vaddr_t at = source; at < end;) {
		struct node *n = node_at(from, at);
		vaddr_t to = at - source + p->vaddr;
		u64 bytes = PAGE_SIZE;

		if (n) {
			bool large = n->order && !((at | to) & (order_bytes(ORDER_2M) - 1)) && source + p->pages PAGES - at >= node_bytes(n);
			unsigned order = large ? ORDER_2M : ORDER_4K;
			node_add(space_find(model.spaces[p->space].space, to), p->space, to, order, n->pa + (at - n->vaddr),
				 n->rights & p->rights, n->cache, n->frame, n);
			bytes = order_bytes(order);
		}
		at += bytes;
	}
}

void
map_range(struct input *in)
{
	struct pending p = { .rights = choose_rights(in) };
	unsigned from;
	struct space *source_space = choose_space(in, &from);
	vaddr_t source = choose_address(in, ORDER_4K);
	enum status s;

	choose_range(in, &p);
	if (p.pages + model.count > MODEL_NODES)
		return;
	struct space *space = model.spaces[p.space].space;
	struct memory before = memory_of(space);
	while (again(s = space_map_range(space, p.vaddr, source_space, source, p.pages, p.rights, &p.done)))
		;
	if (p.done)
		follow_range(&p, from, source);
	expect(s != OK || p.done == p.pages || !p.pages);
	if (s == ERR_NO_KMEM)
		expect(memory_was_short(before));
	else if (s == ERR_EXISTS)
		expect(model_overlaps(p.space, p.vaddr + p.done PAGES, order_bytes(ORDER_2M)));
}

/* N, of which some is in the range, has been dealt with: what derives from it and is wholly INSIDE of the range, or what is not. */
static void
range_hit(const struct pending *p, struct node *n, bool inside)
{
	vaddr_t end = p->vaddr + p->pages PAGES;
	vaddr_t first = n->vaddr > p->vaddr ? n->vaddr : p->vaddr, last = node_end(n) < end ? node_end(n) : end;

	part_hit(n, n->pa + (first - n->vaddr), last - first, inside);
	n->hit |= inside && p->self && n->vaddr >= p->vaddr && node_end(n) <= end;
}

/* In a range that core has worked on from its beginning to AT: what is done, and what may be. */
static void
range_settle(const struct pending *p, vaddr_t at, bool inside)
{
	vaddr_t end = p->vaddr + p->pages PAGES;
	unsigned rights = inside ? effective(p->rights) : 0;

	FOR_NODES(n)
		if (n->space == p->space && n->vaddr < at && node_end(n) > p->vaddr && at > p->vaddr && (node_end(n) <= at || at == end))
			range_hit(p, n, inside);
	model_settle(rights, true);
	const struct node *now = at < end ? node_at(p->space, at) : NULL;
	if (now) {
		FOR_NODES(n)
			n->hit = node_below(n, now);
		model_settle(rights, false);
	}
}

static void
revoke_range(struct input *in, struct pending p)
{
	enum status wanted = range_status(&p);
	vaddr_t from = p.vaddr + p.done PAGES;
	enum status s = space_revoke_range(model.spaces[p.space].space, p.vaddr, p.pages, p.rights, p.self, &p.done);
	vaddr_t at = p.vaddr + p.done PAGES;

	if (wanted) {
		expect(s == wanted);
		return;
	}
	expect(s == OK ? p.done == p.pages : s == STATUS_RESTART);
	struct pending rest = p;		/* as core sees it: what was done before does not count */
	rest.pages -= (from - p.vaddr) / PAGE_SIZE;
	rest.vaddr = from;
	range_settle(&rest, at, false);
	range_settle(&rest, at, true);
	if (s == STATUS_RESTART)
		left(in, p);
}

void
range(struct input *in)
{
	struct pending p = { .rights = input_below(in, 2) ? choose_rights(in) : 0, .self = input_below(in, 2) };

	choose_range(in, &p);
	p.kind = input_below(in, 2) ? PENDING_UNMAP : PENDING_REVOKE_RANGE;
	if (p.kind == PENDING_UNMAP)
		unmap_range(in, p);
	else
		revoke_range(in, p);
}

void
go_on(struct input *in)
{
	struct pending p = pending;

	pending_forget();
	if ((p.kind == PENDING_REVOKE || p.kind == PENDING_PART) && !p.node->map)
		return;
	if ((p.kind == PENDING_UNMAP || p.kind == PENDING_REVOKE_RANGE) && !model.spaces[p.space].space)
		return;
	switch (p.kind) {
	case PENDING_NONE:
		break;
	case PENDING_REVOKE:
		revoke_node(in, p);
		break;
	case PENDING_PART:
		revoke_part(in, p);
		break;
	case PENDING_UNMAP:
		unmap_range(in, p);
		break;
	case PENDING_REVOKE_RANGE:
		revoke_range(in, p);
		break;
	}
}
