/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page tables of a space, between arch.h's entries and the mappings of space.h.
 *
 *   root --> level 3 --> level 2 --> level 1     each a TABLE frame of the space's pool; its frame record knows its level, its first
 *                |           |          |        address and how many of its entries are not 0
 *            companion   companion  companion    of 512 struct map *, beside every table that has or had leaf entries
 *
 * A table without entries is in space->empty.  It stays there when it is used again, and then leaves the list when space_trim
 * comes to it: so using and emptying a table over and over costs nothing.
 */
#pragma once

#include "core/arch.h"
#include "core/frame.h"
#include "core/space.h"

/* The level whose entries map pages of ORDER, and back. */
static inline unsigned
table_level(unsigned order)
{
	return order / 9 + 1;
}

static inline unsigned
table_order(unsigned level)
{
	return (level - 1) * 9;
}

/* Bytes that an entry at LEVEL translates. */
static inline u64
table_entry_bytes(unsigned level)
{
	return PAGE_SIZE << 9 * (level - 1);
}

/* The first address that TABLE translates. */
static inline vaddr_t
table_base(const struct frame *table)
{
	return table->region * table_entry_bytes(2);
}

/* The table that ENTRY is in, and the place of its record. */
static inline struct frame *
table_of(const u64 *entry)
{
	return frame_of(arch_direct_physical(entry));
}

static inline struct map **
table_record(const struct frame *table, const u64 *entry)
{
	return &table->records[((u64)entry & PAGE_MASK) / sizeof(*entry)];
}

/* The entry for VADDR in the table of LEVEL to which the entry ABOVE points. */
static inline u64 *
table_entry(u64 above, vaddr_t vaddr, unsigned level)
{
	return (u64 *)arch_direct(arch_pte_address(above)) + arch_table_index(vaddr, level);
}

static inline u64 *
table_root_entry(const struct space *space, vaddr_t vaddr)
{
	return (u64 *)arch_direct(space->root) + arch_table_index(vaddr, ARCH_TABLE_LEVELS);
}

/* The entry of level 1 for VADDR; false when SPACE has no table for it. */
static ALWAYS_INLINE bool
table_leaf_entry(const struct space *space, vaddr_t vaddr, u64 **out)
{
	u64 entry = *table_root_entry(space, vaddr);

	if (!arch_pte_is_table(entry))
		return false;
	entry = *table_entry(entry, vaddr, 3);
	if (!arch_pte_is_table(entry))
		return false;
	entry = *table_entry(entry, vaddr, 2);
	if (!arch_pte_is_table(entry))
		return false;
	*out = table_entry(entry, vaddr, 1);
	return true;
}

/* The root table, with the kernel's half: ERR_NO_KMEM.  It has no companion, since its entries are never leaves. */
enum status table_root_make(struct space *space);
void table_root_free(struct space *space);	/* there is no other table left */

/* TABLE has no entries any more. */
void table_emptied(struct space *space, struct frame *table);

/* COUNT entries of TABLE became 0. */
static inline void
table_entries_removed(struct space *space, struct frame *table, unsigned count)
{
	table->entries -= count;
	if (!table->entries)
		table_emptied(space, table);
}

/*
 * The entry of LEVEL for VADDR, which is 0, in a table with a companion; tables are made as needed.  ERR_EXISTS: a mapping is
 * there, or a table for smaller ones; ERR_NO_KMEM.  On error nothing is left of what was made.
 */
enum status table_make(struct space *space, vaddr_t vaddr, unsigned level, u64 **entry);

/* The leaf entry that covers VADDR, and its level; NULL when there is none. */
u64 *table_find(const struct space *space, vaddr_t vaddr, unsigned *level);
