/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single mappings: made, derived, protected, moved, removed.
 *
 * Making one has two halves.  The first finds or makes all that is needed, the entry and the record, and can fail, with nothing
 * changed but memory that went to tables and came back; map_commit cannot fail.  The usual case, a small page where there are
 * tables and a record at hand, is tried first and makes no call; whatever is unusual, errors too, is found out again and dealt
 * with by the general way.
 */
#include "core/cpu.h"
#include "core/enter.h"
#include "core/frame.h"

/* --- places ------------------------------------------------------------------------------------------------------- */

static inline enum status
place_check(const struct space *space, vaddr_t vaddr, unsigned order)
{
	u64 bytes = order_bytes(order);

	if (vaddr & (bytes - 1) || vaddr - USER_START > USER_END - USER_START - bytes)
		return ERR_BAD_ADDRESS;
	if (!space->root || space->object.dying)
		return ERR_WRONG_STATE;
	return OK;
}

static ALWAYS_INLINE bool
place_ready(struct space *space, vaddr_t vaddr, struct map **out)
{
	return place_check(space, vaddr, ORDER_4K) == OK && map_ready(space, vaddr, out);
}

static enum status
place_make_once(struct space *space, vaddr_t vaddr, unsigned order, struct map **out)
{
	struct map *m = kmem_alloc_raw(space, sizeof(*m));

	if (!m)
		return ERR_NO_KMEM;
	enum status status = table_make(space, vaddr, table_level(order), &m->pte);
	if (status)
		kmem_free(m);
	*out = m;
	return status;
}

/*
 * The same for any size, with tables made as needed.  Empty tables hold the memory that is missing, or are in the way of a
 * large page: without them it is tried once more.  Each call that is preempted in space_trim leaves fewer of them.
 */
static enum status
place_make(struct space *space, vaddr_t vaddr, unsigned order, struct map **out)
{
	enum status status = place_check(space, vaddr, order);

	if (status)
		return status;
	status = place_make_once(space, vaddr, order, out);
	if (!status || !space->empty || (status == ERR_EXISTS && order == ORDER_4K))
		return status;
	if (space_trim(space) == STATUS_RESTART)
		return STATUS_RESTART;
	return place_make_once(space, vaddr, order, out);
}

/* --- originals ---------------------------------------------------------------------------------------------------- */

static enum status
frame_make_mappable(struct frame *f, unsigned rights)
{
	if (f->state == FRAME_BOOT)
		return rights == RIGHT_READ ? OK : ERR_NO_RIGHT;
	return f->state == FRAME_USER ? frame_clear(f) : ERR_WRONG_STATE;
}

static enum status NEVER_INLINE
map_generally(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights, enum cache cache, struct map **out)
{
	if (!map_rights_valid(rights) || cache > CACHE_UNCACHED || !arch_page_order(f->order))
		return ERR_BAD_VALUE;
	enum status status = frame_make_mappable(f, rights);
	if (status)
		return status;
	status = place_make(space, vaddr, f->order, out);
	if (status)
		return status;
	map_commit(*out, space, vaddr, arch_pte(frame_address(f), f->order, rights, cache), f->order);
	map_link_pair(*out, &f->maps);
	return OK;
}

enum status
space_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights, enum cache cache, struct map **out)
{
	struct map *m;

	if (!map_rights_valid(rights) || cache > CACHE_UNCACHED || !frame_is_plain(f) || !place_ready(space, vaddr, &m))
		return map_generally(space, vaddr, f, rights, cache, out);
	map_commit(m, space, vaddr, arch_pte(frame_address(f), ORDER_4K, rights, cache), ORDER_4K);
	map_link_pair(m, &f->maps);
	*out = m;
	return OK;
}

enum status
space_map_device(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned rights, enum cache cache,
		 struct map_link **anchor, struct map **out)
{
	if (!map_rights_valid(rights) || cache > CACHE_UNCACHED)
		return ERR_BAD_VALUE;
	enum status status = place_make(space, vaddr, ORDER_4K, out);
	if (status)
		return status;
	map_commit(*out, space, vaddr, arch_pte(pa, ORDER_4K, rights, cache) | ARCH_PTE_DEVICE, ORDER_4K);
	map_link_pair(*out, anchor);
	return OK;
}

