/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spaces: an address space (4-level tables), a capability table, a kmem pool.  One page, from the pool of its home.
 *
 * User addresses are [USER_START, USER_END) (<janus/layout.h>).  The page tables, their companions and the mapping records come from
 * the space's own pool.  Ranges are worked through page by page with preemption points; `done` counts what is complete, so
 * that a repeated call goes on where it stopped.
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

struct space {
	struct object object;
	paddr_t root;			/* top-level table */
	u64 cr3;			/* what a switch loads: root, PCID, flags; from arch_space_init */
	struct kmem kmem;
	struct thread *threads;		/* those that run in it */
	struct space *children;		/* spaces whose home this is, and their list */
	struct space *sibling_next, **sibling_pprev;
	u64 mapped[3];			/* mappings of 4K, 2M, 1G */
	u64 tables;			/* page-table pages, companions included */
	u64 id;				/* unique over space and time */
	char name[24];			/* for messages: from the manifest, or "space N" */
	u64 personality[SPACE_PERSONALITY_BYTES / 8];
	struct cap_table caps;
};
_Static_assert(sizeof(struct space) <= PAGE_SIZE, "a space is one page");

/* Memory attributes of a mapping. */
enum cache { CACHE_WRITE_BACK, CACHE_WRITE_COMBINING, CACHE_UNCACHED };

/*
 * Make a space; its page, and nothing else, is paid by HOME.  The root table and first capability page come from its own pool,
 * which is empty: donate first, then space_prepare (ERR_NO_KMEM; OK when already done).
 */
enum status space_create(struct space *home, struct space **out);
enum status space_prepare(struct space *space);

/* Undo everything: threads stopped and destroyed, mappings, capabilities, objects and child spaces homed here, pool frames back to their
 * donors, owned frames FREE.  Resumable. */
enum status space_destroy(struct space *space);

/*
 * Map frame F (all of it, its order) at VADDR with RIGHTS.  PARENT NULL: an original mapping (depth 0); else derived from it.
 * ERR_BAD_ADDRESS (alignment, not user, last page below the hole), ERR_EXISTS (something is mapped there), ERR_NO_KMEM, ERR_BAD_VALUE
 * (no rights; a dirty frame is cleared first: STATUS_RESTART).  Nothing is changed on error.
 */
enum status space_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights, enum cache cache,
		      struct map *parent, struct map **out);

/* The same for a part of a larger frame or mapping: ORDER pages at physical address PA inside PARENT's frame. */
enum status space_map_part(struct space *space, vaddr_t vaddr, paddr_t pa, enum order order, unsigned rights,
			   enum cache cache, struct map *parent, struct map **out);

/* A 4 KiB page of device memory, which has no frame record: its mappings are the list anchored at *ANCHOR.  For device_map. */
enum status space_map_device(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned rights, enum cache cache,
			     struct map **anchor, struct map **out);

/* The mapping that covers VADDR, of any size; NULL when there is none. */
struct map *space_find(struct space *space, vaddr_t vaddr);

/* Remove M alone (what was derived from it becomes derived from its parent). */
void space_unmap(struct map *m);

/* Set the PTE's rights to RIGHTS, which must be within those granted (ERR_NO_RIGHT). */
enum status space_protect(struct map *m, unsigned rights);

/* Move M to VADDR of TO: the record keeps its place in the tree. */
enum status space_grant(struct map *m, struct space *to, vaddr_t vaddr);

/* Ranges of [VADDR, VADDR + PAGES * 4 KiB): all mappings in it; a larger mapping must lie wholly inside (ERR_BAD_ADDRESS).
 * *DONE pages are complete, 0 at first; STATUS_RESTART keeps it. */
enum status space_unmap_range(struct space *space, vaddr_t vaddr, u64 pages, u64 *done);
enum status space_protect_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, u64 *done);

/*
 * Walk SPACE as user level with RIGHTS would: the physical address of VADDR and how many bytes follow it in the same page.
 * ERR_BAD_ADDRESS when user level could not.  For copies straight between spaces through the direct map.
 */
enum status space_walk(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa, size_t *left);

/* Copy to or from user memory of any space, through the walk.  Bounded by the caller (at most 4 KiB). */
enum status space_copy_in(const struct space *space, void *to, vaddr_t from, size_t bytes);
enum status space_copy_out(const struct space *space, vaddr_t to, const void *from, size_t bytes);

static inline struct space *
space_of(struct object *o)
{
	return container_of(o, struct space, object);
}

void space_check(struct space *space);
