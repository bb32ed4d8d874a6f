/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TLB that forgets nothing by itself: a translation once cached stays until core flushes it, so that every flush that core owes
 * shows as a stale entry.  The same for the entries that lead to tables, which processors cache, too.
 */
#include <stdlib.h>
#include "core/arch.h"
#include "fake/fake.h"
#include "fake/machine.h"

/* A leaf entry or one that leads to a table, as it was when it was cached. */
struct cached {
	const struct space *space;
	u64 tag;		/* the space's cr3 */
	vaddr_t vaddr;		/* first that it translates */
	u64 pte;
	unsigned level;
};

static struct {
	struct cached *entry;
	size_t count, room;
} tlb;

static u64 next_tag;

static u64
level_bytes(unsigned level)
{
	return PAGE_SIZE << 9 * (level - 1);
}

/* Forget what has TAG and helps to translate an address in [FROM, END). */
static void
drop(u64 tag, vaddr_t from, vaddr_t end)
{
	size_t kept = 0;

	for (size_t i = 0; i < tlb.count; i++) {
		const struct cached *c = &tlb.entry[i];

		if (c->tag != tag || c->vaddr + level_bytes(c->level) <= from || c->vaddr >= end)
			tlb.entry[kept++] = *c;
	}
	tlb.count = kept;
}

/* --- spaces ------------------------------------------------------------------------------------------------------ */

bool
arch_page_order(unsigned order)
{
	return order == ORDER_4K || order == ORDER_2M || (order == ORDER_1G && !machine.no_1g_pages);
}

enum status
arch_space_init(struct space *space, paddr_t root)
{
	const u64 *table = arch_direct(root);

	for (unsigned i = 0; i < ARCH_TABLE_ENTRIES; i++)
		if (table[i])
			abort();	/* the contract: a cleared page */
	if (machine.no_roots)
		return ERR_NO_KMEM;
	space->cr3 = ++next_tag;
	machine.spaces++;
	return OK;
}

/* Tags are reused on a real machine, after a flush: nothing of the old space may be left to count as stale. */
void
arch_space_fini(struct space *space)
{
	drop(space->cr3, 0, ~0ul);
	machine.spaces--;
}

/* --- walks ------------------------------------------------------------------------------------------------------ */

/* The entry for VADDR at LEVEL or the leaf above it, or NULL; *FOUND is its level. */
static u64 *
walk(const struct space *space, vaddr_t vaddr, unsigned level, unsigned *found)
{
	u64 *table = arch_direct(space->root);

	if (!space->root)
		return NULL;
	for (*found = ARCH_TABLE_LEVELS;; --*found) {
		u64 *pte = &table[arch_table_index(vaddr, *found)];

		if (!(*pte & FAKE_PRESENT))
			return NULL;
		if (*found == level || arch_pte_is_leaf(*pte, *found))
			return pte;
		table = arch_direct(*pte & FAKE_ADDRESS);
	}
}

/* What is cached for VADDR of SPACE: a leaf, or what leads to the table below LEVEL. */
static struct cached *
find(const struct space *space, vaddr_t vaddr, bool leaf, unsigned level)
{
	for (size_t i = 0; i < tlb.count; i++) {
		struct cached *c = &tlb.entry[i];

		if (c->tag == space->cr3 && vaddr - c->vaddr < level_bytes(c->level) &&
		    (leaf ? arch_pte_is_leaf(c->pte, c->level) : c->level == level))
			return c;
	}
	return NULL;
}

static void
add(const struct space *space, vaddr_t vaddr, u64 pte, unsigned level)
{
	if (tlb.count == tlb.room) {
		tlb.room = tlb.room ? 2 * tlb.room : 64;
		tlb.entry = realloc(tlb.entry, tlb.room * sizeof(*tlb.entry));
	}
	tlb.entry[tlb.count++] = (struct cached){
		.space = space, .tag = space->cr3, .vaddr = vaddr & -level_bytes(level), .pte = pte, .level = level,
	};
}