/* --- derived mappings ----------------------------------------------------------------------------------------------- */

/* Whether ORDER pages at PA are PARENT's or a part of them. */
static inline bool
is_part(const struct map *parent, paddr_t pa, unsigned order)
{
	return order <= parent->order && (pa & (order_bytes(order) - 1)) == 0 &&
	       pa - arch_pte_address(*parent->pte) < order_bytes(parent->order);
}

static enum status NEVER_INLINE
derive_generally(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned order, unsigned rights, struct map *parent,
		 struct map **out)
{
	if (!map_rights_valid(rights) || !is_part(parent, pa, order) || !arch_page_order(order))
		return ERR_BAD_VALUE;
	if (arch_pte_withholds(*parent->pte, rights))
		return ERR_NO_RIGHT;
	enum status status = place_make(space, vaddr, order, out);
	if (status)
		return status;
	map_commit(*out, space, vaddr, arch_pte_part(*parent->pte, pa, order, rights), order);
	map_link_pair(*out, parent->close.pprev);
	return OK;
}

enum status
space_map_part(struct space *space, vaddr_t vaddr, paddr_t pa, enum order order, unsigned rights, struct map *parent,
	       struct map **out)
{
	struct map *m;

	if (order != ORDER_4K || !is_part(parent, pa, ORDER_4K) || !map_rights_valid(rights) ||
	    arch_pte_withholds(*parent->pte, rights) || !place_ready(space, vaddr, &m))
		return derive_generally(space, vaddr, pa, order, rights, parent, out);
	map_commit(m, space, vaddr, arch_pte_part(*parent->pte, pa, ORDER_4K, rights), ORDER_4K);
	map_link_pair(m, parent->close.pprev);
	*out = m;
	return OK;
}

/* --- changing ------------------------------------------------------------------------------------------------------ */

/* What the tables know of M is gone, and what is cached of it. */
static inline void
forget(struct map *m)
{
	struct space *space = m->space;
	u64 *entry = m->pte, pte = *entry;
	struct frame *table = table_of(entry);

	*entry = 0;
	*table_record(table, entry) = NULL;
	table_entries_removed(space, table, 1);
	trace(TRACE_UNMAP, m->vaddr, arch_pte_address(pte));
	space->mapped[table->level - 1]--;
	if (arch_pte_present(pte))
		arch_tlb_flush_page(space, m->vaddr);
}

void
space_unmap(struct map *m)
{
	forget(m);
	map_unlink(m);
	kmem_record_free(m);
}

enum status
space_protect(struct map *m, unsigned rights)
{
	u64 pte = *m->pte;

	if (rights && !map_rights_valid(rights))
		return ERR_BAD_VALUE;
	if (arch_pte_withholds(pte, rights))
		return ERR_NO_RIGHT;
	*m->pte = arch_pte_protect(pte, rights);
	if (arch_pte_present(pte))
		arch_tlb_flush_page(m->space, m->vaddr);
	return OK;
}

enum status
space_grant(struct map *m, struct space *to, vaddr_t vaddr, struct map **out)
{
	struct map *new;
	enum status status = place_make(to, vaddr, m->order, &new);

	if (status)
		return status;
	map_commit(new, to, vaddr, *m->pte, m->order);
	map_replace(new, m);
	forget(m);
	kmem_record_free(m);
	*out = new;
	return OK;
}

struct map *
space_find(const struct space *space, vaddr_t vaddr)
{
	unsigned level;
	u64 *entry;

	if (vaddr >= USER_END || !space->root)
		return NULL;
	if (!table_leaf_entry(space, vaddr, &entry))
		entry = table_find(space, vaddr, &level);
	return entry && *entry ? *table_record(table_of(entry), entry) : NULL;
}
