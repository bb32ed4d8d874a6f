/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spaces: an address space (4-level tables), a capability table, a kmem pool.  One page, from the pool of its home.
 *
 * User addresses are [USER_START, USER_END) (<janus/layout.h>).  The page tables, their companions and the mapping records come
 * from the space's own pool.  A table that becomes empty stays, because the same place is often used again, until space_trim or
 * the want of a page takes it back.  Ranges are worked through page by page with preemption points; `done` counts what is
 * complete, so that a repeated call goes on where it stopped.
 *
 * Every leaf entry that is not 0 has a record (map.h).  Rights are RIGHT_READ with or without WRITE and EXECUTE, since no
 * hardware keeps user level from reading what it may write; an entry may also have none at all, and keeps its record.
 */
#pragma once

#include "core/cap.h"
#include "core/kmem.h"
#include "core/map.h"
#include "core/object.h"
#include <janus/layout.h>

struct frame;
struct thread;

#define SPACE_PERSONALITY_BYTES	512
#define SPACE_NESTING		32	/* a space's home has a home, and so on: at most so many above the first */

struct space {
	struct object object;
	paddr_t root;			/* top-level table; 0: not prepared */
	u64 cr3;			/* what a switch loads: root, PCID, flags; from arch_space_init; never changes */
	struct kmem kmem;
	struct frame *frames;		/* all whose owner it is, those that it donated included */
	u64 frames_held;		/* their number, in 4 KiB pages */
	struct thread *threads;		/* those that run in it */
	struct space *children;		/* spaces whose home this is, and their list */
	struct space *sibling_next, **sibling_pprev;
	u64 mapped[3];			/* mappings of 4K, 2M, 1G */
	u64 tables;			/* page-table pages, companions included */
	struct frame *empty;		/* tables that have no entries, but for the root */
	u64 destroyed;			/* pages that space_destroy has unmapped */
	u64 id;				/* unique over space and time */
	u32 nesting;			/* homes above this one */
	u32 places;			/* in the personality's table, its own and those of spaces below it: quota.h */
	char name[24];			/* for messages: from the manifest, or "space N" */
	struct map_marker marker;
	u64 personality[SPACE_PERSONALITY_BYTES / 8];
	struct cap_table caps;
};
_Static_assert(sizeof(struct space) <= PAGE_SIZE, "a space is one page");

/* Memory attributes of a mapping. */
enum cache { CACHE_WRITE_BACK, CACHE_WRITE_COMBINING, CACHE_UNCACHED };

/*
 * Make a space; its page, and nothing else, is paid by HOME.  The root table and first capability page come from its own pool,
 * which is empty: donate first, then space_prepare (ERR_NO_KMEM; OK when already done).  ERR_NO_KMEM; ERR_WRONG_STATE: HOME is
 * dying; ERR_LIMIT: SPACE_NESTING.
 */
enum status space_create(struct space *home, struct space **out);
enum status space_prepare(struct space *space);

/* The first space, its own home: made in the first page of its own pool.  NULL: there is no free frame. */
struct space *space_create_first(void);

/*
 * The current thread runs in SPACE, or was made from its pool, or from that of a space below it: it cannot be destroyed by this
 * thread, whose call may have to be executed again.  object_destroy answers ERR_WRONG_STATE.
 */
bool space_holds_current(const struct space *space);

/* Through object_destroy.  Undo everything: threads stopped and destroyed, mappings, capabilities, objects and child spaces homed here,
 * pool frames back to their donors, owned frames FREE.  What others derived from its mappings stays, derived from what these
 * derived from.  Resumable. */
enum status space_destroy(struct space *space);

/*
 * Map frame F (all of it, its order) at VADDR with RIGHTS: an original mapping, that derives from none.  ERR_BAD_ADDRESS
 * (alignment, not user, last page below the hole), ERR_EXISTS (something is mapped there), ERR_NO_KMEM, ERR_BAD_VALUE (rights,
 * cache mode, order that the CPU has not), ERR_NO_RIGHT (a frame of the boot can only be read), ERR_WRONG_STATE (space dying or
 * not prepared; no user frame).  A dirty frame is cleared first: STATUS_RESTART.  Nothing is changed on error.
 */
enum status space_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights, enum cache cache, struct map **out);

/*
 * Derive from PARENT: the ORDER pages at physical address PA, all that it maps or a part of it.  Cached as PARENT is.  Errors as
 * space_map; ERR_BAD_VALUE also: PARENT does not map that; ERR_NO_RIGHT: it was granted less.
 */
enum status space_map_part(struct space *space, vaddr_t vaddr, paddr_t pa, enum order order, unsigned rights,
			   struct map *parent, struct map **out);

/* A 4 KiB page of device memory, which has no frame record: its mappings are the list anchored at *ANCHOR.  For device_map. */
enum status space_map_device(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned rights, enum cache cache,
			     struct map_link **anchor, struct map **out);

/* The mapping that covers VADDR, of any size; NULL when there is none. */
struct map *space_find(const struct space *space, vaddr_t vaddr);

/* Remove M alone (what was derived from it becomes derived from its parent). */
void space_unmap(struct map *m);

/* Set the entry's rights to RIGHTS, 0 for none, which must be within those granted (ERR_NO_RIGHT; ERR_BAD_VALUE). */
enum status space_protect(struct map *m, unsigned rights);

/* Move M to VADDR of TO: a record of TO's pool takes its place in the tree; M is gone.  Errors as space_map. */
enum status space_grant(struct map *m, struct space *to, vaddr_t vaddr, struct map **out);

/*
 * Ranges of [VADDR, VADDR + PAGES * 4 KiB): all mappings in it; a larger mapping must lie wholly inside (ERR_BAD_ADDRESS).
 * What lies before the one that an error is about is done.  *DONE pages are complete, 0 at first; STATUS_RESTART keeps it.
 */
enum status space_unmap_range(struct space *space, vaddr_t vaddr, u64 pages, u64 *done);
enum status space_protect_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, u64 *done);

/*
 * Derive: map at VADDR of SPACE what FROM has mapped in [SOURCE, SOURCE + PAGES * 4 KiB), with as many of RIGHTS as each
 * mapping was granted.  In the largest pages that both sides are aligned to.  What is not mapped in FROM is left out.
 */
enum status space_map_range(struct space *space, vaddr_t vaddr, struct space *from, vaddr_t source, u64 pages, unsigned rights,
			    u64 *done);

/* map_revoke of all mappings in the range; of one that is not wholly inside, map_revoke_part of what is (never SELF). */
enum status space_revoke_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, bool self, u64 *done);

/* Give empty page tables back to the pool.  Resumable. */
enum status space_trim(struct space *space);

/*
 * Walk SPACE as user level with RIGHTS would, accessed and dirty bits included: the physical address of VADDR and how many bytes
 * follow it in the same page.  ERR_BAD_ADDRESS when user level could not, and for device memory.  For copies straight between
 * spaces through the direct map.
 */
enum status space_walk(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa, size_t *left);

/* Copy to or from user memory of any space, through the walk.  Bounded by the caller (at most 4 KiB).  ERR_BAD_ADDRESS: part may be done. */
enum status space_copy_in(const struct space *space, void *to, vaddr_t from, size_t bytes);
enum status space_copy_out(const struct space *space, vaddr_t to, const void *from, size_t bytes);

static inline struct space *
space_of(struct object *o)
{
	return container_of(o, struct space, object);
}

/* Panic unless tables, records, counts and lists of SPACE agree.  All spaces checked, every mapping list has been followed once. */
void space_check(struct space *space);
void space_check_links(const struct space *space);	/* of its own structure alone: a few instructions */
