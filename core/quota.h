/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places of a table that is the kernel's and that all share, such as that of names: no space can take so many that others have none.
 *
 * A space's places are those that it and all spaces below it have.  It may have one more as long as its places, and those of each space above
 * it, are together fewer than there are: alone below the first it has at most a half, and always leaves as many as it has.  The first may have all.
 * docs/decisions/quotas.md says why.
 */
#pragma once

#include "core/space.h"

/* One more of LIMIT places is SPACE's.  ERR_LIMIT: it has as many as it may. */
enum status quota_take(struct space *space, unsigned limit);

/* One place of SPACE's is free again. */
void quota_give(struct space *space);
