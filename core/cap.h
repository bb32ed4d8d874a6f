/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slot capabilities: an index into the space's table, as in L4 of the third generation.
 *
 *   space->caps.page[index / 64]  -->  page of 64 slots of 64 bytes, one slot one cache line
 *
 * Pages of the table come from the space's pool (cap_grow); a directory entry without a page points to one shared page
 * of empty slots, so that lookup has no test for it.
 *
 * Derivation: all capabilities to one object are one list in preorder of the derivation tree; `depth` says how deep.  The
 * capabilities derived from a slot are those that follow it directly with a greater depth.  Copy and mint insert behind their
 * source; move relinks; delete unlinks (its derived capabilities stay and count as derived from its parent); revoke removes
 * all derived ones across spaces, restartably.
 *
 * cap_lookup is the only function that reads a slot for use.
 */
#pragma once

#include "core/types.h"
#include <janus/kinds.h>

#define CAP_DIRECTORY	256				/* pages of slots a space can have */
#define CAP_PER_PAGE	64
#define CAP_LIMIT	(CAP_DIRECTORY * CAP_PER_PAGE)

struct space;

struct capability {
	void *object;			/* struct object, or struct frame when kind is KIND_FRAME; NULL in an empty slot */
	u64 badge;
	u32 type;			/* kind << 8 | rights: what cap_lookup compares */
	u32 depth;			/* in the derivation tree of its object */
	struct capability *next;	/* preorder successor */
	struct capability **pprev;	/* what points to this one */
	u64 spare[3];			/* a personality's: for instance what a reply capability remembers */
};
_Static_assert(sizeof(struct capability) == 64, "one slot is one cache line");

struct cap_table {
	struct capability *page[CAP_DIRECTORY];	/* never NULL */
};

/*
 * Kernel object and rights at once.  At most 15 instructions (docs/objects/capability.md lists them).
 * ERR_NO_CAP: out of range, empty or another kind; ERR_NO_RIGHT: the right is missing (told apart out of line).
 */
static inline enum status cap_lookup(const struct cap_table *t, u64 index, enum kind kind, unsigned rights,
				     struct capability **out);

/* The error of a failed lookup: which of ERR_NO_CAP and ERR_NO_RIGHT. */
enum status cap_lookup_error(const struct cap_table *t, u64 index, enum kind kind);

static inline enum status
cap_lookup(const struct cap_table *t, u64 index, enum kind kind, unsigned rights, struct capability **out)
{
	if (__builtin_expect(index >= CAP_LIMIT, 0))
		return ERR_NO_CAP;
	struct capability *c = &t->page[index / CAP_PER_PAGE][index % CAP_PER_PAGE];
	if (__builtin_expect((c->type & (0xff00u | rights)) != ((u32)kind << 8 | rights), 0))
		return cap_lookup_error(t, index, kind);
	*out = c;
	return OK;
}

void cap_init(void);
void cap_table_init(struct cap_table *t);

/* Give SPACE's table the page that holds INDEX, from its pool.  ERR_LIMIT, ERR_NO_KMEM; OK when it is already there. */
enum status cap_grow(struct space *space, u64 index);

/* Any nonempty slot, for operations on capabilities themselves.  ERR_NO_CAP. */
enum status cap_slot(struct space *space, u64 index, struct capability **out);

/* An empty slot of SPACE whose page exists.  ERR_NO_CAP: no page (cap_grow first), ERR_EXISTS: taken. */
enum status cap_empty_slot(struct space *space, u64 index, struct capability **out);

/* Insert the original capability (depth 0) to OBJECT into an empty slot. */
void cap_insert(struct capability *slot, void *object, enum kind kind, unsigned rights, u64 badge);

/* Derive: DST (empty) becomes a child of SRC with rights SRC & RIGHTS.  Mint also sets the badge; a badge, once not 0, stays
 * (ERR_NO_RIGHT).  Needs RIGHT_SHARE on SRC (ERR_NO_RIGHT). */
enum status cap_copy(struct capability *dst, struct capability *src, unsigned rights);
enum status cap_mint(struct capability *dst, struct capability *src, unsigned rights, u64 badge);

/* DST (empty) takes SRC's place in the tree; SRC becomes empty. */
void cap_move(struct capability *dst, struct capability *src);

void cap_delete(struct capability *slot);

/* Remove everything derived from SLOT.  STATUS_RESTART: preempted after bounded work; call again. */
enum status cap_revoke(struct capability *slot);

/* Remove all capabilities of the list that begins at *LIST (an object or frame goes away).  Resumable. */
enum status cap_list_clear(struct capability **list);

/* Delete all capabilities in SPACE's table and free its pages.  Resumable. */
enum status cap_table_destroy(struct space *space);

void cap_check(struct space *space);
