/* SPDX-License-Identifier: BSD-2-Clause */
/* How frame_alloc chooses. */
#pragma once

#define FRAME_ANY	0		/* the kernel takes the colours in turn */
#define FRAME_COLOUR	1		/* one of that colour */
#define FRAME_AT	2		/* that physical address */
