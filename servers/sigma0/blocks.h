/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which memory is free and who has the rest: blocks of 2^n pages, n from 0 to BLOCK_ORDERS - 1, at multiples of their size.  Free neighbours
 * become one.  No system call: the host tests it.
 *
 * A block is known by the number of its first page.  Every block is in one list, that of the free ones of its order or that of its owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>

#define BLOCK_ORDERS	10		/* up to 2 MiB */
#define BLOCK_CLIENTS	64
#define BLOCK_NONE	(~0u)
#define BLOCK_COLOURS	64

struct block {
	uint32_t next, prev;		/* in its list, BLOCK_NONE at the ends; of a head only */
	uint16_t owner;			/* index of a client; BLOCK_FREE, BLOCK_PART */
	uint8_t order;
};

struct block_client {
	uint64_t badge;			/* 0: nobody */
	uint64_t pages, limit;
	uint32_t first;			/* its blocks */
};

struct blocks {
	struct block *block;		/* one a page, from page 0 on */
	uint32_t pages;			/* records */
	uint32_t total, unused;		/* pages that there are, and that are free */
	uint32_t colours;		/* 1 to BLOCK_COLOURS, a power of two: page number modulo this is a page's colour */
	uint32_t free[BLOCK_ORDERS];
	struct block_client client[BLOCK_CLIENTS];
};

/* No memory yet; RECORDS is of PAGES records. */
void blocks_init(struct blocks *b, struct block *records, uint32_t pages, uint32_t colours);

/* The pages from FIRST on are there, and free. */
void blocks_add(struct blocks *b, uint32_t first, uint32_t count);

/* The client of that badge; NULL: there is none, or, with MAKE, no room for one more. */
struct block_client *blocks_client(struct blocks *b, uint64_t badge, bool make);

/* A block for C, of one of the colours in SET when that is not 0: for single pages.  ERR_BAD_VALUE, ERR_LIMIT, ERR_NO_FRAME. */
enum status blocks_take(struct blocks *b, struct block_client *c, unsigned order, uint64_t set, uint32_t *first);

static inline bool
blocks_owns(const struct blocks *b, const struct block_client *c, uint32_t first)
{
	return b->block[first].owner == c - b->client;
}

/* The block at FIRST is free.  ERR_NOT_FOUND: it is not C's. */
enum status blocks_give(struct blocks *b, struct block_client *c, uint32_t first);
