/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: how frame_alloc chooses, and what frame_map says of each. */
#pragma once

#define FRAME_ANY	0		/* the kernel takes the colours in turn */
#define FRAME_COLOUR	1		/* one of that colour */
#define FRAME_AT	2		/* that physical address */

/*
 * A word of frame_map: the name of the environment that holds the page (0: none, or a space that is not one yet), and in its low four bits,
 * which are 0 in a name, what the page is.
 */
#define FRAME_MAP_LIMIT		256	/* words that one call gives */
#define FRAME_MAP_STATE		0xful
#define FRAME_MAP_OWNER(word)	((word) & ~FRAME_MAP_STATE)

#define FRAME_NO_RAM	0		/* no memory, or the firmware's */
#define FRAME_KERNEL	1		/* the kernel image, its records, the boot archive */
#define FRAME_IS_FREE	2
#define FRAME_HELD	3		/* 4 and above: donated by its holder to some space's kernel memory */
