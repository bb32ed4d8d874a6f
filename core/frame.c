/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of frames: frame.h has the states.  Owns the records, the count of pages in each state, and which addresses are RAM.
 *
 * Invariants (frame_check.c verifies them):
 *   - each page of RAM belongs to exactly one frame or free block, of which the record of its first page tells;
 *   - a frame with an owner is in the owner's list, and space->frames_held counts its pages; FREE and BOOT have none;
 *   - frame_counts says how many pages are in each state.
 */
#include "core/frame.h"
#include "check.h"
#include "core/block.h"
#include "core/bootinfo.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/space.h"

u64 frame_counts[FRAME_STATES];
struct frame_extent frame_main_extent;

static struct frame_extent extents[BOOTINFO_REGIONS];	/* in ascending order, with gaps between */
static unsigned extent_count;

/* --- start ------------------------------------------------------------------------------------------------------ */

static bool
has_records(const struct boot_region *r)
{
	return r->kind == REGION_RAM || r->kind == REGION_BOOT;
}

/* RAM regions that touch are one extent. */
static void
extent_add(u64 first, u64 count)
{
	struct frame_extent *last = extent_count ? &extents[extent_count - 1] : NULL;

	if (last && last->first + last->count == first)
		last->count += count;
	else
		extents[extent_count++] = (struct frame_extent){ first, count };
}

static void
extents_init(void)
{
	extent_count = 0;
	frame_main_extent = (struct frame_extent){ 0, 0 };
	for (unsigned i = 0; i < bootinfo.regions; i++)
		if (has_records(&bootinfo.region[i]))
			extent_add(bootinfo.region[i].base >> PAGE_SHIFT, bootinfo.region[i].bytes >> PAGE_SHIFT);
	for (unsigned i = 0; i < extent_count; i++)
		if (extents[i].count > frame_main_extent.count)
			frame_main_extent = extents[i];
}

static void
region_init(const struct boot_region *r)
{
	u64 first = r->base >> PAGE_SHIFT, count = r->bytes >> PAGE_SHIFT;

	if (r->kind == REGION_RAM) {
		frame_counts[FRAME_FREE] += count;
		block_add(first, count);
	} else {
		frame_counts[FRAME_BOOT] += count;
		for (u64 p = first; p < first + count; p++)
			arch_frames()[p].state = FRAME_BOOT;
	}
}

void
frame_init(unsigned colours)
{
	if (colours == 0 || colours > BLOCK_COLOURS || colours & (colours - 1))
		boot_refuse("colours=%u: give a power of two, 1 to %u", colours, BLOCK_COLOURS);
	block_init(colours);
	bootinfo.colours = colours;
	extents_init();
	__builtin_memset(frame_counts, 0, sizeof(frame_counts));
	for (unsigned i = 0; i < bootinfo.regions; i++)
		if (has_records(&bootinfo.region[i]))
			region_init(&bootinfo.region[i]);
}

/* --- names ------------------------------------------------------------------------------------------------------ */

struct frame *
frame_lookup_other(paddr_t pa)
{
	for (unsigned i = 0; i < extent_count; i++)
		if ((pa >> PAGE_SHIFT) - extents[i].first < extents[i].count)
			return frame_of(pa);
	return NULL;
}

struct frame *
frame_head(struct frame *f)
{
	if (f->state == FRAME_PART)
		f = block_around(f, ORDER_2M);
	if (f->state == FRAME_PART)
		f = block_around(f, ORDER_1G);
	return f;
}

unsigned
frame_colour(const struct frame *f)
{
	return block_colour(f);
}

unsigned
frame_colours(void)
{
	return block_colours();
}

void
frame_count(u64 count[FRAME_STATES])
{
	__builtin_memcpy(count, frame_counts, sizeof(frame_counts));
}

/* --- owners ----------------------------------------------------------------------------------------------------- */

static inline void
owner_gain(struct space *owner, struct frame *f)
{
	f->owner = owner;
	f->next = owner->frames;
	f->pprev = &owner->frames;
	if (f->next)
		f->next->pprev = &f->next;
	owner->frames = f;
}

static inline void
owner_lose(struct frame *f)
{
	*f->pprev = f->next;
	if (f->next)
		f->next->pprev = f->pprev;
	f->owner = NULL;
}

/* F is a new USER frame; its owner's list is seen to apart. */
static inline void
become_user(struct frame *f, unsigned order, u64 epoch)
{
	f->epoch = epoch;
	f->maps = NULL;
	f->caps = NULL;
	f->cleared = 0;
	f->state = FRAME_USER;
	f->order = order;
	f->dirty = true;
	check_touch(KIND_FRAME, f);
}

/* --- allocation ------------------------------------------------------------------------------------------------- */

static inline bool
is_order(u64 order)
{
	return order == ORDER_4K || order == ORDER_2M || order == ORDER_1G;
}

