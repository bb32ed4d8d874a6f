/* SPDX-License-Identifier: BSD-2-Clause */
/* Shares of a common table, counted along the way from a space to the first, which is SPACE_NESTING steps at most. */
#include "check.h"
#include "core/quota.h"

/* NULL: SPACE is the first, its own home. */
static struct space *
above(const struct space *space)
{
	return space->object.home == space ? NULL : space->object.home;
}

enum status
quota_take(struct space *space, unsigned limit)
{
	u64 taken = 0;

	for (struct space *s = space; s; s = above(s))
		taken += s->places;
	if (taken >= limit)
		return ERR_LIMIT;
	for (struct space *s = space; s; s = above(s))
		s->places++;
	return OK;
}

void
quota_give(struct space *space)
{
	for (struct space *s = space; s; s = above(s)) {
		check_that(s->places);
		s->places--;
	}
}
