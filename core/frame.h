/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames: one record a physical page of RAM, in an array indexed by page frame number (virtually contiguous from
 * arch_frames(), backed and zero where RAM is).  Device memory has no records: see device.h.
 *
 *   FREE -> USER      frame_alloc*: held by a space, dirty: cleared before user level can read it
 *   USER -> KMEM      kmem_donate: all mappings and capabilities removed, flushed, cleared
 *   KMEM -> TABLE, COMPANION, OBJECTS, PAGE and back, inside a pool (kmem.h)
 *   KMEM -> USER      kmem_reclaim, or the pool's end: back to the donor; to FREE when there is none any more
 *   USER -> FREE      frame_free: mappings and capabilities removed
 *
 * A frame is 4 KiB, 2 MiB or 1 GiB, naturally aligned.  What a larger one is says the record of its first page, the head; the
 * records of its other pages are PART.  Which memory is free is kept by block.h.
 *
 * Clearing is apart from allocation, so that both are simple and restartable: a new frame is dirty, is given to its holder at
 * once, and cannot be mapped before frame_clear has finished with it; how far that is stands in the record.
 */
#pragma once

#include "core/arch.h"
#include "core/types.h"

struct cap_link;
struct capability;
struct map_link;
struct space;

enum frame_state {
	FRAME_RESERVED = 0,	/* no RAM, or not the kernel's to give */
	FRAME_BOOT,		/* kernel image, frame records, direct-map tables, boot archive */
	FRAME_FREE,		/* head of a free block of .order (block.h) */
	FRAME_USER,		/* head of a user frame of .order */
	FRAME_PART,		/* inside a larger frame or free block */
	FRAME_KMEM,		/* in a pool, unused */
	FRAME_TABLE,		/* in a pool, a page-table page */
	FRAME_COMPANION,	/* in a pool, the records' index beside a leaf page table (map.h) */
	FRAME_OBJECTS,		/* in a pool, a slab of small objects */
	FRAME_PAGE,		/* in a pool, one whole-page object or capability page */
	FRAME_STATES,
};

struct frame {
	struct space *owner;		/* USER: holder; pool states: donor, who gets it back; NULL: nobody */
	struct frame *next, **pprev;	/* FREE: free list; all with an owner: the owner's list (space->frames) */
	union {
		u64 epoch;		/* USER: for sealed tokens */
		struct frame **pool_pprev; /* OBJECTS, PAGE: what points to this one in the pool's list */
		struct frame *empty_next; /* TABLE: list from space->empty */
	};
	union {
		struct map_link *maps;	/* USER, BOOT: its mappings, the tree of map.h */
		struct space *pool;	/* pool states: whose pool */
	};
	union {
		struct cap_link *caps;	/* USER: slot capabilities to this frame */
		struct map **records;	/* TABLE, leaf or with large pages: the companion page (map.h) */
		struct frame *pool_next; /* KMEM, OBJECTS, PAGE: next in the pool's list */
	};
	union {
		u64 cleared;		/* USER, dirty: 4 KiB pages that are clear already */
		struct {		/* TABLE */
			u32 region;	/* first user address that it translates, in 2 MiB */
			u16 entries;	/* that are not 0 */
			bool in_empty;	/* in the list from space->empty, where those with entries may be, too */
		};
		struct {		/* OBJECTS */
			u16 size;	/* of an object in bytes: a power of two */
			u16 left;	/* slots that are not in use */
			u16 free;	/* 1 + offset of the first freed slot, 0: none */
			u16 fresh;	/* offset of the first slot that was never used; PAGE_SIZE: none */
		};
	};
	u8 state;			/* enum frame_state */
	union {
		u8 order;		/* USER, FREE: enum order */
		u8 level;		/* TABLE: 1 = leaf .. 4 = root */
		u8 kind;		/* OBJECTS, PAGE: enum kind of what is in it, KIND_NONE for records */
	};
	u8 dirty;			/* USER, KMEM: contents may be another owner's */
	u8 room;			/* enum order of the largest aligned piece of RAM around it that could be one block */
	u16 free_parts[2];		/* in the first record of a 2M, 1G piece: how many of its 512 parts are free */
};
_Static_assert(sizeof(struct frame) == 64, "a frame record is one cache line");

/* Set up records from the boot memory map; COLOURS is a power of two, 1 to 256 (command line: colours=N). */
void frame_init(unsigned colours);

