/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page-table entries and a TLB that forgets nothing by itself: a translation once cached stays until core flushes it, so that
 * every flush that core owes shows as a stale entry.
 */
#include <stdlib.h>
#include "core/arch.h"
#include "fake/fake.h"
#include "fake/machine.h"

#define RIGHTS_MASK	7ul

struct cached {
	const struct space *space;
	u64 tag;		/* the space's cr3 when it was cached */
	vaddr_t vaddr;		/* of the page's first byte */
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

/* --- entries ---------------------------------------------------------------------------------------------------- */

u64
arch_pte(paddr_t pa, unsigned order, unsigned rights, enum cache cache)
{
	return pa | FAKE_PRESENT | (order ? FAKE_LARGE : 0) | (rights & RIGHTS_MASK) << FAKE_RIGHTS | (u64)cache << FAKE_CACHE;
}

u64
arch_pte_table(paddr_t table)
{
	return table | FAKE_PRESENT | FAKE_TABLE;
}

u64
arch_pte_protect(u64 pte, unsigned rights)
{
	return (pte & ~(RIGHTS_MASK << FAKE_RIGHTS)) | (rights & RIGHTS_MASK) << FAKE_RIGHTS;
}

paddr_t
arch_pte_address(u64 pte, unsigned level)
{
	return pte & FAKE_ADDRESS;
}

unsigned
arch_pte_rights(u64 pte)
{
	return pte >> FAKE_RIGHTS & RIGHTS_MASK;
}

bool
arch_pte_accessed(u64 pte)
{
	return pte & FAKE_ACCESSED;
}

bool
arch_pte_dirty(u64 pte)
{
	return pte & FAKE_DIRTY;
}

void
arch_space_init(struct space *space, paddr_t root)
{
	const u64 *table = arch_direct(root);

	for (unsigned i = 0; i < ARCH_TABLE_ENTRIES; i++)
		if (table[i])
			abort();	/* the contract: a cleared page */
	space->cr3 = ++next_tag;
	machine.spaces++;
}

/* Tags are reused on a real machine, after a flush: nothing of the old space may be left to count as stale. */
void
arch_space_fini(struct space *space)
{
	size_t kept = 0;

	for (size_t i = 0; i < tlb.count; i++)
		if (tlb.entry[i].tag != space->cr3)
			tlb.entry[kept++] = tlb.entry[i];
	tlb.count = kept;
	machine.spaces--;
}

/* --- walks ------------------------------------------------------------------------------------------------------ */

/* The leaf entry for VADDR, or NULL; *LEVEL is where it is. */
static u64 *
walk(const struct space *space, vaddr_t vaddr, unsigned *level)
{
	u64 *table = arch_direct(space->root);

	if (!space->root)
		return NULL;
	for (*level = ARCH_TABLE_LEVELS;; --*level) {
		u64 *pte = &table[arch_table_index(vaddr, *level)];

		if (!(*pte & FAKE_PRESENT))
			return NULL;
		if (arch_pte_is_leaf(*pte, *level))
			return pte;
		table = arch_direct(*pte & FAKE_ADDRESS);
	}
}

static struct cached *
tlb_find(const struct space *space, vaddr_t vaddr)
{
	for (size_t i = 0; i < tlb.count; i++) {
		struct cached *c = &tlb.entry[i];

		if (c->tag == space->cr3 && vaddr - c->vaddr < level_bytes(c->level))
			return c;
	}
	return NULL;
}

static void
tlb_add(const struct space *space, vaddr_t vaddr, u64 pte, unsigned level)
{
	if (tlb.count == tlb.room) {
		tlb.room = tlb.room ? 2 * tlb.room : 64;
		tlb.entry = realloc(tlb.entry, tlb.room * sizeof(*tlb.entry));
	}
	tlb.entry[tlb.count++] = (struct cached){
		.space = space, .tag = space->cr3, .vaddr = vaddr & -level_bytes(level), .pte = pte, .level = level,
	};
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

/* A processor that finds a right missing in a cached entry walks again before it faults. */
enum status
machine_touch(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa)
{
	struct cached *c = tlb_find(space, vaddr);
	unsigned level;

	if (c && translate(c->pte, c->level, vaddr, rights, pa) == OK)
		return OK;
	if (c)
		*c = tlb.entry[--tlb.count];
	u64 *pte = walk(space, vaddr, &level);
	if (!pte || translate(*pte, level, vaddr, rights, pa))
		return ERR_BAD_ADDRESS;
	*pte |= FAKE_ACCESSED | (rights & RIGHT_WRITE ? FAKE_DIRTY : 0);
	tlb_add(space, vaddr, *pte, level);
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
		if (!arch_pte_is_leaf(table[i], level))
			touch_table(space, table[i] & FAKE_ADDRESS, level - 1, vaddr);
		else if (!tlb_find(space, vaddr))
			tlb_add(space, vaddr, table[i], level);
	}
}

void
machine_touch_all(const struct space *space)
{
	if (space->root)
		touch_table(space, space->root, ARCH_TABLE_LEVELS, 0);
}

/* More rights or less accessed in the tables than in the cache is harmless; another page, fewer rights or nothing at all is not. */
static bool
is_stale(const struct cached *c)
{
	unsigned level;
	u64 *pte = walk(c->space, c->vaddr, &level);
	u64 same = FAKE_ADDRESS | 3ul << FAKE_CACHE;

	return !pte || level != c->level || (*pte ^ c->pte) & same || arch_pte_rights(c->pte) & ~arch_pte_rights(*pte);
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
	return tlb.count;
}

/* --- flushes ---------------------------------------------------------------------------------------------------- */

void
arch_tlb_flush_page(const struct space *space, vaddr_t vaddr)
{
	struct cached *c = tlb_find(space, vaddr);

	machine.flushes_page++;
	if (c)
		*c = tlb.entry[--tlb.count];
}

void
arch_tlb_flush_space(const struct space *space)
{
	size_t kept = 0;

	machine.flushes_space++;
	for (size_t i = 0; i < tlb.count; i++)
		if (tlb.entry[i].tag != space->cr3)
			tlb.entry[kept++] = tlb.entry[i];
	tlb.count = kept;
}

void
tlb_reset(void)
{
	free(tlb.entry);
	tlb.entry = NULL;
	tlb.count = tlb.room = 0;
	next_tag = 0;
}
