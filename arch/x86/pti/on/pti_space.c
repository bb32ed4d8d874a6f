/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page-table isolation: user roots.  Of the kernel they map .entry.text and .entry.data, and of each stack that the processor itself
 * switches to the topmost page, where it pushes its frame before the entry loads the kernel's tables.
 */
#include "arch/x86/image.h"
#include "arch/x86/instructions.h"
#include "arch/x86/paging.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/frame.h"
#include "core/panic.h"

#define ENTRY_TABLES	8		/* the template of a root, and three levels below it for the image and for the stacks */

static u64 entry_table[ENTRY_TABLES][ARCH_TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static u64 *const entry_root = entry_table[0];
static unsigned entry_tables = 1;

/* The table below *ENTRY, making it. */
static u64 *
table_below(u64 *entry)
{
	if (!*entry) {
		kassert(entry_tables < ENTRY_TABLES);
		*entry = arch_physical(entry_table[entry_tables++]) | PTE_PRESENT | PTE_WRITE;
	}
	u64 table = *entry & PTE_ADDRESS;
	return (u64 *)(KERNEL_BASE + table);
}

/* The kernel's own entry for VA, which is in 4 KiB pages. */
static u64
kernel_entry(vaddr_t va)
{
	u64 entry = kernel_root | PTE_PRESENT;

	for (unsigned level = ARCH_TABLE_LEVELS; level > 0; level--)
		entry = ((u64 *)arch_direct(entry & PTE_ADDRESS))[arch_table_index(va, level)];
	return entry;
}

static void
entry_map_page(vaddr_t va)
{
	u64 *table = entry_root;

	for (unsigned level = ARCH_TABLE_LEVELS; level > 1; level--)
		table = table_below(&table[arch_table_index(va, level)]);
	table[arch_table_index(va, 1)] = kernel_entry(va);
}

static void
entry_map(const char *start, const char *end)
{
	for (vaddr_t va = (vaddr_t)start; va < (vaddr_t)end; va += PAGE_SIZE)
		entry_map_page(va);
}

void
pti_init(void)
{
	bootinfo.features |= BOOT_FEATURE_PTI;
	entry_map(entry_text_start, entry_text_end);
	entry_map(entry_data_start, entry_data_end);
	for (unsigned stack = STACK_KERNEL + 1; stack < STACKS; stack++)
		entry_map_page(STACK_TOP(stack) - PAGE_SIZE);
}

enum status
pti_space_init(struct space *space, u64 *root)
{
	struct frame *user = kmem_page_alloc(space, FRAME_TABLE, KIND_NONE);

	if (!user)
		return ERR_NO_KMEM;
	u64 *table = arch_direct(frame_address(user));
	user->level = ARCH_TABLE_LEVELS;
	__builtin_memcpy(table, entry_root, PAGE_SIZE);
	root[PTI_SLOT] = frame_address(user);
	return OK;
}

void
pti_space_fini(struct space *space, u64 *root)
{
	kmem_page_free(frame_of(root[PTI_SLOT]));
	root[PTI_SLOT] = 0;
}

void
pti_root_set(u64 *entry, u64 value)
{
	const u64 *root = (const u64 *)((u64)entry & ~PAGE_MASK);
	u64 *user = arch_direct(root[PTI_SLOT]);

	user[entry - root] = value;
}

void
pti_tag_flush(u64 tag)
{
	if (tag)
		invpcid(INVPCID_TAG, tag | PTI_TAG, 0);
}

void
pti_tag_flush_page(u64 tag, vaddr_t vaddr)
{
	if (tag)
		invpcid(INVPCID_PAGE, tag | PTI_TAG, vaddr);
}