/* Cache what leads to the entry of LEVEL for VADDR, and that entry. */
static void
add_path(const struct space *space, vaddr_t vaddr, unsigned level)
{
	unsigned found;

	for (unsigned l = ARCH_TABLE_LEVELS; l > level; l--)
		if (!find(space, vaddr, false, l))
			add(space, vaddr, *walk(space, vaddr, l, &found), l);
	add(space, vaddr, *walk(space, vaddr, level, &found), level);
}

static enum status
translate(u64 pte, unsigned level, vaddr_t vaddr, unsigned rights, paddr_t *pa)
{
	if ((arch_pte_rights(pte) & rights) != rights)
		return ERR_BAD_ADDRESS;
	if (pa)
		*pa = (pte & FAKE_ADDRESS) + (vaddr & (level_bytes(level) - 1));
	return OK;
}

/* A processor that finds a right missing in a cached entry may fault at once: see is_stale. */
enum status
machine_touch(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa)
{
	const struct cached *c = find(space, vaddr, true, 0);
	unsigned level;

	if (c)
		return translate(c->pte, c->level, vaddr, rights, pa);
	u64 *pte = walk(space, vaddr, 1, &level);
	if (!pte || translate(*pte, level, vaddr, rights, pa))
		return ERR_BAD_ADDRESS;
	*pte = arch_pte_touch(*pte, rights);
	add_path(space, vaddr, level);
	return OK;
}

static void
touch_table(const struct space *space, paddr_t pa, unsigned level, vaddr_t base)
{
	const u64 *table = arch_direct(pa);

	for (u64 i = 0; i < ARCH_TABLE_ENTRIES; i++) {
		vaddr_t vaddr = base + i * level_bytes(level);

		if (!(table[i] & FAKE_PRESENT))
			continue;
		if (!find(space, vaddr, arch_pte_is_leaf(table[i], level), level))
			add(space, vaddr, table[i], level);
		if (!arch_pte_is_leaf(table[i], level))
			touch_table(space, table[i] & FAKE_ADDRESS, level - 1, vaddr);
	}
}

void
machine_touch_all(const struct space *space)
{
	if (space->root)
		touch_table(space, space->root, ARCH_TABLE_LEVELS, 0);
}

/* Whether a page has been accessed or written, and what the processor takes no notice of, is all that may differ. */
static bool
is_stale(const struct cached *c)
{
	unsigned level;
	u64 *pte = walk(c->space, c->vaddr, c->level, &level);

	return !pte || level != c->level || (*pte ^ c->pte) & ~(FAKE_ACCESSED | FAKE_DIRTY | FAKE_GRANTED_MASK);
}

u64
machine_stale(void)
{
	u64 stale = 0;

	for (size_t i = 0; i < tlb.count; i++)
		stale += is_stale(&tlb.entry[i]);
	return stale;
}

u64
machine_cached(void)
{
	u64 leaves = 0;

	for (size_t i = 0; i < tlb.count; i++)
		leaves += arch_pte_is_leaf(tlb.entry[i].pte, tlb.entry[i].level);
	return leaves;
}

/* --- flushes ---------------------------------------------------------------------------------------------------- */

void
arch_tlb_flush_page(const struct space *space, vaddr_t vaddr)
{
	machine.flushes_page++;
	drop(space->cr3, vaddr, vaddr + 1);
}

void
arch_tlb_flush_range(const struct space *space, vaddr_t vaddr, u64 pages)
{
	machine.flushes_range++;
	drop(space->cr3, vaddr, vaddr + pages * PAGE_SIZE);
}

void
arch_tlb_flush_space(const struct space *space)
{
	machine.flushes_space++;
	drop(space->cr3, 0, ~0ul);
}

void
tlb_reset(void)
{
	free(tlb.entry);
	tlb.entry = NULL;
	tlb.count = tlb.room = 0;
	next_tag = 0;
}
