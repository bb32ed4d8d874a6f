/* SPDX-License-Identifier: BSD-2-Clause */
/* What exo remembers of a binding, in struct map.flags.  What the kernel itself mapped, and what was shared, is not evictable. */
#pragma once

#include "core/space.h"

#define BINDING_EVICTABLE	1	/* may be forgotten; else wired */
#define BINDING_SHARE		2	/* can be given to other spaces */

static inline bool
binding_range(vaddr_t address, u64 pages)
{
	return !(address & PAGE_MASK) && address < USER_END && pages <= (USER_END - address) >> PAGE_SHIFT;
}
