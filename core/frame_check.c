/* SPDX-License-Identifier: BSD-2-Clause */
/* Self-checks of frames: a walk over all records, each frame and free block once. */
#include "core/block.h"
#include "core/bootinfo.h"
#include "core/frame.h"
#include "core/panic.h"
#include "core/space.h"

#define require(f, condition) \
	((condition) ? (void)0 : panic("frame %p, state %u: %s does not hold", (void *)frame_address(f), (f)->state, #condition))

struct tally {
	u64 count[FRAME_STATES];
};

static bool
in_pool(const struct frame *f)
{
	return f->state >= FRAME_KMEM && f->state < FRAME_STATES;
}

/* Neighbours in whatever list F is in agree with it. */
static void
check_links(const struct frame *f)
{
	require(f, *f->pprev == f);
	require(f, !f->next || f->next->pprev == &f->next);
}

static void
check_owner(const struct frame *f)
{
	bool owned = f->state == FRAME_USER || (in_pool(f) && f->owner);

	require(f, owned == (f->owner != NULL));
	if (owned)
		check_links(f);
}

static void
check_head(const struct frame *f)
{
	switch (f->state) {
	case FRAME_FREE:
		check_links(f);
		require(f, !f->maps && f->order <= f->room);
		break;
	case FRAME_USER:
		require(f, f->epoch && f->order <= f->room);
		require(f, f->cleared <= 1ul << f->order);
		break;
	case FRAME_KMEM:
	case FRAME_TABLE:
	case FRAME_COMPANION:
	case FRAME_OBJECTS:
	case FRAME_PAGE:
		require(f, f->pool);
		break;
	default:
		require(f, f->state == FRAME_BOOT);
	}
	check_owner(f);
}

/* Of one that was named before a call, which may have joined it with others. */
void
frame_check_one(const struct frame *f)
{
	if (f->state != FRAME_PART)
		check_head(f);
}

/* The records inside of a larger frame or block. */
static void
check_parts(const struct frame *head)
{
	for (u64 i = 1; i < 1ul << head->order; i++) {
		require(&head[i], head[i].state == FRAME_PART);
		require(&head[i], head->state != FRAME_FREE || !head[i].maps);
	}
}

static unsigned
order_of(const struct frame *f)
{
	return f->state == FRAME_FREE || f->state == FRAME_USER ? f->order : ORDER_4K;
}

/* A piece of ORDER that is broken counts its free parts, and is joined when all are free; one that is whole counts them all. */
static void
check_piece(const struct frame *piece, unsigned order)
{
	unsigned part_order = order - BLOCK_ORDER_STEP;
	unsigned count = 0;

	for (u64 i = 0; i < BLOCK_PARTS; i++) {
		const struct frame *part = piece + (i << part_order);

		count += part->state == FRAME_FREE && part->order == part_order;
	}
	if (piece->state == FRAME_PART || order_of(piece) >= order)
		count = BLOCK_PARTS;
	else
		require(piece, (count == BLOCK_PARTS) == block_is_spare(piece, order));
	require(piece, piece->free_parts[order == ORDER_1G] == count);
}

static void
check_pieces(const struct frame *f)
{
	for (unsigned order = ORDER_2M; order <= f->room; order += BLOCK_ORDER_STEP)
		if (block_around(f, order) == f)
			check_piece(f, order);
}

/* One frame or block; returns how many records it has. */
static u64
check_frame(const struct frame *f, struct tally *tally)
{
	u64 pages = 1ul << order_of(f);

	check_head(f);
	if (pages > 1)
		check_parts(f);
	for (u64 i = 0; i < pages; i++)
		check_pieces(&f[i]);
	tally->count[f->state] += pages;
	return pages;
}

/* Every frame in OWNER's list is its own; frames_held is their number of pages. */
void
frame_check_owned(const struct space *owner)
{
	u64 pages = 0;

	for (const struct frame *f = owner->frames; f; f = f->next) {
		require(f, f->owner == owner);
		pages += 1ul << order_of(f);
	}
	if (pages != owner->frames_held)
		panic("%s holds %lu pages, counted as %lu", owner->name, pages, owner->frames_held);
}

void
frame_check(void)
{
	struct tally tally = { 0 };

	for (unsigned i = 0; i < bootinfo.regions; i++) {
		const struct boot_region *r = &bootinfo.region[i];

		if (r->kind != REGION_RAM && r->kind != REGION_BOOT)
			continue;
		for (u64 done = 0; done < r->bytes >> PAGE_SHIFT;)
			done += check_frame(frame_of(r->base) + done, &tally);
	}
	for (unsigned state = 0; state < FRAME_STATES; state++)
		if (tally.count[state] != frame_counts[state])
			panic("%lu frames in state %u, counted as %lu", tally.count[state], state, frame_counts[state]);
	block_check(tally.count[FRAME_FREE]);
}
