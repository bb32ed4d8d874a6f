/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slot capabilities: an index into the space's table, as in L4 of the third generation.
 *
 *   space->caps.page[index / 64]  -->  page of 64 slots of 64 bytes, one slot one cache line
 *
 * Pages of the table come from the space's pool (cap_grow); a directory entry without a page points to one shared page
 * of empty slots, so that lookup has no test for it.
 *
 * Derivation: all capabilities to one object are one list, in which each appears twice, as a pair of brackets.  What was
 * derived from a capability stands between its brackets:
 *
 *   B and C derived from A, D from B:    A( C( C) B( D( D) B) A)      newest first
 *
 * Copy and mint put the new pair right behind the source's opening bracket; move relinks both brackets; delete takes both
 * away, which leaves what was between them between the brackets of the parent; revoke empties the pair.  The brackets are
 * properly nested at every moment, so each operation is constant-time (revoke: each step) and restart is safe after any step.
 * docs/decisions/capability-brackets.md says why a depth in a preorder list would not do.
 *
 * cap_lookup is the only function that reads a slot for use.
 */
#pragma once

#include "check.h"
#include "core/types.h"
#include <janus/kinds.h>

#define CAP_DIRECTORY	256		/* pages of slots a space can have */
#define CAP_PER_PAGE	64
#define CAP_LIMIT	(CAP_DIRECTORY * CAP_PER_PAGE)

struct space;

struct cap_link {
	struct cap_link *next;		/* NULL behind the object's last closing bracket */
	struct cap_link **pprev;	/* what points to this one */
};

struct capability {
	void *object;			/* struct object, or struct frame when kind is KIND_FRAME; NULL in an empty slot */
	u64 badge;
	u32 type;			/* kind << 8 | rights: what cap_lookup compares */
	u32 spare_word;			/* the two spares are a personality's: 0 in a new capability, kept by a move; */
	u64 spare;			/* for instance what a reply capability remembers */
	struct cap_link open, close;	/* the brackets around what was derived from it */
};
_Static_assert(sizeof(struct capability) == 64, "one slot is one cache line");

struct cap_table {
	struct capability *page[CAP_DIRECTORY];	/* never NULL: cap_no_slots where there is none */
	u64 pages;			/* that are its own */
};

/* The page of empty slots that all spaces share.  Read-only memory: a write through it is a kernel bug and faults. */
extern const struct capability cap_no_slots[CAP_PER_PAGE];

/* The slot of INDEX, which must be below CAP_LIMIT; in the shared page of empty slots when the table has no page there. */
static inline struct capability *
cap_at(const struct cap_table *t, u64 index)
{
	return &t->page[index / CAP_PER_PAGE][index % CAP_PER_PAGE];
}

/*
 * Kernel object and rights at once, in 12 instructions (docs/objects/capability.md lists them).
 * ERR_NO_CAP: out of range, empty or another kind; ERR_NO_RIGHT: a right is missing.
 */
static inline enum status
cap_lookup(const struct cap_table *t, u64 index, enum kind kind, unsigned rights, struct capability **out)
{
	if (__builtin_expect(index >= CAP_LIMIT, 0))
		return ERR_NO_CAP;
	struct capability *c = cap_at(t, index);
	if (__builtin_expect((c->type & (0xff00u | rights)) != ((u32)kind << 8 | rights), 0))
		return c->type >> 8 == (u32)kind ? ERR_NO_RIGHT : ERR_NO_CAP;
	check_touch(kind, c->object);
	*out = c;
	return OK;
}

/* Slots are aligned to their size, so that a bracket's address tells which of the two it is. */
static inline bool
cap_link_closes(const struct cap_link *link)
{
	return (u64)link % sizeof(struct capability) == offsetof(struct capability, close);
}

void cap_table_init(struct cap_table *t);

/* Give SPACE's table the page that holds INDEX, from its pool.  ERR_LIMIT, ERR_NO_KMEM; OK when it is already there. */
enum status cap_grow(struct space *space, u64 index);

/* Any nonempty slot, for operations on capabilities themselves.  ERR_NO_CAP. */
static inline enum status
cap_slot(const struct cap_table *t, u64 index, struct capability **out)
{
	if (index >= CAP_LIMIT)
		return ERR_NO_CAP;
	*out = cap_at(t, index);
	if (!(*out)->type)
		return ERR_NO_CAP;
	check_touch((*out)->type >> 8, (*out)->object);
	return OK;
}

/* An empty slot whose page exists.  ERR_NO_CAP: no page (cap_grow first), ERR_EXISTS: taken. */
static inline enum status
cap_empty_slot(const struct cap_table *t, u64 index, struct capability **out)
{
	if (index >= CAP_LIMIT || t->page[index / CAP_PER_PAGE] == cap_no_slots)
		return ERR_NO_CAP;
	*out = cap_at(t, index);
	return (*out)->type ? ERR_EXISTS : OK;
}

/* Insert an original capability, derived from none, to OBJECT into an empty slot. */
void cap_insert(struct capability *slot, void *object, enum kind kind, unsigned rights, u64 badge);

/*
 * Derive: DST (empty) becomes a child of SRC with rights SRC & RIGHTS and SRC's badge.  Mint sets the badge; a badge that is
 * not 0 stays (ERR_NO_RIGHT for another).  Both need RIGHT_SHARE on SRC (ERR_NO_RIGHT).
 */
enum status cap_copy(struct capability *dst, struct capability *src, unsigned rights);
enum status cap_mint(struct capability *dst, struct capability *src, unsigned rights, u64 badge);

/* DST (empty) takes SRC's place in the tree; SRC becomes empty. */
void cap_move(struct capability *dst, struct capability *src);

/* SLOT becomes empty; what was derived from it counts as derived from its parent, or as original when it had none. */
void cap_delete(struct capability *slot);

/* The same for a slot through which somebody may wait: the personality ends that first, STATUS_RESTART as long as it does. */
enum status cap_remove(struct capability *slot);

/* Remove everything derived from SLOT.  STATUS_RESTART: preempted after bounded work; call again. */
enum status cap_revoke(struct capability *slot);

/* Remove all capabilities to SLOT's object but SLOT itself.  Resumable. */
enum status cap_clear_others(struct capability *slot);

/*
 * The same because the object is destroyed by SLOT.  One other stays, if there is one: the first in the table of HOME, which pays for the object, that
 * may destroy it, so that it has a name should whoever destroys it end in the midst of that.  It can do nothing else any more.
 */
enum status cap_clear_for_destroy(struct capability *slot, const struct space *home);

/* Remove all capabilities of the list that begins at *LIST (an object or frame goes away).  Resumable. */
enum status cap_list_clear(struct cap_link **list);

/* Delete all capabilities in SPACE's table and free its pages.  Resumable. */
enum status cap_table_destroy(struct space *space);

/*
 * Panic unless every slot of SPACE is empty or well-formed and linked into the list of a live object.  A list is followed
 * from its first capability, so that checking all spaces checks each list once.
 */
void cap_check(struct space *space);
