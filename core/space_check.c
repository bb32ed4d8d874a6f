/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of a space's tables, records and counts: for the checks build and the tests on the host. */
#include "core/panic.h"
#include "core/table.h"
#include "core/thread.h"

struct tally {
	u64 mapped[3];
	u64 tables;
	u64 empty;		/* tables without entries, but for the root */
};

static void
check_leaf(const struct space *space, struct frame *table, const u64 *entry, vaddr_t vaddr)
{
	struct map *m = *table_record(table, entry);

	kassert(m && m->space == space && m->pte == entry && m->vaddr == vaddr);
	kassert(table_level(m->order) == table->level);
	if (*entry & ARCH_PTE_DEVICE)
		return;
	struct frame *head = frame_head(frame_of(map_address(m)));
	kassert(head->state == FRAME_USER ? !head->dirty : head->state == FRAME_BOOT);
	if (m->open.pprev == &head->maps)
		map_list_check(&head->maps);
}

/* All of TABLE and below; LIMIT entries are user level's. */
static void
check_table(const struct space *space, struct frame *table, unsigned limit, struct tally *tally)
{
	u64 *entries = arch_direct(frame_address(table));
	unsigned used = 0;

	kassert(table->state == FRAME_TABLE && table->pool == space);
	tally->tables += 1 + (table->records != NULL);
	for (unsigned i = 0; i < limit; i++) {
		u64 *entry = &entries[i];
		vaddr_t vaddr = table_base(table) + i * table_entry_bytes(table->level);
		bool leaf = *entry && arch_pte_is_leaf(*entry, table->level);

		kassert(leaf || !table->records || !*table_record(table, entry));
		used += *entry != 0;
		if (leaf) {
			check_leaf(space, table, entry, vaddr);
			tally->mapped[table_order(table->level) / 9]++;
		} else if (*entry) {
			struct frame *below = frame_of(arch_pte_address(*entry));

			kassert(below->level == table->level - 1 && table_base(below) == vaddr);
			check_table(space, below, ARCH_TABLE_ENTRIES, tally);
		}
	}
	kassert(used == table->entries);
	if (!used && table->level < ARCH_TABLE_LEVELS) {
		kassert(table->in_empty);
		tally->empty++;
	}
}

/* The list of tables without entries has each of them, and others that have some again. */
static void
check_empty(const struct space *space, u64 empty)
{
	for (const struct frame *table = space->empty; table; table = table->empty_next) {
		kassert(table->state == FRAME_TABLE && table->pool == space && table->in_empty);
		if (!table->entries)
			empty--;
	}
	kassert(empty == 0);
}

void
space_check_links(const struct space *space)
{
	kassert(space->object.kind == KIND_SPACE && space->nesting <= SPACE_NESTING);
	kassert(!space->marker.target || space->marker.target->space == space);
	kassert(!space->sibling_pprev || *space->sibling_pprev == space);
	kassert(!space->children || space->children->sibling_pprev == &space->children);
	kassert(!space->threads || space->threads->space == space);
	kassert(!space->frames || space->frames->owner == space);
	kassert(!space->root || frame_of(space->root)->state == FRAME_TABLE);
}

void
space_check(struct space *space)
{
	struct tally tally = { .tables = ARCH_ROOT_PAGES - 1 };

	space_check_links(space);
	if (!space->root) {
		kassert(!space->tables && !space->empty);
		return;
	}
	check_table(space, frame_of(space->root), arch_table_index(USER_END, ARCH_TABLE_LEVELS) + 1, &tally);
	kassert(tally.tables == space->tables);
	for (unsigned i = 0; i < ARRAY_SIZE(tally.mapped); i++)
		kassert(tally.mapped[i] == space->mapped[i]);
	check_empty(space, tally.empty);
}
