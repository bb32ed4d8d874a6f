/* SPDX-License-Identifier: BSD-2-Clause */
/* Free blocks: lists, breaking, joining.  block.h has the picture. */
#include "core/block.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/panic.h"

static struct blocks {
	u64 mask;				/* colours - 1 */
	u64 turn;				/* colour where the next search for any begins */
	u64 coloured[BLOCK_COLOURS / 64];	/* bit set: the colour's list is not empty */
	struct frame *small[BLOCK_COLOURS];
	struct frame *large[2];			/* 2M, 1G */
	struct frame *spare[2];			/* 2M, 1G: broken, but all free; NULL: none */
} blocks;

/* Index by a large block's order. */
static inline unsigned
large(unsigned order)
{
	return order == ORDER_1G;
}

unsigned
block_colour(const struct frame *f)
{
	return frame_number(f) & blocks.mask;
}

unsigned
block_colours(void)
{
	return blocks.mask + 1;
}

struct frame *
block_around(const struct frame *f, unsigned order)
{
	return arch_frames() + (frame_number(f) >> order << order);
}

void
block_init(unsigned colours)
{
	blocks = (struct blocks){ .mask = colours - 1 };
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

static inline struct frame **
list_of(const struct frame *f, unsigned order)
{
	return order == ORDER_4K ? &blocks.small[block_colour(f)] : &blocks.large[large(order)];
}

/* The list of F has something in it. */
static inline void
coloured_set(const struct frame *f, unsigned order)
{
	if (order == ORDER_4K)
		blocks.coloured[block_colour(f) / 64] |= 1ul << block_colour(f) % 64;
}

static inline void
list_insert(struct frame *f, unsigned order)
{
	struct frame **list = list_of(f, order);

	f->state = FRAME_FREE;
	f->order = order;
	f->next = *list;
	f->pprev = list;
	if (f->next)
		f->next->pprev = &f->next;
	*list = f;
	coloured_set(f, order);
}

static inline void
list_remove(struct frame *f, unsigned order)
{
	*f->pprev = f->next;
	if (f->next)
		f->next->pprev = f->pprev;
	else if (order == ORDER_4K && !blocks.small[block_colour(f)])
		blocks.coloured[block_colour(f) / 64] &= ~(1ul << block_colour(f) % 64);
}

/* --- breaking and joining --------------------------------------------------------------------------------------- */

/* The piece of the next larger order around a part of ORDER; NULL when that is not all RAM. */
static inline struct frame *
piece_around(const struct frame *f, unsigned order)
{
	return f->room > order ? block_around(f, order + BLOCK_ORDER_STEP) : NULL;
}

static inline u16 *
free_parts(struct frame *piece, unsigned order)
{
	return &piece->free_parts[large(order)];
}

static inline void
part_lost(struct frame *f, unsigned order)
{
	struct frame *piece = piece_around(f, order);

	if (!piece)
		return;
	order += BLOCK_ORDER_STEP;
	if ((*free_parts(piece, order))-- == BLOCK_PARTS && blocks.spare[large(order)] == piece)
		blocks.spare[large(order)] = NULL;
}

/* Take F out of its list. */
static inline struct frame *
block_remove(struct frame *f, unsigned order)
{
	list_remove(f, order);
	part_lost(f, order);
	return f;
}

/* The chain from FIRST to LAST, linked already, goes to the front of LIST. */
static inline void
chain_insert(struct frame **list, struct frame *first, struct frame *last)
{
	first->pprev = list;
	last->next = *list;
	if (*list)
		(*list)->pprev = &last->next;
	*list = first;
}

/*
 * Lowest part first in the lists: what is allocated in sequence then is in sequence.  With C lists, every C-th part is in the
 * same: these are linked with each other first, then each such chain goes into its list.
 */
static void
block_break(struct frame *head, unsigned order)
{
	unsigned part_order = order - BLOCK_ORDER_STEP;
	u64 lists = part_order == ORDER_4K ? blocks.mask + 1 : 1;
	u64 stride = lists << part_order;
	struct frame *part = block_remove(head, order);

	for (unsigned i = 0; i < BLOCK_PARTS; i++, part += 1ul << part_order) {
		part->state = FRAME_FREE;
		part->order = part_order;
		part->next = part + stride;
		part->pprev = &(part - stride)->next;
	}
	for (u64 i = 0; i < lists; i++) {
		struct frame *first = head + i;

		chain_insert(list_of(first, part_order), first, part - stride + i);
		coloured_set(first, part_order);
	}
}

static void part_gained(struct frame *f, unsigned order);

/* The 512 parts of the piece at HEAD leave their lists: 10 instructions for one. */
static ALWAYS_INLINE void
parts_remove(struct frame *head, unsigned part_order)
{
	const struct frame *end = head + ((u64)BLOCK_PARTS << part_order);

	for (struct frame *part = head; part < end; part += 1ul << part_order) {
		list_remove(part, part_order);
		part->state = FRAME_PART;
	}
}

/* All parts of the piece at HEAD are free: make one block of them.  No operation does it more than twice. */
static void
block_join(struct frame *head, unsigned order)
{
	if (blocks.spare[large(order)] == head)
		blocks.spare[large(order)] = NULL;
	if (order == ORDER_2M)
		parts_remove(head, ORDER_4K);
	else
		parts_remove(head, ORDER_2M);
	preempt_charge(PREEMPT_STEPS);
	list_insert(head, order);
	part_gained(head, order);
}

/* The piece at HEAD becomes the spare; the one before it is joined. */
static void
piece_complete(struct frame *head, unsigned order)
{
	struct frame *before = blocks.spare[large(order)];

	blocks.spare[large(order)] = head;
	if (before)
		block_join(before, order);
}

static void
part_gained(struct frame *f, unsigned order)
{
	struct frame *piece = piece_around(f, order);

	if (piece && ++*free_parts(piece, order + BLOCK_ORDER_STEP) == BLOCK_PARTS)
		piece_complete(piece, order + BLOCK_ORDER_STEP);
}

void
block_give(struct frame *f, unsigned order)
{
	list_insert(f, order);
	part_gained(f, order);
}

void
block_split(struct frame *f, unsigned order)
{
	*free_parts(f, order) = 0;
}

static void
spare_join(unsigned order)
{
	if (blocks.spare[large(order)])
		block_join(blocks.spare[large(order)], order);
}

/* --- boot ------------------------------------------------------------------------------------------------------- */

/* [P, P + 512) is one 2M block, inside a piece of order ROOM. */
static void
add_large(u64 p, unsigned room)
{
	struct frame *head = arch_frames() + p;

	for (unsigned i = 0; i < BLOCK_PARTS; i++) {
		head[i].state = FRAME_PART;
		head[i].room = room;
	}
	head->free_parts[large(ORDER_2M)] = BLOCK_PARTS;
	block_give(head, ORDER_2M);
}

static bool
is_inside(u64 p, unsigned order, u64 first, u64 end)
{
	u64 begin = p >> order << order;

	return begin >= first && begin + (1ul << order) <= end;
}

void
block_add(u64 first, u64 count)
{
	u64 end = first + count;

	for (u64 p = first; p < end;) {
		if (is_inside(p, ORDER_2M, first, end)) {
			add_large(p, is_inside(p, ORDER_1G, first, end) ? ORDER_1G : ORDER_2M);
			p += BLOCK_PARTS;
		} else {
			block_give(arch_frames() + p++, ORDER_4K);
		}
	}
}

/* --- taking ----------------------------------------------------------------------------------------------------- */

/* See that the list of 2M blocks is not empty, if that can be. */
static bool
supply_2m(void)
{
	if (blocks.large[large(ORDER_2M)])
		return true;
	if (blocks.spare[large(ORDER_2M)])
		spare_join(ORDER_2M);
	else if (blocks.large[large(ORDER_1G)])
		block_break(blocks.large[large(ORDER_1G)], ORDER_1G);
	return blocks.large[large(ORDER_2M)];
}

static bool
supply_1g(void)
{
	if (blocks.large[large(ORDER_1G)])
		return true;
	spare_join(ORDER_2M);			/* which may complete a piece of 1G, and make a block of the one before */
	if (!blocks.large[large(ORDER_1G)])
		spare_join(ORDER_1G);
	return blocks.large[large(ORDER_1G)];
}

/* 4K blocks from a 2M block, of every colour. */
static bool
supply_4k(void)
{
	if (!supply_2m())
		return false;
	block_break(blocks.large[large(ORDER_2M)], ORDER_2M);
	return true;
}

/* The word of `coloured` at or behind WORD, all the way round, that is not 0; -1: none. */
static int __attribute__((noinline))
coloured_next(unsigned word)
{
	for (unsigned i = 0; i < ARRAY_SIZE(blocks.coloured); i++, word++)
		if (blocks.coloured[word % ARRAY_SIZE(blocks.coloured)])
			return word % ARRAY_SIZE(blocks.coloured);
	return -1;
}

/* The next colour in turn that has a block; -1: none has. */
static inline int
colour_next(void)
{
	u64 turn = blocks.turn & blocks.mask;
	u64 bits = blocks.coloured[turn / 64] >> turn % 64;

	if (__builtin_expect(bits != 0, 1))
		return turn + __builtin_ctzl(bits);
	int word = coloured_next(turn / 64 + 1);
	return word < 0 ? -1 : word * 64 + __builtin_ctzl(blocks.coloured[word]);
}

struct frame *
block_take_small(void)
{
	int colour = colour_next();

	if (__builtin_expect(colour < 0, 0)) {
		if (!supply_4k())
			return NULL;
		colour = colour_next();
	}
	blocks.turn = colour + 1;
	return block_remove(blocks.small[colour], ORDER_4K);
}

struct frame *
block_take_colour(unsigned colour)
{
	if (!blocks.small[colour])
		supply_4k();
	if (!blocks.small[colour])
		return NULL;
	return block_remove(blocks.small[colour], ORDER_4K);
}

struct frame *
block_take_large(unsigned order)
{
	if (!(order == ORDER_2M ? supply_2m() : supply_1g()))
		return NULL;
	return block_remove(blocks.large[large(order)], order);
}

static inline bool
is_block(const struct frame *head, unsigned order)
{
	return head->state == FRAME_FREE && head->order == order;
}

/* Break what HEAD is a part of, if that is a free block of ORDER. */
static void
break_around(const struct frame *head, unsigned order)
{
	struct frame *whole = block_around(head, order);

	if (head->room >= order && is_block(whole, order))
		block_break(whole, order);
}

/* See that a block of ORDER begins at HEAD, if all of it is free. */
static void
supply_at(struct frame *head, unsigned order)
{
	if (order == ORDER_1G)
		spare_join(ORDER_2M);
	if (order > ORDER_4K && blocks.spare[large(order)] == head)
		spare_join(order);
	if (order < ORDER_1G)
		break_around(head, ORDER_1G);
	if (order < ORDER_2M)
		break_around(head, ORDER_2M);
}

struct frame *
block_take_at(struct frame *head, unsigned order)
{
	if (order > head->room)
		return NULL;
	if (!is_block(head, order))
		supply_at(head, order);
	return is_block(head, order) ? block_remove(head, order) : NULL;
}

/* --- checks ----------------------------------------------------------------------------------------------------- */

static u64
list_check(const struct frame *list, unsigned order)
{
	u64 pages = 0;

	for (const struct frame *f = list; f; f = f->next) {
		kassert(f->state == FRAME_FREE && f->order == order && !f->owner);
		pages += 1ul << order;
	}
	return pages;
}

static u64
colour_check(unsigned colour)
{
	const struct frame *list = blocks.small[colour];

	kassert(!list == !(blocks.coloured[colour / 64] >> colour % 64 & 1));
	for (const struct frame *f = list; f; f = f->next)
		kassert(block_colour(f) == colour);
	return list_check(list, ORDER_4K);
}

bool
block_is_spare(const struct frame *head, unsigned order)
{
	return blocks.spare[large(order)] == head;
}

void
block_check(u64 free_pages)
{
	u64 pages = list_check(blocks.large[0], ORDER_2M) + list_check(blocks.large[1], ORDER_1G);

	for (unsigned colour = 0; colour < block_colours(); colour++)
		pages += colour_check(colour);
	kassert(pages == free_pages);
	for (unsigned i = 0; i < ARRAY_SIZE(blocks.spare); i++)
		kassert(!blocks.spare[i] || blocks.spare[i]->free_parts[i] == BLOCK_PARTS);
}
