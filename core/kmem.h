/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory is donated (Liedtke, Islam, Jaeger 1997).  Every space has a pool of frames that some space gave it; all
 * kernel objects, page tables, capability pages and mapping records of that space are made from its pool.  An empty
 * pool gives ERR_NO_KMEM to the caller and costs nobody else anything.  There is no other kernel heap.
 *
 *   struct kmem --> free list of KMEM pages
 *               --> partial slabs, one list for each (kind, size class); full slabs are on no list
 *   Objects are found from their address: direct map -> frame record -> pool.
 *
 * A slab whose last object is freed returns to the free list.  Freed memory is cleared at allocation.
 */
#pragma once

#include "core/types.h"
#include <janus/kinds.h>

struct frame;
struct object;
struct space;

#define KMEM_CLASSES	6		/* slabs of 64, 128, 256, 512, 1024, 2048 bytes */

struct kmem {
	struct frame *free;		/* KMEM pages */
	struct frame *partial[KMEM_CLASSES];
	u64 pages;			/* donated in all */
	u64 pages_free;
	u64 failures;			/* times that this pool was found empty */
};

/*
 * Donate USER frame F (4 KiB) to SPACE's pool: all its mappings, derived records and capabilities are removed, flushed,
 * and it is cleared.  Resumable (STATUS_RESTART).  The donor (f->owner) gets it back.
 */
enum status kmem_donate(struct space *space, struct frame *f);

/* Take one unused page out of the pool, back to its donor as a USER frame; ERR_NO_KMEM when none is unused. */
enum status kmem_reclaim(struct space *space, struct frame **out);

/* SIZE bytes, cleared, aligned to its size class (64..2048; more is an error of the caller).  NULL: the pool is empty. */
void *kmem_alloc(struct space *space, size_t size, enum kind kind);
void kmem_free(void *p);

/* One whole page in state STATE (TABLE, COMPANION, PAGE), cleared.  NULL: the pool is empty. */
struct frame *kmem_page_alloc(struct space *space, unsigned state, enum kind kind);
void kmem_page_free(struct frame *f);

/*
 * The object of KIND whose header is at physical address PA, when there is a live one; else NULL.  Safe for any PA: this is
 * how a sealed token's name becomes an object.
 */
struct object *kmem_object_at(paddr_t pa, enum kind kind);

/* Return all pages of a dying space's pool to their donors.  All its objects are gone.  Resumable. */
enum status kmem_destroy(struct space *space);

void kmem_check(const struct space *space);
