/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges: what is mapped in them is found table by table and dealt with in runs of a few entries, between which the work may be
 * preempted.  What was cached of the pages that are done is forgotten once, on the way out.
 */
#include "core/cpu.h"
#include "core/kmem_record.h"
#include "core/table.h"
#include "trace.h"

/* A run is a step for preempt_point, of at most about 400 instructions; one that takes entries out is as long as UNMAP_STEPS. */
#define UNMAP_STEPS	2
#define RUN_LONG	32		/* entries, when each is changed in place */
#define RUN_SHORT	8		/* when each is taken out of the tables */
#define RUN_DERIVE	2		/* when there is another mapping to be made for each */
#define RUN_EMPTY	256		/* that are 0: looked at by the word, */
#define EMPTY_AT_ONCE	16		/* and first so many together */

/*
 * A walk over [begin, end) and its run: `count` entries of the leaf table `leaf` from `at` on; or without a leaf table, up to
 * `skip`, one larger page (count 1) or nothing at all (count 0).
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

static ALWAYS_INLINE bool
are_empty(const u64 *entry)
{
	u64 all = 0;

#pragma GCC unroll 16
	for (unsigned i = 0; i < EMPTY_AT_ONCE; i++)
		all |= entry[i];
	return !all;
}

/* How many entries from ENTRY on, but no more than the rest of its table and RUN_EMPTY, are 0. */
static u64
count_empty(const u64 *entry)
{
	u64 left = ARCH_TABLE_ENTRIES - ((u64)entry & PAGE_MASK) / sizeof(*entry);
	const u64 *at = entry, *end = entry + (left < RUN_EMPTY ? left : RUN_EMPTY);

	while (at + EMPTY_AT_ONCE <= end && are_empty(at))
		at += EMPTY_AT_ONCE;
	while (at < end && !*at)
		at++;
	return (u64)(at - entry);
}

/* Where, after r->at, the COUNT-th entry of LEVEL ends. */
static vaddr_t
end_of_entries(const struct range *r, unsigned level, u64 count)
{
	u64 bytes = table_entry_bytes(level);

	return (r->at & -bytes) + count * bytes;
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
	r->skip = level == 1 ? end_of_entries(r, 2, 1) : end_of_entries(r, level, r->count ? 1 : count_empty(entry));
}

/* The next run, of at most RUN entries; false at the end of the range.  Runs end where RUN divides the page number, so none crosses into
 * another table. */
