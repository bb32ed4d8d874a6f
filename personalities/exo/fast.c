/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that are done in C without the full save of the registers: see fast.S, which calls these.
 *
 * Each does the usual case wholly, or has changed nothing and declines; the ordinary way (binding.c) does the rest, and gives the same
 * result where both can.  docs/exo/binding.md accounts for the instructions.
 *
 * Bindings that are made one after the other are mostly neighbours: the environment remembers the leaf page table that it used last.  What it
 * remembers proves itself, because a frame record says whether its page is a leaf table, whose, and for which addresses.
 */
#include "core/cpu.h"
#include "core/enter.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/named.h"
#include <exo/bindings.h>

#define LIKELY(condition)	__builtin_expect(condition, 1)

/* The argument registers of a call, in their order. */
struct fast_args {
	u64 address, payload, mac, rights;
};

bool bind_fast(const struct fast_args *a);

static ALWAYS_INLINE bool
is_leaf_for(const struct frame *f, const struct space *space, vaddr_t address)
{
	return LIKELY(f->state == FRAME_TABLE && f->level == 1) && LIKELY(f->region == (u32)(address >> (PAGE_SHIFT + 9))) &&
	       LIKELY(f->pool == space);
}

/* Another leaf table than the last; NULL: there is none for ADDRESS. */
static struct frame *NEVER_INLINE
leaf_find(struct environment *e, const struct space *space, vaddr_t address)
{
	u64 *entry;

	if (!table_leaf_entry(space, address, &entry))
		return NULL;
	return e->table.leaf = table_of(entry);
}

static ALWAYS_INLINE struct frame *
leaf_for(struct environment *e, const struct space *space, vaddr_t address)
{
	struct frame *leaf = e->table.leaf;

	return is_leaf_for(leaf, space, address) ? leaf : leaf_find(e, space, address);
}

/* A record for a binding of ADDRESS, where nothing is mapped; its entry is one of LEAF. */
static ALWAYS_INLINE bool
record_ready(const struct frame *leaf, struct space *space, vaddr_t address, struct map **out)
{
	u64 *entry = (u64 *)arch_direct(frame_address(leaf)) + arch_table_index(address, 1);
	void *record;

	if (!LIKELY(!*entry) || !LIKELY(kmem_record_take(space, &record)))
		return false;
	*out = record;
	(*out)->pte = entry;
	return true;
}

/* A binding of a page of user level's that is clear, where there is a table and a record for it. */
bool
bind_fast(const struct fast_args *a)
{
	struct thread *self = current_thread();
	struct environment *e = environment_of(self);
	struct space *space = self->space;
	unsigned rights = a->rights & MAP_RIGHTS;
	vaddr_t address = a->address;
	struct capability room, *c;
	struct map *m;

	if (!LIKELY(!(a->rights & ~(u64)(MAP_RIGHTS | BIND_WIRED)) && rights & RIGHT_READ && !(address & PAGE_MASK)) ||
	    !LIKELY(address - USER_START < USER_END - USER_START))
		return false;
	if (!LIKELY(frame_named(self, a->payload, a->mac, rights, &room, &c) == OK))
		return false;
	struct frame *f = c->object, *leaf = leaf_for(e, space, address);
	if (!LIKELY(leaf != NULL) || !LIKELY(frame_is_plain(f)) || !record_ready(leaf, space, address, &m))
		return false;
	u64 flags = (c->type & RIGHT_SHARE ? BINDING_SHARE : 0) | (a->rights & BIND_WIRED ? 0 : BINDING_EVICTABLE);
	u64 pte = arch_pte(frame_address(f), ORDER_4K, rights, CACHE_WRITE_BACK);
	map_commit_in(leaf, m, space, address, pte, ORDER_4K, flags);
	map_link_pair(m, &f->maps);
	if (flags & BINDING_EVICTABLE)
		cache_enter(&e->table, address, pte, flags, f);
	return true;
}
