/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping records: who mapped what to whom.
 *
 * Every user mapping (a leaf page-table entry that is not 0) has one record, from the pool of the space that it is in.  All
 * records of a frame, or of a device object, are one list, in which each appears twice, as a pair of brackets.  What was
 * derived from a mapping stands between its brackets:
 *
 *   B and C derived from A, D from B:    A( B( D( D) B) C( C) A)      oldest first
 *
 * A mapping derives from one of its own size or from a larger one, of which it is a part; either way it is in the list of the
 * head frame, between the brackets of what it derives from.  l4 uses the tree; exo uses the same list flat.
 *
 * A new pair goes right before the closing bracket of its parent; removing a mapping alone takes both its brackets away, which
 * leaves what was derived from it between the brackets of its own parent.  The brackets are properly nested at every moment, so
 * each operation is constant-time, revoking is a sequence of such operations, and restart is safe after any of them
 * (docs/decisions/mapping-brackets.md).
 *
 * From an entry to its record: each page-table page that has leaf entries has a companion page of 512 record pointers
 * (frame->records of the table).  So map, unmap and protect of a page are O(1), whatever the frame is shared by.
 */
#pragma once

#include "check.h"
#include "core/types.h"
#include <janus/kinds.h>

struct space;

#define MAP_RIGHTS	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)

/* Rights that a mapping can be made with: no hardware keeps user level from reading what it may write. */
static inline bool
map_rights_valid(unsigned rights)
{
	return rights & RIGHT_READ && !(rights & ~MAP_RIGHTS);
}

struct map_link {
	struct map_link *next;		/* NULL behind the list's last closing bracket */
	struct map_link **pprev;	/* what points to this one */
};

struct map {
	struct map_link open, close;	/* the brackets around what was derived from it */
	struct space *space;
	u64 *pte;
	vaddr_t vaddr;
	u8 order;			/* enum order */
	u8 flags;			/* a personality's, exo's for one; 0 in a new record */
	u16 reserved;
	u32 depth;			/* map_list_check's */
};
_Static_assert(sizeof(struct map) == 64, "a mapping record is one cache line");

/*
 * Where a reduction of rights, or of a part, that was preempted goes on: a link of its own in the list, neither opening nor
 * closing bracket, between the brackets of `target`.  One a space, for the mappings of that space; another walk takes it over,
 * and the first then begins anew.
 */
struct map_marker {
	struct map *target;
	paddr_t from, end;		/* the part, by physical address */
	u64 rights;
	struct map_link link;		/* in the list when target is set */
} __attribute__((aligned(64)));

/* The physical address that M maps, and the rights that were granted: the entry may have fewer. */
paddr_t map_address(const struct map *m);
unsigned map_rights(const struct map *m);

/*
 * Remove (RIGHTS == 0) or reduce to RIGHTS (with RIGHT_READ) all mappings derived from M; with SELF also M.  Resumable; cost is
 * proportional to what is removed or reduced.  TLB entries are gone when this returns OK, and so is M with RIGHTS == 0 and SELF.
 */
enum status map_revoke(struct map *m, unsigned rights, bool self);

/*
 * The same for what was derived from M and touches BYTES at physical address PA, a part of M: a mapping that is not wholly in
 * the part is removed, whatever RIGHTS are.  The mappings derived directly from M are each
 * looked at, 22 instructions for one beside the part, with preemption points (docs/decisions/mapping-brackets.md: why no index).
 */
enum status map_revoke_part(struct map *m, paddr_t pa, u64 bytes, unsigned rights);

/* Remove all mappings of the list anchored at *ANCHOR (a frame is freed or donated, a device object dies).  Resumable. */
enum status map_list_clear(struct map_link **anchor);

/* --- for core/space*.c ----------------------------------------------------------------------------------------- */

/* Put M's brackets at *PLACE: an anchor, or before the closing bracket of its parent. */
static inline void
map_link_pair(struct map *m, struct map_link **place)
{
	struct map_link *next = *place;

	check_that(!next || next->pprev == place);
	m->open = (struct map_link){ .next = &m->close, .pprev = place };
	m->close = (struct map_link){ .next = next, .pprev = &m->open.next };
	*place = &m->open;
	if (next)
		next->pprev = &m->close.next;
}

static inline bool
map_has_derived(const struct map *m)
{
	return m->open.next != &m->close;
}

/* The one mapping that derives from M and from which none does; NULL: there are more, or none, or a marker is there. */
static inline struct map *
map_only_derived(struct map *m)
{
	struct map *only = (struct map *)m->open.next;

	if ((u64)only % sizeof(*only) != offsetof(struct map, open) || map_has_derived(only) || only->close.next != &m->close)
		return NULL;
	return only;
}

/* Take M's brackets out, when something is, and when nothing is between them. */
void map_unlink_parent(struct map *m);

static inline void
map_unlink(struct map *m)
{
	struct map_link *next = m->close.next;

	if (map_has_derived(m)) {
		map_unlink_parent(m);
		return;
	}
	check_that(*m->open.pprev == &m->open && (!next || next->pprev == &m->close.next));
	*m->open.pprev = next;
	if (next)
		next->pprev = m->open.pprev;
}

/* NEW takes OLD's place: what was derived from OLD is derived from NEW. */
void map_replace(struct map *new, struct map *old);

/* The walk that MARKER is about begins anew. */
void map_marker_drop(struct map_marker *marker);

/* The list's brackets are nested, its links and records consistent. */
void map_list_check(struct map_link *const *anchor);