/* The record of physical address PA, which must be RAM that the kernel itself knows (a PTE, an own record). */
static inline struct frame *
frame_of(paddr_t pa)
{
	return arch_frames() + (pa >> PAGE_SHIFT);
}

/* A page with objects, or a page of a pool that is one: what f->kind says is in it. */
static inline bool
frame_holds_objects(const struct frame *f)
{
	return f->state >= FRAME_OBJECTS;
}
_Static_assert(FRAME_PAGE == FRAME_OBJECTS + 1 && FRAME_STATES == FRAME_PAGE + 1, "the last two states");

static inline u64
frame_number(const struct frame *f)
{
	return (u64)(f - arch_frames());
}

/* frame_number(f) << PAGE_SHIFT, in one shift. */
static inline paddr_t
frame_address(const struct frame *f)
{
	return ((u64)f - (u64)arch_frames()) * (PAGE_SIZE / sizeof(*f));
}

/* The head of the frame or free block that F's page is in: F itself unless it is PART. */
struct frame *frame_head(struct frame *f);

/* Page frame numbers [first, first + count), RAM one and all. */
struct frame_extent {
	u64 first, count;
};

extern struct frame_extent frame_main_extent;		/* the largest */

static inline bool
frame_is_main(paddr_t pa)
{
	return (pa >> PAGE_SHIFT) - frame_main_extent.first < frame_main_extent.count;
}

/* The record of an address that comes from outside; NULL when it is not RAM. */
struct frame *frame_lookup_other(paddr_t pa);		/* the same, looking at every extent */

static inline struct frame *
frame_lookup(paddr_t pa)
{
	return frame_is_main(pa) ? frame_of(pa) : frame_lookup_other(pa);
}

unsigned frame_colour(const struct frame *f);
unsigned frame_colours(void);

/* How many 4 KiB pages are in each state (indexed by enum frame_state), for statistics and the tests' leak check; PART counts as
 * the state of its head. */
void frame_count(u64 count[FRAME_STATES]);

/*
 * Allocate a USER frame for OWNER: by name, by colour, any.  It is dirty.  Any takes the colours in turn.  ERR_NO_FRAME: none is
 * free (at PA, of that colour, of that size); ERR_BAD_VALUE: bad order or colour, or PA is not aligned.  All numbers may come
 * from user level as they are.
 */
enum status frame_alloc_at(struct space *owner, paddr_t pa, u64 order, struct frame **out);
enum status frame_alloc_colour(struct space *owner, u64 colour, struct frame **out);
enum status frame_alloc_any(struct space *owner, u64 order, struct frame **out);

/* Of nobody, as there is no space yet: the cleared 4K frame that the first one is made in.  NULL: none is free. */
struct frame *frame_take_first(void);

/* Clear a dirty USER frame: STATUS_RESTART until done, then it is no longer dirty.  User mappings of a dirty frame are refused by space_map. */
enum status frame_clear(struct frame *f);

/*
 * Give USER frame F back: its mappings and capabilities are removed, then it is FREE.  STATUS_RESTART: preempted; call again.
 * frame_free_by is for a call that names the frame by slot C: C goes last, so that the call can be executed again.
 */
enum status frame_free(struct frame *f);
enum status frame_free_by(struct capability *c);

/*
 * Split a USER frame of 2M or 1G into 512 frames of the next smaller order.  ERR_BAD_VALUE: it is a 4K frame; ERR_WRONG_STATE:
 * it has mappings or capabilities.
 */
enum status frame_split(struct frame *f);

/*
 * OWNER goes away: its USER frames are freed, those that it donated lose their donor and are FREE once their pool ends.
 * STATUS_RESTART: preempted; call again.
 */
enum status frame_disown(struct space *owner);

/* --- for pools (kmem.c) ----------------------------------------------------------------------------------------- */

extern u64 frame_counts[FRAME_STATES];

/* A 4K frame changes state. */
static inline void
frame_become(struct frame *f, enum frame_state state)
{
	frame_counts[f->state]--;
	frame_counts[state]++;
	f->state = state;
}

/* F's pool has no use for it any more: it is its donor's again, dirty and with a new epoch; FREE if there is no donor. */
void frame_return(struct frame *f);

/* Invariants: every frame in exactly one place.  Panics with the record when one is broken (checks build, host tests). */
void frame_check(void);
void frame_check_one(const struct frame *f);
void frame_check_owned(const struct space *owner);	/* the list of what OWNER owns; the cost is its length */
