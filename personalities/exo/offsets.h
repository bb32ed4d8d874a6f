/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets that exo's assembler code uses, from the start of struct thread.  offsets.c asserts each against the structures. */
#pragma once

#define THREAD_PERSONALITY	448

#define ENV_SHARE		(THREAD_PERSONALITY + 0)
#define ENV_ENTRY		(THREAD_PERSONALITY + 8)
#define ENV_NAME		(THREAD_PERSONALITY + 16)
#define ENV_LIBRARY_BEGIN	(THREAD_PERSONALITY + 24)
#define ENV_LIBRARY_BYTES	(THREAD_PERSONALITY + 32)
#define ENV_RANGE_BEGIN		(THREAD_PERSONALITY + 40)
#define ENV_RANGE_BYTES		(THREAD_PERSONALITY + 48)
#define ENV_RESUMABLE		(THREAD_PERSONALITY + 56)
#define ENV_TABLE		(THREAD_PERSONALITY + 64)
#define ENV_TABLE_MASK		(ENV_TABLE + 8)
#define ENV_LEAF		(ENV_TABLE + 16)
#define ENV_EXCEPTION		(THREAD_PERSONALITY + 88)
#define ENV_ADDRESSING		(ENV_EXCEPTION + CONTEXT_BYTES)
#define ENV_CALL		(ENV_EXCEPTION + 4 * CONTEXT_BYTES)
#define THREAD_FPU_AREA		1280

#define CONTEXT_AREA		0
#define CONTEXT_HANDLER		8
#define CONTEXT_HOLD_TYPE	48
#define CONTEXT_BYTES		96

/* struct binding, of the table of bindings */
#define BINDING_KEY		0
#define BINDING_PTE		8
#define BINDING_FRAME		16
#define BINDING_EPOCH		24

/* struct frame, the record of a page */
#define RECORD_EPOCH		24
#define RECORD_MAPS		32
#define RECORD_POOL		32
#define RECORD_MAPPINGS		40		/* of a table: its companion */
#define RECORD_REGION		48
#define RECORD_ENTRIES		52
#define RECORD_LEFT		50		/* of a slab */
#define RECORD_FREE		52
#define RECORD_FRESH		54
#define RECORD_SLAB_PPREV	24
#define RECORD_SLAB_NEXT	40
#define RECORD_STATE		56
#define RECORD_LEAF_TABLE	0x0106		/* its state and level */
#define RECORD_USER_PAGE	0x0003		/* state and order */
#define RECORD_DIRTY		58
#define RECORD_BYTES_SHIFT	6

#define EXTENT_FIRST		0
#define EXTENT_COUNT		8

/* Capabilities, and what bind has to do with them. */
#define CAPABILITY_OBJECT	0
#define CAPABILITY_TYPE		16
#define SLOTS			16384
#define FRAME_KIND		1
#define RIGHT_TO_SHARE		8
#define CAPS_BY_SLOT		1
#define BIND_START		0x1000

/* struct map */
#define MAP_OPEN		0
#define MAP_CLOSE		16
#define MAP_SPACE		32
#define MAP_PTE			40
#define MAP_VADDR		48
#define MAP_ORDER		56
#define MAP_FLAGS		57
#define MAP_BYTES		64
#define LINK_NEXT		0
#define LINK_PPREV		8

#define SPACE_SLAB		64		/* of mapping records that has room */
#define SPACE_MAPPED		440
#define SPACE_SLOTS		1152

#define SHARE_RUNS		0

#define NAME_FAST		0
#define NAME_THREAD		8
#define NAME_OFFSET		0xfff0		/* of a name: where in the table its entry is */