/* F was just taken from the free blocks, or none was there. */
static inline __attribute__((always_inline)) enum status
hand_out(struct space *owner, struct frame *f, unsigned order, struct frame **out)
{
	if (!f)
		return ERR_NO_FRAME;

	u64 pages = 1ul << order;
	frame_counts[FRAME_FREE] -= pages;
	frame_counts[FRAME_USER] += pages;
	owner->frames_held += pages;
	become_user(f, order, epoch_new());
	owner_gain(owner, f);
	*out = f;
	return OK;
}

enum status
frame_alloc_at(struct space *owner, paddr_t pa, u64 order, struct frame **out)
{
	if (!is_order(order) || pa & (order_bytes(order) - 1))
		return ERR_BAD_VALUE;
	struct frame *f = frame_lookup(pa);
	if (!f || check_fail_now())
		return ERR_NO_FRAME;
	return hand_out(owner, block_take_at(f, order), order, out);
}

enum status
frame_alloc_colour(struct space *owner, u64 colour, struct frame **out)
{
	if (colour >= block_colours())
		return ERR_BAD_VALUE;
	if (check_fail_now())
		return ERR_NO_FRAME;
	return hand_out(owner, block_take_colour(colour), ORDER_4K, out);
}

enum status
frame_alloc_any(struct space *owner, u64 order, struct frame **out)
{
	if (!is_order(order))
		return ERR_BAD_VALUE;
	if (check_fail_now())
		return ERR_NO_FRAME;
	if (order == ORDER_4K)
		return hand_out(owner, block_take_small(), ORDER_4K, out);
	return hand_out(owner, block_take_large(order), order, out);
}

struct frame *
frame_take_first(void)
{
	struct frame *f = block_take_small();

	if (!f)
		return NULL;
	frame_counts[FRAME_FREE]--;
	frame_counts[FRAME_USER]++;
	become_user(f, ORDER_4K, epoch_new());
	frame_clear(f);
	return f;
}

/* A page is 512 words, many steps of other operations: look for an interrupt after each. */
enum status
frame_clear(struct frame *f)
{
	kassert(f->state == FRAME_USER);
	while (f->dirty) {
		arch_clear_page(arch_direct(frame_address(f) + (f->cleared << PAGE_SHIFT)));
		if (++f->cleared == 1ul << f->order)
			f->dirty = false;
		else if (preempt_now())
			return STATUS_RESTART;
	}
	return OK;
}

/* --- the way back ----------------------------------------------------------------------------------------------- */

static void
release(struct frame *f)
{
	u64 pages = 1ul << f->order;

	frame_counts[FRAME_USER] -= pages;
	frame_counts[FRAME_FREE] += pages;
	f->owner->frames_held -= pages;
	owner_lose(f);
	block_give(f, f->order);
}

enum status
frame_free(struct frame *f)
{
	kassert(f->state == FRAME_USER);
	f->epoch |= EPOCH_DYING;
	if (f->maps && map_list_clear(&f->maps))
		return STATUS_RESTART;
	if (f->caps && cap_list_clear(&f->caps))
		return STATUS_RESTART;
	release(f);
	return OK;
}

enum status
frame_free_by(struct capability *c)
{
	struct frame *f = c->object;

	kassert(f->state == FRAME_USER);
	f->epoch |= EPOCH_DYING;
	if (map_list_clear(&f->maps) || cap_clear_others(c))
		return STATUS_RESTART;
	cap_delete(c);
	release(f);
	return OK;
}

enum status
frame_split(struct frame *f)
{
	kassert(f->state == FRAME_USER);
	if (f->order == ORDER_4K)
		return ERR_BAD_VALUE;
	if (f->maps || f->caps)
		return ERR_WRONG_STATE;

	struct space *owner = f->owner;
	unsigned order = f->order - BLOCK_ORDER_STEP;
	u64 epoch = epoch_new();	/* one will do: a token's MAC covers the address, too */
	bool dirty = f->dirty;

	owner_lose(f);
	block_split(f, f->order);
	for (unsigned i = BLOCK_PARTS; i--;) {
		struct frame *part = f + ((u64)i << order);

		become_user(part, order, epoch);
		part->dirty = dirty;
		owner_gain(owner, part);
	}
	return OK;
}

void
frame_return(struct frame *f)
{
	if (f->owner) {
		frame_become(f, FRAME_USER);
		become_user(f, ORDER_4K, epoch_new());
	} else {
		frame_become(f, FRAME_FREE);
		f->maps = NULL;
		block_give(f, ORDER_4K);
	}
}

enum status
frame_disown(struct space *owner)
{
	while (owner->frames) {
		struct frame *f = owner->frames;

		if (f->state != FRAME_USER) {
			owner->frames_held--;
			owner_lose(f);
		} else if (frame_free(f)) {
			return STATUS_RESTART;
		}
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}
