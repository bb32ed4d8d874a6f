/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Single mappings: made, derived, protected, moved, removed.
 *
 * Making one has two halves.  prepare() finds or makes all that is needed, the entry and the record, and can fail, with nothing
 * changed but memory that went to tables and came back; what follows it cannot fail.
 */
#include "core/cpu.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/table.h"
#include "trace.h"

/* --- checks ------------------------------------------------------------------------------------------------------- */

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

static enum status __attribute__((noinline))
frame_make_mappable(struct frame *f, unsigned rights)
{
	if (f->state == FRAME_BOOT)
		return rights == RIGHT_READ ? OK : ERR_NO_RIGHT;
	return f->state == FRAME_USER ? frame_clear(f) : ERR_WRONG_STATE;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static enum status
prepare_once(struct space *space, vaddr_t vaddr, unsigned order, struct map **out)
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
 * Empty tables hold the memory that is missing, or are in the way of a large page: without them it is tried once more.  Each call that
 * is preempted in space_trim leaves fewer of them.
 */
static enum status __attribute__((noinline))
prepare_slow(struct space *space, vaddr_t vaddr, unsigned order, struct map **out)
{
	enum status status = prepare_once(space, vaddr, order, out);

	if (!status || !space->empty || (status == ERR_EXISTS && order == ORDER_4K))
		return status;
	if (space_trim(space) == STATUS_RESTART)
		return STATUS_RESTART;
	return prepare_once(space, vaddr, order, out);
}

/* A record that knows its entry, which is 0; nothing else is set. */
static ALWAYS_INLINE enum status
prepare(struct space *space, vaddr_t vaddr, unsigned order, struct map **out)
{
	u64 *entry = order == ORDER_4K ? table_leaf_entry(space, vaddr) : NULL;

	if (!entry)
		return prepare_slow(space, vaddr, order, out);
	if (*entry)
		return ERR_EXISTS;
	struct map *m = kmem_alloc_raw(space, sizeof(*m));
	if (!m)
		return prepare_slow(space, vaddr, order, out);
	m->pte = entry;
	*out = m;
	return OK;
}

/* M, from prepare, becomes the mapping that PTE says. */
static ALWAYS_INLINE void
commit(struct map *m, struct space *space, vaddr_t vaddr, u64 pte, unsigned order, unsigned rights, unsigned cache)
{
	struct frame *table = table_of(m->pte);

	m->space = space;
	m->vaddr = vaddr;
	m->rights = rights;
	m->order = order;
	m->cache = cache;
	m->flags = 0;
	*m->pte = pte;
	*table_record(table, m->pte) = m;
	table->entries++;
	space->mapped[order / 9]++;
	trace(TRACE_MAP, vaddr, arch_pte_address(pte));
}

static ALWAYS_INLINE enum status
map_original(struct space *space, vaddr_t vaddr, u64 pte, unsigned order, unsigned rights, unsigned cache,
	     struct map_link **anchor, struct map **out)
{
	enum status status = place_check(space, vaddr, order);

	if (status)
		return status;
	status = prepare(space, vaddr, order, out);
	if (status)
		return status;
	commit(*out, space, vaddr, pte, order, rights, cache);
	map_link_pair(*out, anchor);
	return OK;
}

static ALWAYS_INLINE enum status
map_frame(struct space *space, vaddr_t vaddr, struct frame *f, unsigned order, unsigned rights, enum cache cache,
	  struct map **out)
{
	u64 pte = arch_pte(frame_address(f), order, rights, cache);

	return map_original(space, vaddr, pte, order, rights, cache, &f->maps, out);
}

/* The usual size is compiled apart from the others. */
enum status
space_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights, enum cache cache, struct map *parent,
	  struct map **out)
{
	if (parent)
		return space_map_part(space, vaddr, frame_address(f), f->order, rights, parent, out);
	if (!map_rights_valid(rights) || cache > CACHE_UNCACHED)
		return ERR_BAD_VALUE;
	if (f->state != FRAME_USER || f->dirty) {
		enum status status = frame_make_mappable(f, rights);
		if (status)
			return status;
	}
	if (f->order == ORDER_4K)
		return map_frame(space, vaddr, f, ORDER_4K, rights, cache, out);
	return arch_page_order(f->order) ? map_frame(space, vaddr, f, f->order, rights, cache, out) : ERR_BAD_VALUE;
}

enum status
space_map_device(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned rights, enum cache cache,
		 struct map_link **anchor, struct map **out)
{
	if (!map_rights_valid(rights) || cache > CACHE_UNCACHED)
		return ERR_BAD_VALUE;
	u64 pte = arch_pte(pa, ORDER_4K, rights, cache) | ARCH_PTE_DEVICE;
	return map_original(space, vaddr, pte, ORDER_4K, rights, cache, anchor, out);
}

/* Whether ORDER pages at PA are PARENT's or a part of them. */
static inline bool
is_part(const struct map *parent, paddr_t pa, unsigned order)
{
	return order <= parent->order && (pa & (order_bytes(order) - 1)) == 0 &&
	       pa - map_address(parent) < order_bytes(parent->order);
}

static ALWAYS_INLINE enum status
map_part(struct space *space, vaddr_t vaddr, paddr_t pa, unsigned order, unsigned rights, struct map *parent,
	 struct map **out)
{
	u64 pte = arch_pte(pa, order, rights, parent->cache) | (*parent->pte & ARCH_PTE_DEVICE);

	return map_original(space, vaddr, pte, order, rights, parent->cache, parent->close.pprev, out);
}

enum status
space_map_part(struct space *space, vaddr_t vaddr, paddr_t pa, enum order order, unsigned rights, struct map *parent,
	       struct map **out)
{
	if (!map_rights_valid(rights) || !is_part(parent, pa, order))
		return ERR_BAD_VALUE;
	if (rights & ~parent->rights)
		return ERR_NO_RIGHT;
	if (order == ORDER_4K)
		return map_part(space, vaddr, pa, ORDER_4K, rights, parent, out);
	return arch_page_order(order) ? map_part(space, vaddr, pa, order, rights, parent, out) : ERR_BAD_VALUE;
}

/* --- changing ------------------------------------------------------------------------------------------------------ */

/* What the tables know of M is gone, and what is cached of it. */
static inline void
forget(struct map *m)
{
	struct space *space = m->space;
	struct frame *table = table_of(m->pte);
	u64 pte = *m->pte;

	*m->pte = 0;
	*table_record(table, m->pte) = NULL;
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
	kmem_free(m);
}

enum status
space_protect(struct map *m, unsigned rights)
{
	u64 pte = *m->pte;

	if (rights && !map_rights_valid(rights))
		return ERR_BAD_VALUE;
	if (rights & ~m->rights)
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

	enum status status = place_check(to, vaddr, m->order);

	if (status)
		return status;
	status = prepare(to, vaddr, m->order, &new);
	if (status)
		return status;
	commit(new, to, vaddr, *m->pte, m->order, m->rights, m->cache);
	map_replace(new, m);
	forget(m);
	kmem_free(m);
	*out = new;
	return OK;
}

struct map *
space_find(const struct space *space, vaddr_t vaddr)
{
	unsigned level;

	if (vaddr >= USER_END || !space->root)
		return NULL;
	u64 *entry = table_leaf_entry(space, vaddr);
	if (!entry)
		entry = table_find(space, vaddr, &level);
	return entry && *entry ? *table_record(table_of(entry), entry) : NULL;
}
