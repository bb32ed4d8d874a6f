/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames: one record a physical page of RAM, in an array indexed by page frame number (virtually contiguous from
 * ARCH_FRAMES_BASE, backed only where RAM is).  Device memory has no records: see device.h.
 *
 *   FREE -> USER      frame_alloc*: owned by a space, cleared before user level can read it
 *   USER -> KMEM      kmem_donate: all mappings and derived records removed, flushed, cleared
 *   KMEM -> TABLE/OBJECTS/... and back inside a pool (kmem.h)
 *   KMEM -> USER      kmem_reclaim, or the space's destruction (back to the donor, else FREE)
 *   USER -> FREE      frame_free: mappings removed, new epoch
 *
 * Allocation is by name (a given page), by colour, or any; sizes 4 KiB, 2 MiB, 1 GiB (naturally aligned).  A larger frame
 * has its order in the head record; its other records are PART.  frame_check() verifies that every frame is accounted
 * for exactly once.
 */
#pragma once

#include "core/types.h"

struct cap_link;
struct map;
struct map_link;
struct space;

enum frame_state {
	FRAME_RESERVED = 0,	/* firmware, ACPI, memory holes: never obtainable */
	FRAME_BOOT,		/* kernel image, frame records, direct-map tables, boot archive */
	FRAME_FREE,
	FRAME_USER,		/* head of a user frame of .order */
	FRAME_PART,		/* inside a larger user frame */
	FRAME_KMEM,		/* in a pool, unused */
	FRAME_TABLE,		/* in a pool, a page-table page */
	FRAME_COMPANION,	/* in a pool, the records' index beside a leaf page table (map.h) */
	FRAME_OBJECTS,		/* in a pool, a slab of small objects */
	FRAME_PAGE,		/* in a pool, one whole-page object or capability page */
	FRAME_STATES,
};

struct frame {
	struct space *owner;		/* USER: holder; pool states: donor, who gets it back; NULL when FREE */
	u64 epoch;			/* USER: for sealed tokens */
	struct frame *next, *prev;	/* FREE: colour list; pool states: the pool's lists; TABLE: space->empty */
	union {
		struct map_link *maps;	/* USER, BOOT: its mappings, the tree of map.h */
		struct space *pool;	/* pool states: whose pool */
	};
	union {
		struct cap_link *caps;	/* USER: slot capabilities to this frame */
		struct map **records;	/* TABLE, leaf or with large pages: the companion page (map.h) */
	};
	union {
		vaddr_t base;		/* TABLE: first user address that it translates */
		struct {		/* OBJECTS */
			u16 used, size;	/* objects in use; object size in bytes */
			u32 free_slot;	/* 1 + index of the first free slot, 0 when full */
		};
	};
	u8 state;			/* enum frame_state */
	union {
		u8 order;		/* USER head: enum order */
		u8 level;		/* TABLE: 1 = leaf .. 4 = root */
		u8 kind;		/* OBJECTS, PAGE: enum kind of what is in it, KIND_NONE for records */
	};
	u8 dirty;			/* contents may be another owner's: clear before user level can read */
	u8 flags;
	union {
		u32 cleared;		/* USER: progress of a preemptible clear, in 4 KiB pages */
		u32 entries;		/* TABLE: that are not 0 */
	};
};
_Static_assert(sizeof(struct frame) == 64, "a frame record is one cache line");

/* Set up records from the boot memory map; COLOURS is a power of two, 1 to 256 (command line: colours=N). */
void frame_init(unsigned colours);

/* The record of physical address PA, which must be RAM that the kernel itself knows (a PTE, an own record). */
struct frame *frame_of(paddr_t pa);

/* The record of an address that comes from outside; NULL when it is not RAM. */
struct frame *frame_lookup(paddr_t pa);

paddr_t frame_address(const struct frame *f);
unsigned frame_colour(const struct frame *f);
unsigned frame_colours(void);

/* How many frames are in each state (indexed by enum frame_state), for statistics and the tests' leak check. */
void frame_count(u64 count[FRAME_STATES]);

/*
 * Allocate a USER frame for OWNER.  ERR_NO_FRAME when there is none, ERR_BAD_VALUE for a bad order, colour or a
 * misaligned address.  The frame is cleared before this returns OK; STATUS_RESTART: preempted while clearing, the
 * frame is held by *progress (NULL on the first call) and the call is to be repeated.
 * frame_alloc_dirty leaves the clearing to whoever maps it first (frame_clear), and marks it dirty.
 */
enum status frame_alloc_at(struct space *owner, paddr_t pa, enum order order, struct frame **out);
enum status frame_alloc_colour(struct space *owner, unsigned colour, struct frame **out);
enum status frame_alloc_any(struct space *owner, enum order order, struct frame **out);

/* Clear a dirty frame, resumably: STATUS_RESTART until done.  User mappings of a dirty frame are refused by space_map. */
enum status frame_clear(struct frame *f);

/* Give F back: its mappings and capabilities are removed first (resumable), then it is FREE and has a new epoch. */
enum status frame_free(struct frame *f);

/* Split a USER frame of 2M or 1G that has no mappings or capabilities into frames of the next smaller order. */
enum status frame_split(struct frame *f);

/* Invariants: every frame in exactly one place.  Panics with the record when one is broken (checks build, host tests). */
void frame_check(void);
