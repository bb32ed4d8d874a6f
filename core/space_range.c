/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges: what is mapped in them is found table by table and dealt with in runs of a few entries, between which the work may be
 * preempted.  What was cached of the pages that are done is forgotten once, on the way out.
 */
#include "core/cpu.h"
#include "core/kmem.h"
#include "core/table.h"
#include "trace.h"

#define RUN_ENTRIES	8		/* a run is a step for preempt_point, of at most about 400 instructions */

/*
 * A walk over [begin, end) and its run: `count` entries of the leaf table `leaf` from `at` on; or without a leaf table, up to `skip`,
 * one larger page (count 1) or nothing at all (count 0).
 */
struct range {
	struct space *space;
	vaddr_t begin, at, end;		/* at: the first address that is not done */
	u64 *leaf;			/* kept for the next run */
	struct frame *table;		/* what `entry` is in */
	u64 *entry;			/* first of the run */
	u64 count;
	vaddr_t skip;
	bool changed;			/* something that is cached may have become wrong */
};

/* --- runs --------------------------------------------------------------------------------------------------------- */

static inline enum status
range_check(vaddr_t vaddr, u64 pages)
{
	if (vaddr & PAGE_MASK || vaddr < USER_START || vaddr > USER_END || pages > (USER_END - vaddr) >> PAGE_SHIFT)
		return ERR_BAD_ADDRESS;
	return OK;
}

static enum status
range_begin(struct range *r, struct space *space, vaddr_t vaddr, u64 pages, u64 done)
{
	vaddr_t begin = vaddr + done * PAGE_SIZE;

	if (range_check(vaddr, pages))
		return ERR_BAD_ADDRESS;
	if (!space->root)
		return ERR_WRONG_STATE;
	if (done > pages)
		return ERR_BAD_VALUE;
	*r = (struct range){ .space = space, .begin = begin, .at = begin, .end = vaddr + pages * PAGE_SIZE };
	return OK;
}

/* From the top: the leaf table for r->at, or what else is there. */
static void
locate(struct range *r)
{
	u64 *entry = table_root_entry(r->space, r->at);
	unsigned level = ARCH_TABLE_LEVELS;

	while (level > 1 && *entry && !arch_pte_is_leaf(*entry, level))
		entry = table_entry(*entry, r->at, --level);
	r->table = table_of(entry);
	r->entry = entry;
	if (level == 1 && r->table->entries) {
		r->leaf = entry - arch_table_index(r->at, 1);
		return;
	}
	r->leaf = NULL;
	r->count = level > 1 && *entry;
	r->skip = (r->at | (table_entry_bytes(level > 1 ? level : 2) - 1)) + 1;
}

/* The next run; false at the end of the range.  Runs end where RUN_ENTRIES divides the page number, so none crosses into another table. */
static inline bool
range_next(struct range *r)
{
	u64 index = arch_table_index(r->at, 1);
	u64 left = (r->end - r->at) >> PAGE_SHIFT;

	if (!left)
		return false;
	if (!r->leaf || !index)
		locate(r);
	if (r->leaf) {
		r->entry = r->leaf + index;
		r->count = RUN_ENTRIES - index % RUN_ENTRIES;
		if (r->count > left)
			r->count = left;
	}
	return true;
}

/* The run without a leaf table is done. */
static inline void
range_skip(struct range *r)
{
	r->at = r->skip < r->end ? r->skip : r->end;
}

/* The larger page of the run without a leaf table, NULL when it is a hole; ERR_BAD_ADDRESS when it is not wholly in the range. */
static enum status
large_inside(const struct range *r, struct map **out)
{
	*out = r->count ? *table_record(r->table, r->entry) : NULL;
	return *out && (r->at != (*out)->vaddr || r->skip > r->end) ? ERR_BAD_ADDRESS : OK;
}

/* The run's first mapping, of any size, NULL when there is none. */
static inline struct map *
range_first(const struct range *r)
{
	return r->count ? *table_record(r->table, r->entry) : NULL;
}

/* It was none. */
static inline void
range_pass(struct range *r)
{
	if (r->leaf)
		r->at += PAGE_SIZE;
	else
		range_skip(r);
}

static enum status
range_end(const struct range *r, vaddr_t vaddr, u64 *done, enum status status)
{
	if (r->changed)
		arch_tlb_flush_range(r->space, r->begin, (r->at - r->begin) >> PAGE_SHIFT);
	*done = (r->at - vaddr) >> PAGE_SHIFT;
	return status;
}

/* --- unmap --------------------------------------------------------------------------------------------------------- */

static enum status
unmap_run(struct range *r)
{
	struct map **record = table_record(r->table, r->entry);
	unsigned removed = 0;

	for (u64 i = 0; i < r->count; i++) {
		struct map *m = record[i];

		if (!m)
			continue;
		trace(TRACE_UNMAP, m->vaddr, arch_pte_address(r->entry[i]));
		record[i] = NULL;
		r->entry[i] = 0;
		map_unlink(m);
		kmem_free(m);
		removed++;
	}
	r->at += r->count * PAGE_SIZE;
	if (removed) {
		r->changed = true;
		r->space->mapped[0] -= removed;
		table_entries_removed(r->space, r->table, removed);
	}
	return OK;
}

