/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping records: who mapped what to whom.
 *
 * Every user mapping (a present leaf PTE) has one record, from the pool of the space that it is in.  The records of a frame
 * are a list in preorder of the mapping tree, anchored at the frame's record (or the device object, or for 2M and 1G the head
 * frame); `depth` says how deep.  What was derived from a mapping follows it directly with a greater depth.  A smaller
 * mapping derived from a larger one is in the list of its own 4 KiB (2 MiB) frame, at depth 0 there, with `parent` set, and the parent counts
 * it in `parts`.  l4 uses the tree; exo uses the same list flat (depth 0).
 *
 * From a PTE to its record: each page-table page that has leaf entries has a companion page of 512 record pointers
 * (frame->records of the table).  So map, unmap and protect of a page are O(1), whatever the frame is shared by.
 */
#pragma once

#include "core/types.h"

struct space;

struct map {
	struct map *next;		/* preorder successor */
	struct map **pprev;		/* what points to this one */
	struct space *space;
	u64 *pte;
	struct map *parent;		/* the larger mapping that it derives from, in another list; or NULL */
	vaddr_t vaddr;
	u32 depth;
	u32 parts;			/* smaller mappings, in other lists, whose parent is this one */
	u8 rights;			/* RIGHT_READ|WRITE|EXECUTE that were granted: the PTE may have fewer */
	u8 order;
	u8 flags;			/* a personality's: exo's WIRED, ... */
	u8 reserved[5];
};
_Static_assert(sizeof(struct map) == 64, "a mapping record is one cache line");

/* Remove (rights == 0) or reduce to RIGHTS all mappings derived from M; with SELF also M.  Resumable; cost is proportional to what
 * is removed.  TLB entries are gone when this returns OK. */
enum status map_revoke(struct map *m, unsigned rights, bool self);

/* Remove all mappings of the list anchored at *ANCHOR (a frame is freed or donated, a device object dies).  Resumable. */
enum status map_list_clear(struct map **anchor);

void map_check(const struct space *space);
