/* SPDX-License-Identifier: BSD-2-Clause */
/* Page-table isolation, not built: a space has one root, and one tag. */
#pragma once

#include "core/types.h"

struct space;

#define ARCH_ROOT_PAGES	1
#define TAG_LIMIT	4096

static inline void
pti_init(void)
{
}

static inline enum status
pti_space_init(struct space *space, u64 *root)
{
	return OK;
}

static inline void
pti_space_fini(struct space *space, u64 *root)
{
}

static inline void
pti_root_set(u64 *entry, u64 value)
{
}

static inline void
pti_tag_flush(u64 tag)
{
}

static inline void
pti_tag_flush_page(u64 tag, vaddr_t vaddr)
{
}