static enum status
unmap_large(struct range *r)
{
	struct map *m;

	if (large_inside(r, &m))
		return ERR_BAD_ADDRESS;
	if (m)
		space_unmap(m);
	range_skip(r);
	return OK;
}

enum status
space_unmap_range(struct space *space, vaddr_t vaddr, u64 pages, u64 *done)
{
	struct range r;
	enum status status = range_begin(&r, space, vaddr, pages, *done);

	if (status)
		return status;
	while (status == OK && range_next(&r)) {
		status = r.leaf ? unmap_run(&r) : unmap_large(&r);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}

/* --- protect ------------------------------------------------------------------------------------------------------- */

static enum status
protect_run(struct range *r, unsigned rights)
{
	struct map **record = table_record(r->table, r->entry);

	r->changed = true;
	for (u64 i = 0; i < r->count; i++) {
		u64 pte = r->entry[i];

		if (!pte)
			continue;
		if (rights & ~record[i]->rights) {
			r->at += i * PAGE_SIZE;
			return ERR_NO_RIGHT;
		}
		r->entry[i] = arch_pte_protect(pte, rights);
	}
	r->at += r->count * PAGE_SIZE;
	return OK;
}

static enum status
protect_large(struct range *r, unsigned rights)
{
	struct map *m;

	if (large_inside(r, &m))
		return ERR_BAD_ADDRESS;
	enum status status = m ? space_protect(m, rights) : OK;
	if (status == OK)
		range_skip(r);
	return status;
}

enum status
space_protect_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, u64 *done)
{
	struct range r;
	enum status status = range_begin(&r, space, vaddr, pages, *done);

	if (status)
		return status;
	if (rights && !map_rights_valid(rights))
		return ERR_BAD_VALUE;
	while (status == OK && range_next(&r)) {
		status = r.leaf ? protect_run(&r, rights) : protect_large(&r, rights);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}

/* --- derive -------------------------------------------------------------------------------------------------------- */

/* The largest order of which a page at SOURCE, inside of M, can be mapped at VADDR and ends not beyond END. */
static enum order
piece_order(const struct map *m, vaddr_t source, vaddr_t vaddr, vaddr_t end)
{
	for (unsigned order = m->order; order > ORDER_4K; order -= ORDER_2M)
		if (((source | vaddr) & (order_bytes(order) - 1)) == 0 && source + order_bytes(order) <= end)
			return order;
	return ORDER_4K;
}

/* Map what M has at r->at, and as much of what follows as fits, at VADDR of SPACE. */
static enum status
derive_piece(struct range *r, struct map *m, struct space *space, vaddr_t vaddr, unsigned rights)
{
	struct map *piece;
	enum order order = piece_order(m, r->at, vaddr, r->end);
	enum status status = space_map_part(space, vaddr, map_address(m) + (r->at - m->vaddr), order, rights & m->rights, m, &piece);

	if (status == OK)
		r->at += order_bytes(order);
	return status;
}

enum status
space_map_range(struct space *space, vaddr_t vaddr, struct space *from, vaddr_t source, u64 pages, unsigned rights, u64 *done)
{
	struct range r;
	enum status status = range_begin(&r, from, source, pages, *done);

	if (status)
		return status;
	if (range_check(vaddr, pages))
		return ERR_BAD_ADDRESS;
	if (!map_rights_valid(rights))
		return ERR_BAD_VALUE;
	while (status == OK && range_next(&r)) {
		struct map *m = range_first(&r);

		if (m)
			status = derive_piece(&r, m, space, vaddr + (r.at - source), rights);
		else
			range_pass(&r);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	return range_end(&r, source, done, status);
}

/* --- revoke -------------------------------------------------------------------------------------------------------- */

/* Of M, from r->at on, what is in the range. */
static enum status
revoke_piece(struct range *r, struct map *m, unsigned rights, bool self)
{
	vaddr_t end = m->vaddr + order_bytes(m->order);
	bool whole = r->at == m->vaddr && end <= r->end;
	u64 bytes = (end < r->end ? end : r->end) - r->at;
	enum status status = whole ? map_revoke(m, rights, self) :
				     map_revoke_part(m, map_address(m) + (r->at - m->vaddr), bytes, rights);

	if (status == OK)
		r->at += bytes;
	return status;
}

enum status
space_revoke_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, bool self, u64 *done)
{
	struct range r;
	enum status status = range_begin(&r, space, vaddr, pages, *done);

	if (status)
		return status;
	while (status == OK && range_next(&r)) {
		struct map *m = range_first(&r);

		if (m)
			status = revoke_piece(&r, m, rights, self);
		else
			range_pass(&r);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}