static ALWAYS_INLINE bool
range_next(struct range *r, unsigned run)
{
	u64 index = arch_table_index(r->at, 1);
	u64 left = (r->end - r->at) >> PAGE_SHIFT;

	if (!left)
		return false;
	if (!r->leaf || !index)
		locate(r);
	if (r->leaf) {
		r->entry = r->leaf + index;
		r->count = run - index % run;
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

/* The run's mappings, or those before the first one from which something derives, if PARENTS is false. */
static ALWAYS_INLINE void
unmap_run(struct range *r, bool parents)
{
	struct map **record = table_record(r->table, r->entry);
	unsigned removed = 0;
	u64 i;

	for (i = 0; i < r->count; i++) {
		struct map *m = record[i];

		if (!m)
			continue;
		if (!parents && map_has_derived(m))
			break;
		trace(TRACE_UNMAP, m->vaddr, arch_pte_address(r->entry[i]));
		record[i] = NULL;
		r->entry[i] = 0;
		map_unlink(m);
		kmem_record_free(m);
		removed++;
	}
	r->at += i * PAGE_SIZE;
	if (removed) {
		r->changed = true;
		r->space->mapped[0] -= removed;
		table_entries_removed(r->space, r->table, removed);
	}
}

/* A run of nothing at all is longer; what is behind a table's last mapping is a hole. */
static void
unmap_nothing(struct range *r)
{
	if (!r->table->entries) {
		r->leaf = NULL;
		return;
	}
	u64 left = (r->end - r->at) >> PAGE_SHIFT, empty = count_empty(r->entry);
	r->at += (empty < left ? empty : left) * PAGE_SIZE;
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
	while (status == OK && range_next(&r, RUN_SHORT)) {
		if (!r.leaf)
			status = unmap_large(&r);
		else if (*r.entry)
			unmap_run(&r, true);
		else
			unmap_nothing(&r);
		if (status == OK && preempt_point_after(UNMAP_STEPS))
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}

/* --- protect ------------------------------------------------------------------------------------------------------- */

static enum status
protect_run(struct range *r, unsigned rights)
{
	r->changed = true;
#pragma GCC unroll 4
	for (u64 i = 0; i < r->count; i++) {
		u64 pte = r->entry[i];

		if (!pte)
			continue;
		if (arch_pte_withholds(pte, rights)) {
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
	while (status == OK && range_next(&r, RUN_LONG)) {
		status = r.leaf ? protect_run(&r, rights) : protect_large(&r, rights);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}

/* --- derive -------------------------------------------------------------------------------------------------------- */

/* Where what is mapped at an address of the range goes. */
struct target {
	struct space *space;
	u64 offset;			/* added to the address */
	unsigned rights;
};

static inline enum status
derive_piece(const struct range *r, const struct target *to, struct map *m, enum order order)
{
	u64 pte = *m->pte;
	struct map *piece;

	return space_map_part(to->space, r->at + to->offset, arch_pte_address(pte) + (r->at - m->vaddr), order,
			      to->rights & arch_pte_granted(pte), m, &piece);
}

static enum status
derive_run(struct range *r, const struct target *to)
{
	struct map **record = table_record(r->table, r->entry);

	for (u64 i = 0; i < r->count; i++) {
		enum status status = record[i] ? derive_piece(r, to, record[i], ORDER_4K) : OK;

		if (status)
			return status;
		r->at += PAGE_SIZE;
	}
	return OK;
}

/* The largest order of which a page at r->at, inside of M, can be mapped at its target and ends not beyond the range. */
static enum order
piece_order(const struct range *r, const struct target *to, const struct map *m)
{
	for (unsigned order = m->order; order > ORDER_4K; order -= ORDER_2M)
		if (((r->at | (r->at + to->offset)) & (order_bytes(order) - 1)) == 0 && r->end - r->at >= order_bytes(order))
			return order;
	return ORDER_4K;
}

static enum status
derive_large(struct range *r, const struct target *to)
{
	struct map *m = range_first(r);

	if (!m) {
		range_skip(r);
		return OK;
	}
	enum order order = piece_order(r, to, m);
	enum status status = derive_piece(r, to, m, order);
	if (status == OK)
		r->at += order_bytes(order);
	return status;
}

enum status
space_map_range(struct space *space, vaddr_t vaddr, struct space *from, vaddr_t source, u64 pages, unsigned rights, u64 *done)
{
	const struct target to = { .space = space, .offset = vaddr - source, .rights = rights };
	struct range r;
	enum status status = range_begin(&r, from, source, pages, *done);

	if (status)
		return status;
	if (range_check(vaddr, pages))
		return ERR_BAD_ADDRESS;
	if (!map_rights_valid(rights))
		return ERR_BAD_VALUE;
	while (status == OK && range_next(&r, RUN_DERIVE)) {
		status = r.leaf ? derive_run(&r, &to) : derive_large(&r, &to);
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
				     map_revoke_part(m, arch_pte_address(*m->pte) + (r->at - m->vaddr), bytes, rights);

	if (status == OK)
		r->at += bytes;
	return status;
}

/* The run's first mapping, after those from which nothing derives, when all are to go. */
static enum status
revoke_run(struct range *r, unsigned rights, bool self)
{
	vaddr_t at = r->at;

	if (r->leaf && self && !(rights & RIGHT_READ)) {
		unmap_run(r, false);
		if (r->at != at)
			return OK;
	}
	struct map *m = range_first(r);
	if (m)
		return revoke_piece(r, m, rights, self);
	range_pass(r);
	return OK;
}

enum status
space_revoke_range(struct space *space, vaddr_t vaddr, u64 pages, unsigned rights, bool self, u64 *done)
{
	struct range r;
	enum status status = range_begin(&r, space, vaddr, pages, *done);

	if (status)
		return status;
	while (status == OK && range_next(&r, RUN_SHORT)) {
		status = revoke_run(&r, rights, self);
		if (status == OK && preempt_point_after(UNMAP_STEPS))
			status = STATUS_RESTART;
	}
	return range_end(&r, vaddr, done, status);
}
