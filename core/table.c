/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables: made on the way to a new mapping, kept while empty, given back for want of memory. */
#include "core/cpu.h"
#include "core/kmem.h"
#include "core/panic.h"
#include "core/table.h"

void
table_emptied(struct space *space, struct frame *table)
{
	if (table->in_empty || table->level == ARCH_TABLE_LEVELS)
		return;
	table->in_empty = true;
	table->empty_next = space->empty;
	space->empty = table;
}

static struct frame *
table_page(struct space *space, enum frame_state state)
{
	struct frame *f = kmem_page_alloc(space, state, KIND_NONE);

	if (f)
		space->tables++;
	return f;
}

/* A table of LEVEL for the addresses around VADDR. */
static struct frame *
table_new(struct space *space, vaddr_t vaddr, unsigned level)
{
	struct frame *table = table_page(space, FRAME_TABLE);

	if (!table)
		return NULL;
	table->records = NULL;
	table->region = (vaddr & -table_entry_bytes(level + 1)) / table_entry_bytes(2);
	table->entries = 0;
	table->in_empty = false;
	table->level = level;
	return table;
}

static enum status
companion_add(struct space *space, struct frame *table)
{
	struct frame *f = table_page(space, FRAME_COMPANION);

	if (!f)
		return ERR_NO_KMEM;
	table->records = arch_direct(frame_address(f));
	return OK;
}

/* A table of LEVEL for VADDR below ENTRY, which is 0. */
static enum status
table_add(struct space *space, u64 *entry, vaddr_t vaddr, unsigned level)
{
	struct frame *table = table_new(space, vaddr, level);

	if (!table)
		return ERR_NO_KMEM;
	table_emptied(space, table);
	arch_table_set(entry, arch_pte_table(frame_address(table)), level + 1);
	table_of(entry)->entries++;
	return OK;
}

enum status
table_root_make(struct space *space)
{
	struct frame *root = table_new(space, 0, ARCH_TABLE_LEVELS);

	if (!root)
		return ERR_NO_KMEM;
	if (arch_space_init(space, frame_address(root))) {
		kmem_page_free(root);
		space->tables--;
		return ERR_NO_KMEM;
	}
	space->root = frame_address(root);
	space->tables += ARCH_ROOT_PAGES - 1;
	return OK;
}

void
table_root_free(struct space *space)
{
	arch_space_fini(space);
	kmem_page_free(frame_of(space->root));
	space->tables -= ARCH_ROOT_PAGES;
	space->root = 0;
}

/* Take TABLE, which has no entries, out of the tables.  What its entries were is forgotten, but not that it was there. */
static void
table_remove(struct space *space, struct frame *table)
{
	vaddr_t base = table_base(table);
	u64 *entry = table_root_entry(space, base);

	for (unsigned l = ARCH_TABLE_LEVELS - 1; l > table->level; l--)
		entry = table_entry(*entry, base, l);
	arch_table_set(entry, 0, table->level + 1);
	table_entries_removed(space, table_of(entry), 1);
	arch_tlb_flush_page(space, base);
	if (table->records) {
		kmem_page_free(frame_of(arch_physical(table->records)));
		space->tables--;
	}
	kmem_page_free(table);
	space->tables--;
}

/* The first table of the list goes, unless it is in use again.  The table above may be the next then. */
static void
trim_one(struct space *space)
{
	struct frame *table = space->empty;

	space->empty = table->empty_next;
	table->in_empty = false;
	if (!table->entries)
		table_remove(space, table);
}

enum status
space_trim(struct space *space)
{
	while (space->empty) {
		trim_one(space);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

static enum status
descend(struct space *space, vaddr_t vaddr, unsigned level, u64 **out)
{
	u64 *entry = table_root_entry(space, vaddr);

	for (unsigned l = ARCH_TABLE_LEVELS; l > level; l--) {
		if (!*entry && table_add(space, entry, vaddr, l - 1))
			return ERR_NO_KMEM;
		if (arch_pte_is_leaf(*entry, l))
			return ERR_EXISTS;
		entry = table_entry(*entry, vaddr, l - 1);
	}
	if (*entry)
		return ERR_EXISTS;
	if (!table_of(entry)->records && companion_add(space, table_of(entry)))
		return ERR_NO_KMEM;
	*out = entry;
	return OK;
}

/* Tables that were made in vain, at most one of each level, are the first of the list. */
enum status
table_make(struct space *space, vaddr_t vaddr, unsigned level, u64 **entry)
{
	const struct frame *before = space->empty;
	enum status status = descend(space, vaddr, level, entry);

	if (status)
		while (space->empty != before)
			trim_one(space);
	return status;
}

u64 *
table_find(const struct space *space, vaddr_t vaddr, unsigned *level)
{
	if (vaddr >= USER_END || !space->root)
		return NULL;
	u64 *entry = table_root_entry(space, vaddr);
	for (unsigned l = ARCH_TABLE_LEVELS; *entry; l--) {
		if (arch_pte_is_leaf(*entry, l)) {
			*level = l;
			return entry;
		}
		entry = table_entry(*entry, vaddr, l - 1);
	}
	return NULL;
}
