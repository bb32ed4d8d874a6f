/* SPDX-License-Identifier: BSD-2-Clause */
/* More memory for programs, at others' expense when there is none. */
#pragma once

#include "programs.h"

/*
 * PAGES more in the allowance of P, which is one of the COUNT programs at ALL.  When init has not so many to give, it asks those back that it has granted
 * beyond what the manifest says, and takes them where they are not given up in time.  ERR_LIMIT: even that is not enough; nobody was asked then.
 */
enum status memory_grant(struct program *all, unsigned count, struct program *p, uint64_t pages);
