/* SPDX-License-Identifier: BSD-2-Clause */
/* What copy and mint (cap.c) have in common: here, so that the call that copies has it inline. */
#pragma once

#include "core/cap.h"
#include "trace.h"

#define CAP_RIGHTS	0xffu		/* in capability.type; the rest is the kind */

/* Put SLOT's pair of brackets at *PLACE. */
static inline void
pair_insert(struct capability *slot, struct cap_link **place)
{
	struct cap_link *next = *place;

	check_that(!next || next->pprev == place);
	slot->open = (struct cap_link){ .next = &slot->close, .pprev = place };
	slot->close = (struct cap_link){ .next = next, .pprev = &slot->open.next };
	*place = &slot->open;
	if (next)
		next->pprev = &slot->close.next;
}

/* DST (empty) becomes a child of SRC with BADGE.  ERR_NO_RIGHT: SRC is not to be shared. */
static inline enum status
cap_derive(struct capability *dst, struct capability *src, unsigned rights, u64 badge)
{
	u32 type = src->type;

	if (__builtin_expect(!(type & RIGHT_SHARE), 0))
		return ERR_NO_RIGHT;
	dst->object = src->object;
	dst->badge = badge;
	dst->type = type & (rights | ~CAP_RIGHTS);
	pair_insert(dst, &src->open.next);
	trace(TRACE_DERIVE, dst->type, badge);
	return OK;
}
