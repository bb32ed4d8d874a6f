/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Free memory, in blocks of 4 KiB, 2 MiB and 1 GiB.
 *
 *   1G blocks   one list                    a block is in exactly one list, by its head record
 *   2M blocks   one list                    (state FREE, .order; the other records are PART)
 *   4K blocks   one list for each colour    colour: page frame number modulo the number of colours
 *
 * A 2M or 1G piece that is wholly RAM counts its free parts in the record of its first page.  An allocation takes a block of
 * the size it needs and breaks a larger one only when there is none, so that large blocks survive.  Parts that are all free are
 * joined again, but for one piece of each size (the spare): a loop of allocation and release at the edge would otherwise break
 * and join the same block over and over.
 *
 * Every operation is bounded: it breaks or joins at most one 2M and one 1G block, of 512 parts each.
 */
#pragma once

#include "core/types.h"

struct frame;

#define BLOCK_PARTS		512	/* of the next smaller order */
#define BLOCK_ORDER_STEP	9
#define BLOCK_COLOURS		256	/* at most */

void block_init(unsigned colours);
unsigned block_colour(const struct frame *f);
unsigned block_colours(void);

/* At boot: page frames [FIRST, FIRST + COUNT) are free RAM. */
void block_add(u64 first, u64 count);

/* Take a free block, out of all lists; NULL when there is none.  Its state is the caller's to set, at once. */
struct frame *block_take_small(void);			/* 4K, the colours in turn */
struct frame *block_take_colour(unsigned colour);	/* 4K */
struct frame *block_take_large(unsigned order);
struct frame *block_take_at(struct frame *head, unsigned order);

/* F, of ORDER, is free again. */
void block_give(struct frame *f, unsigned order);

/* F, of ORDER and in use, becomes 512 frames in use. */
void block_split(struct frame *f, unsigned order);

/* The first record of the aligned piece of ORDER around F. */
struct frame *block_around(const struct frame *f, unsigned order);

/* The piece of ORDER at HEAD is the spare: broken, but all free. */
bool block_is_spare(const struct frame *head, unsigned order);

/* Invariants of the lists, which hold FREE_PAGES pages; panics.  Those of each record are frame_check's. */
void block_check(u64 free_pages);
