/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page-table isolation: a space has a second root, for user level, from its own pool.
 *
 *   kernel root   user half | kernel half, with the address of the user root in entry PTI_SLOT, which is not present
 *   user root     the same user half: both point to the same tables | of the kernel only .entry.text and .entry.data
 *
 * The second tag of a space, for what is cached on the user root, is the first with PTI_TAG.
 */
#pragma once

#include "arch/x86/layout.h"
#include "core/types.h"

struct space;

#define ARCH_ROOT_PAGES	2
#define TAG_LIMIT	2048
#define PTI_TAG		2048ul
#define PTI_SLOT	509		/* of a root table: nothing of layout.h is there */

/* Build what is common to all user roots.  The kernel's tables are final. */
void pti_init(void);

enum status pti_space_init(struct space *space, u64 *root);
void pti_space_fini(struct space *space, u64 *root);

/* ENTRY of a kernel root was set to VALUE. */
void pti_root_set(u64 *entry, u64 value);

/* TAG is a space's first; 0: it has none, and its user root is loaded anew at every exit. */
void pti_tag_flush(u64 tag);
void pti_tag_flush_page(u64 tag, vaddr_t vaddr);

/* What the exit to user level loads, when the kernel runs on KERNEL_CR3.  The idle thread's tables have no user root. */
static inline u64
pti_user_cr3(u64 kernel_cr3)
{
	const u64 *root = (const u64 *)(DIRECT_BASE + (kernel_cr3 & PTE_ADDRESS));
	u64 tag_and_keep = kernel_cr3 & ~PTE_ADDRESS;

	return root[PTI_SLOT] | tag_and_keep | (tag_and_keep ? PTI_TAG : 0);
}
