/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of kmem.h's smallest size, taken and given back without a call as long as they change nothing but one slab: it has
 * another slot left, or in use.  Everything else is kmem.c's.
 */
#pragma once

#include "check.h"
#include "core/arch.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/space.h"

#define KMEM_RECORD_LIST	0		/* of struct kmem.partial */

/* A freed slot: lies over struct object. */
struct kmem_slot {
	u64 next;			/* like frame.free; its low byte lies over the kind */
	u64 epoch;			/* 0 */
};

/* A record with undefined contents; false: ask kmem_alloc_raw. */
static ALWAYS_INLINE bool
kmem_record_take(struct space *space, void **out)
{
	struct frame *slab = space->kmem.partial[KMEM_RECORD_LIST];
	u64 offset;

	if (!slab || slab->left == 1 || check_fail_set())
		return false;
	u8 *page = arch_direct(frame_address(slab));
	if (slab->free) {
		offset = slab->free - 1u;
		slab->free = ((struct kmem_slot *)(page + offset))->next;
	} else {
		offset = slab->fresh;
		slab->fresh += KMEM_SIZE_MIN;
	}
	slab->left--;
	*out = page + offset;
	return true;
}

static ALWAYS_INLINE void
kmem_record_free(void *p)
{
	struct frame *slab = frame_of(arch_direct_physical(p));

	if (!slab->left || slab->left == PAGE_SIZE / KMEM_SIZE_MIN - 1) {
		kmem_free(p);
		return;
	}
	*(struct kmem_slot *)p = (struct kmem_slot){ .next = slab->free };
	slab->free = ((u64)p & PAGE_MASK) + 1;
	slab->left++;
}
