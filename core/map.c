/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree of mappings: lists of brackets, revocation, checks (the picture is in map.h).
 *
 * Invariants of a list, at every moment at which the kernel can be left:
 *   - every mapping of the frame (or device) has both its brackets in the list, the opening one first;
 *   - brackets are properly nested: a pair begun inside another ends inside it;
 *   - a mapping lies inside, and has no right that was not granted to, what it is directly inside of;
 *   - a marker stands between the brackets of its target; what its walk is to deal with and has not yet ends behind it.
 * Pairs are only ever inserted as neighbours, taken away together, or replaced bracket for bracket, which keeps the first two.
 * Rights shrink from the leaves up, when a walk comes to the closing bracket, which keeps the third.  What is derived goes to
 * the end of its parent's pair, where a walk that is inside still comes to, which keeps the fourth.
 */
#include "core/cpu.h"
#include "core/map.h"
#include "core/panic.h"
#include "core/table.h"

/* What a link is shows in its address, since records and markers are aligned to their size. */
_Static_assert(offsetof(struct map, open) % 64 == 0, "opening bracket");
_Static_assert(offsetof(struct map, close) % 64 == 16, "closing bracket");
_Static_assert(offsetof(struct map_marker, link) % 64 == 32, "neither");

static inline bool
is_open(const struct map_link *link)
{
	return (u64)link % 64 == offsetof(struct map, open);
}

static inline bool
is_close(const struct map_link *link)
{
	return (u64)link % 64 == offsetof(struct map, close);
}

static inline struct map *
opened_by(struct map_link *link)
{
	return container_of(link, struct map, open);
}

paddr_t
map_address(const struct map *m)
{
	return arch_pte_address(*m->pte);
}

unsigned
map_rights(const struct map *m)
{
	return arch_pte_granted(*m->pte);
}

/* --- links ------------------------------------------------------------------------------------------------------ */

static inline void
link_insert(struct map_link *link, struct map_link **place)
{
	*link = (struct map_link){ .next = *place, .pprev = place };
	if (link->next)
		link->next->pprev = &link->next;
	*place = link;
}

static inline void
link_remove(const struct map_link *link)
{
	check_that(*link->pprev == link && (!link->next || link->next->pprev == &link->next));
	*link->pprev = link->next;
	if (link->next)
		link->next->pprev = link->pprev;
}

/* NEW takes OLD's place in the list. */
static inline void
link_replace(struct map_link *new, const struct map_link *old)
{
	struct map_link *next = old->next, **pprev = old->pprev;

	*new = (struct map_link){ .next = next, .pprev = pprev };
	*pprev = new;
	if (next)
		next->pprev = &new->next;
}

void
map_marker_drop(struct map_marker *marker)
{
	if (marker->target)
		link_remove(&marker->link);
	marker->target = NULL;
}

/* A marker stands between its target's brackets: only a mapping with something there can be one. */
static inline void
drop_marker_of(struct map *m)
{
	if (m->space->marker.target == m)
		map_marker_drop(&m->space->marker);
}

void
map_unlink_parent(struct map *m)
{
	drop_marker_of(m);
	link_remove(&m->open);
	link_remove(&m->close);
}

void
map_replace(struct map *new, struct map *old)
{
	drop_marker_of(old);
	link_replace(&new->open, &old->open);	/* also corrects old->close.pprev, when nothing is between the two */
	link_replace(&new->close, &old->close);
}

/* --- removal ------------------------------------------------------------------------------------------------------ */

/*
 * The first of what is derived goes first; what was derived from it then stands in its place.  So every step is one removal, and
 * the cost is proportional to what is removed, whatever the shape of the tree.  Markers of walks from further up are passed.
 */
