/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processor time: a vector of slices, taken in turn.  Each position is allocated and has an environment whose turn it is there; positions
 * without one, and those of environments that wait, are passed over.
 */
#pragma once

#include <janus/kinds.h>

#define KIND_SLICE	KIND_PERSONALITY	/* a position of the vector */
#define SLICES		256		/* positions of the vector */
#define SLICE_ANY	(~0ul)		/* of slice_alloc: the first free one */

/*
 * A slice's end is an upcall to who runs (UPCALL_END of <exo/upcall.h>), which then has a bounded time to save what it wants and to yield: what it
 * uses beyond the bound is charged to the owner's next slice, and behind the hard bound the kernel switches itself, and charges a whole slice more.
 */
#define SLICE_BOUND(slice)	((slice) / 128)
#define SLICE_HARD_BOUND(slice)	((slice) / 32)
