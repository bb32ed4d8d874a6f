/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of verified bindings: the second level of the software TLB, behind the hardware tables.
 *
 *   environment.table.page --> directory, one page --> pages of 128 entries, all from the space's pool
 *
 * An entry has what bind verified: which frame, with which rights, and the frame's epoch then.  A page fault at an address whose entry is
 * still good, which is a comparison of two words, is answered by making the hardware entry again (refill.c); a frame that was freed, revoked
 * or taken has another epoch, so nothing has to be removed from any table when that happens.  The table is direct mapped: page number
 * modulo entries.  It holds evictable bindings alone.
 *
 * While a binding is in the hardware tables, these know its rights and its bits best; eviction writes them back here.
 */
#pragma once

#include "core/arch.h"
#include "core/frame.h"
#include "personalities/exo/exo.h"

struct binding {
	u64 key;			/* address | BINDING_*; BINDING_NONE in an empty entry */
	u64 pte;
	struct frame *frame;
	u64 epoch;
};
_Static_assert(sizeof(struct binding) == 32, "shifts in cache_entry");

#define BINDING_NONE		(1ul << 62)	/* in no page that can be accessed */
#define BINDINGS_PER_PAGE	(PAGE_SIZE / sizeof(struct binding))
#define BINDINGS_MAX		65536

/* Where the binding of ADDRESS is, if it is in the table, of which there must be one. */
static ALWAYS_INLINE struct binding *
cache_entry(const struct binding_table *t, vaddr_t address)
{
	u64 offset = address >> (PAGE_SHIFT - 5) & t->mask;	/* mask: of the entry's offset in bytes */

	return (struct binding *)((u8 *)t->page[offset >> PAGE_SHIFT] + (offset & PAGE_MASK));
}

static ALWAYS_INLINE bool
binding_is(const struct binding *b, vaddr_t address)
{
	return (b->key ^ address) < PAGE_SIZE;
}

/* It is as good as when it was made: an epoch of a frame is never that of another, nor of what is no user frame. */
static ALWAYS_INLINE bool
binding_valid(const struct binding *b)
{
	return b->frame->epoch == b->epoch;
}

void cache_init(struct thread *t);

/* The entry of ADDRESS as it still holds; NULL: there is none. */
struct binding *cache_find(struct thread *t, vaddr_t address);

static ALWAYS_INLINE void
cache_enter(const struct binding_table *t, vaddr_t address, u64 pte, u64 flags, struct frame *f)
{
	if (t->page)
		*cache_entry(t, address) = (struct binding){ .key = address | flags, .pte = pte, .frame = f, .epoch = f->epoch };
}

/* What the hardware tables are about to forget: M is evictable. */
void cache_write_back(struct thread *t, const struct map *m);

/*
 * Bindings of the range: removed; or with RIGHTS from now on (ERR_NO_RIGHT: one was bound with less), which only those that the hardware tables
 * have not need to be told.  STATUS_RESTART: preempted; call again.  It comes before the hardware tables' turn: when they are preempted in
 * theirs, DONE pages are done and the call will be about the rest.
 */
enum cache_change { CACHE_REMOVE, CACHE_PROTECT };
enum status cache_range(struct thread *t, vaddr_t address, u64 pages, enum cache_change what, unsigned rights);
void cache_range_moved(struct thread *t, u64 done);
void cache_range_end(struct thread *t);

/* The environment goes away.  STATUS_RESTART: call again. */
enum status cache_free(struct thread *t);

/*
 * The binding of ADDRESS, if the table has it, into the hardware tables.  ERR_NOT_FOUND: it has none, or the page is in the hardware tables already;
 * ERR_NO_KMEM; STATUS_RESTART: preempted.
 */
enum status refill(struct thread *t, vaddr_t address);

/* Map F at ADDRESS of SPACE, evicting as long as that makes room: one leaf table without wired entries after the other is emptied. */
enum status map_evicting(struct space *space, vaddr_t address, struct frame *f, unsigned rights, struct map **out);
