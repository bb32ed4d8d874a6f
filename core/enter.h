/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last step of every mapping, and the first of the usual one: for space_map.c, and for personalities' fast paths.
 */
#pragma once

#include "core/kmem_record.h"
#include "core/table.h"
#include "trace.h"

/* M, which knows its entry, an entry of TABLE, becomes the mapping that PTE says.  It has no place in a tree yet. */
static ALWAYS_INLINE void
map_commit_in(struct frame *table, struct map *m, struct space *space, vaddr_t vaddr, u64 pte, unsigned order, unsigned flags)
{
	u64 *entry = m->pte;

	m->space = space;
	m->vaddr = vaddr;
	m->order = order;
	m->flags = flags;
	*entry = pte;
	*table_record(table, entry) = m;
	table->entries++;
	space->mapped[order / 9]++;
	trace(TRACE_MAP, vaddr, arch_pte_address(pte));
}

static ALWAYS_INLINE void
map_commit(struct map *m, struct space *space, vaddr_t vaddr, u64 pte, unsigned order)
{
	map_commit_in(table_of(m->pte), m, space, vaddr, pte, order, 0);
}

/* A frame that can be mapped as it is, by a page of 4 KiB. */
static ALWAYS_INLINE bool
frame_is_plain(const struct frame *f)
{
	return f->state == FRAME_USER && f->order == ORDER_4K && !f->dirty;
}

/*
 * A record that knows the entry of VADDR, a page of 4 KiB: the entry is 0, and nothing else of the record is set.  False: not at once, for
 * there is no table or no record at hand, or something is mapped there.
 */
static ALWAYS_INLINE bool
map_ready(struct space *space, vaddr_t vaddr, struct map **out)
{
	void *record;
	u64 *entry;

	if (!table_leaf_entry(space, vaddr, &entry) || *entry)
		return false;
	if (!kmem_record_take(space, &record))
		return false;
	*out = record;
	(*out)->pte = entry;
	return true;
}
