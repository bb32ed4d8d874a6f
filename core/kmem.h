/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel memory is donated (Liedtke, Islam, Jaeger 1997).  Every space has a pool of frames that some space gave it; all
 * kernel objects, page tables, capability pages and mapping records of that space are made from its pool.  An empty
 * pool gives ERR_NO_KMEM to the caller and costs nobody else anything.  There is no other kernel heap.
 *
 *   struct kmem --> free: list of KMEM pages
 *               --> partial: slabs that have room, a list for each kind of object and for each size of record
 *               --> full: slabs that have none, and whole-page objects; those of records alone are on no list
 *   Objects are found from their address: direct map -> frame record -> pool.
 *
 * A slab holds objects of one kind, or records (KIND_NONE) of one size.  One whose last object is freed returns to the free list
 * at once.  All objects of a kind are of one size class.  Freed memory is cleared when it is allocated again.
 */
#pragma once

#include "core/types.h"
#include <janus/kinds.h>

struct capability;
struct frame;
struct object;
struct space;

#define KMEM_CLASSES	6		/* slabs of 64, 128, 256, 512, 1024, 2048 bytes */
#define KMEM_LISTS	(KMEM_CLASSES + KIND_LIMIT)
#define KMEM_SIZE_MIN	64
#define KMEM_SIZE_MAX	(KMEM_SIZE_MIN << (KMEM_CLASSES - 1))

struct kmem {
	struct frame *free;
	struct frame *full;
	struct frame *partial[KMEM_LISTS]; /* by size class for records, then by kind for objects */
	u64 pages;			/* donated in all */
	u64 pages_free;
	u64 failures;			/* times that this pool was found empty */
};

/*
 * Donate USER frame F (4 KiB) to SPACE's pool: all its mappings and capabilities are removed, flushed, and it is cleared.  The
 * donor (f->owner) gets it back.  ERR_BAD_VALUE: a larger frame; ERR_WRONG_STATE: the space is dying.  STATUS_RESTART:
 * preempted; call again.  kmem_donate_by is for a call that names the frame by slot C: C goes last, so that the call can be
 * executed again.
 */
enum status kmem_donate(struct space *space, struct frame *f);
enum status kmem_donate_by(struct space *space, struct capability *c);

/*
 * Take one unused page out of the pool: it is its donor's again, a USER frame without any capability, in *OUT.  *OUT is NULL
 * when the donor is gone: the frame is FREE then.  ERR_NO_KMEM when no page is unused.
 */
enum status kmem_reclaim(struct space *space, struct frame **out);

/* Up to PAGES unused pages of FROM's pool are in TO's instead; their donors stay the same.  Returns how many were. */
u64 kmem_pass(struct space *from, struct space *to, u64 pages);

static inline unsigned
kmem_class(size_t size)
{
	return size <= KMEM_SIZE_MIN ? 0 : 64 - (unsigned)__builtin_clzl((size - 1) / KMEM_SIZE_MIN);
}

static inline unsigned
kmem_list(unsigned class, enum kind kind)
{
	return kind == KIND_NONE ? class : KMEM_CLASSES + kind;
}

/* A slot of slab list LIST, whose size class is CLASS: see kmem_alloc_raw. */
void *kmem_slot(struct space *space, unsigned list, unsigned class);

/*
 * SIZE bytes, aligned to their size class (64..2048; more is an error of the caller).  NULL: the pool is empty.  Raw: the
 * contents are undefined, for callers that set every field; KIND_NONE only.
 */
static inline void *
kmem_alloc_raw(struct space *space, size_t size)
{
	return kmem_slot(space, kmem_list(kmem_class(size), KIND_NONE), kmem_class(size));
}

void *kmem_alloc(struct space *space, size_t size, enum kind kind);	/* cleared */
void kmem_free(void *p);

/* One whole page in state STATE (TABLE, COMPANION, PAGE), cleared.  NULL: the pool is empty. */
struct frame *kmem_page_alloc(struct space *space, unsigned state, enum kind kind);
void kmem_page_free(struct frame *f);

/*
 * The object of KIND whose header is at physical address PA, when there is a live one; else NULL.  Safe for any PA and KIND:
 * this is how a sealed token's name becomes an object.  Headers of slab objects are at their start, so are those of whole-page
 * objects but threads.
 *
 * In a page that holds objects of a kind, the word where a header has its epoch is 0 wherever no live object is: unseal
 * (seal.c) reads it without asking more.
 */
struct object *kmem_object_at(paddr_t pa, enum kind kind);

/* Any object that was made from SPACE's pool; NULL: there is none. */
struct object *kmem_object_any(struct space *space);

/*
 * Page F of a USER frame, cleared, becomes the first page of SPACE's pool, in use for the object of KIND that is in it already:
 * the first space is made from its own pool.
 */
void kmem_adopt(struct space *space, struct frame *f, enum kind kind);

/* Return all pages of a dying space's pool to their donors.  All its objects are gone.  STATUS_RESTART: preempted; call again. */
enum status kmem_destroy(struct space *space);

/* Invariants of SPACE's pool; panics (checks build, host tests).  Cost: its unused pages and the slabs that have room. */
void kmem_check(const struct space *space);
