/* SPDX-License-Identifier: BSD-2-Clause */
/* What exo remembers of a binding, in struct map.flags.  What the kernel itself mapped, and what was shared, has neither. */
#pragma once

#define BINDING_EVICTABLE	1	/* may be forgotten; else wired */
#define BINDING_SHARE		2	/* can be given to other spaces */