static enum status
remove_derived(struct map *m)
{
	struct map_link **place = &m->open.next;

	drop_marker_of(m);
	while (*place != &m->close) {
		if (!is_open(*place)) {
			place = &(*place)->next;
			continue;
		}
		space_unmap(opened_by(*place));
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

enum status
map_list_clear(struct map_link **anchor)
{
	while (*anchor) {
		space_unmap(opened_by(*anchor));
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

/* --- reduction of rights, and removal of a part ---------------------------------------------------------------------- */

/* Nothing that derives from M was granted more. */
static void
restrict_rights(struct map *m, unsigned rights)
{
	u64 pte = *m->pte;

	*m->pte = arch_pte_restrict(pte, rights);
	if (arch_pte_rights(pte) & ~rights)
		arch_tlb_flush_page(m->space, m->vaddr);
}

/*
 * M begins at *PLACE: the place to go on.  Elsewhere, and in a mapping without more rights, there is nothing to do.  What is
 * larger than the part cannot be reduced in part, and what derives from it may be elsewhere: it is removed.
 */
static struct map_link **
walk_into(const struct map_marker *k, struct map *m, struct map_link **place)
{
	paddr_t pa = map_address(m), end = pa + order_bytes(m->order);

	if (pa >= k->end || end <= k->from)
		return &m->close.next;
	if (!k->rights || pa < k->from || end > k->end) {
		space_unmap(m);
		return place;
	}
	return map_rights(m) & ~k->rights ? &m->open.next : &m->close.next;
}

static struct map_link **
walk_step(const struct map_marker *k, struct map_link **place)
{
	struct map_link *link = *place;

	if (is_open(link))
		return walk_into(k, opened_by(link), place);
	if (is_close(link))
		restrict_rights(container_of(link, struct map, close), k->rights);
	return &link->next;
}

/* Where a walk as WANTED begins: where the marker is, if it is one of the same walk. */
static struct map_link **
walk_begin(struct map_marker *marker, const struct map_marker *wanted)
{
	struct map_link **place = &wanted->target->open.next;

	if (marker->target == wanted->target && marker->from == wanted->from && marker->end == wanted->end &&
	    marker->rights == wanted->rights)
		place = marker->link.pprev;
	map_marker_drop(marker);
	return place;
}

static enum status
walk(const struct map_marker *wanted)
{
	struct map *m = wanted->target;
	struct map_marker *marker = &m->space->marker;
	struct map_link **place = walk_begin(marker, wanted);

	while (*place != &m->close) {
		place = walk_step(wanted, place);
		if (preempt_point()) {
			*marker = *wanted;
			link_insert(&marker->link, place);
			return STATUS_RESTART;
		}
	}
	return OK;
}

static enum status NEVER_INLINE
reduce(struct map *m, unsigned rights, bool self)
{
	enum status status = map_revoke_part(m, map_address(m), order_bytes(m->order), rights);

	if (status == OK && self)
		restrict_rights(m, rights);
	return status;
}

/* Rights without RIGHT_READ are none: see space.h. */
enum status
map_revoke(struct map *m, unsigned rights, bool self)
{
	if (rights & RIGHT_READ)
		return reduce(m, rights, self);
	if (remove_derived(m) == STATUS_RESTART)
		return STATUS_RESTART;
	if (self)
		space_unmap(m);
	return OK;
}

enum status
map_revoke_part(struct map *m, paddr_t pa, u64 bytes, unsigned rights)
{
	const struct map_marker wanted = {
		.target = m, .from = pa, .end = pa + bytes, .rights = rights & RIGHT_READ ? rights : 0,
	};

	return walk(&wanted);
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

static void
check_record(struct map *m)
{
	const struct frame *table = table_of(m->pte);

	kassert(m->space && table->state == FRAME_TABLE && table->pool == m->space);
	kassert(table->level == table_level(m->order));
	kassert(*m->pte && arch_pte_is_leaf(*m->pte, table->level));
	kassert(*table_record(table, m->pte) == m);
	kassert(map_rights_valid(map_rights(m)) && !arch_pte_withholds(*m->pte, arch_pte_rights(*m->pte)));
	kassert(m->vaddr % order_bytes(m->order) == 0 && map_address(m) % order_bytes(m->order) == 0);
	kassert(arch_table_index(m->vaddr, table->level) == ((u64)m->pte & PAGE_MASK) / sizeof(u64));
}

/* CHILD is directly inside of PARENT. */
static void
check_inside(const struct map *parent, const struct map *child)
{
	kassert(!arch_pte_withholds(*parent->pte, map_rights(child)));
	kassert(map_address(child) >= map_address(parent));
	kassert(map_address(child) + order_bytes(child->order) <= map_address(parent) + order_bytes(parent->order));
}

/*
 * `depth` tells whether a closing bracket is that of the last pair that is open: a pair of the same depth that is not open either
 * came and went, or begins later and will be missed at the end.
 */
void
map_list_check(struct map_link *const *anchor)
{
	struct map_link *const *pprev = anchor;
	struct map *open = NULL;		/* of which LINK is the first thing inside */
	u32 depth = 0;

	for (struct map_link *link = *anchor; link; pprev = &link->next, link = link->next) {
		kassert(link->pprev == pprev);
		if (is_open(link)) {
			struct map *m = opened_by(link);

			check_record(m);
			if (open)
				check_inside(open, m);
			m->depth = ++depth;
			open = m;
		} else if (is_close(link)) {
			kassert(container_of(link, struct map, close)->depth == depth);
			depth--;
			open = NULL;
		} else {
			kassert(depth && container_of(link, struct map_marker, link)->target);
		}
	}
	kassert(depth == 0);
}
