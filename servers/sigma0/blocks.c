/* SPDX-License-Identifier: BSD-2-Clause */
/* Buddies: see blocks.h. */
#include "blocks.h"

#define BLOCK_FREE	0xffff
#define BLOCK_PART	0xfffe		/* inside a block, or not there */

static void
list_add(struct blocks *b, uint32_t *head, uint32_t at)
{
	b->block[at].prev = BLOCK_NONE;
	b->block[at].next = *head;
	if (*head != BLOCK_NONE)
		b->block[*head].prev = at;
	*head = at;
}

static void
list_remove(struct blocks *b, uint32_t *head, uint32_t at)
{
	uint32_t next = b->block[at].next, prev = b->block[at].prev;

	if (prev == BLOCK_NONE)
		*head = next;
	else
		b->block[prev].next = next;
	if (next != BLOCK_NONE)
		b->block[next].prev = prev;
}

static void
free_add(struct blocks *b, uint32_t at, unsigned order)
{
	b->block[at].owner = BLOCK_FREE;
	b->block[at].order = (uint8_t)order;
	list_add(b, &b->free[order], at);
}

static bool
is_free(const struct blocks *b, uint32_t at, unsigned order)
{
	return at + (1u << order) <= b->pages && b->block[at].owner == BLOCK_FREE && b->block[at].order == order;
}

/* A block that nobody has, with its free neighbours. */
static void
merge(struct blocks *b, uint32_t at, unsigned order)
{
	while (order < BLOCK_ORDERS - 1 && is_free(b, at ^ 1u << order, order)) {
		uint32_t buddy = at ^ 1u << order;
		list_remove(b, &b->free[order], buddy);
		b->block[at | buddy].owner = BLOCK_PART;
		at &= ~(1u << order);
		order++;
	}
	free_add(b, at, order);
}

void
blocks_init(struct blocks *b, struct block *records, uint32_t pages, uint32_t colours)
{
	*b = (struct blocks){ .block = records, .pages = pages, .colours = colours };
	for (uint32_t i = 0; i < pages; i++)
		records[i] = (struct block){ .owner = BLOCK_PART };
	for (unsigned order = 0; order < BLOCK_ORDERS; order++)
		b->free[order] = BLOCK_NONE;
}

void
blocks_add(struct blocks *b, uint32_t first, uint32_t count)
{
	b->total += count;
	b->unused += count;
	while (count--)
		merge(b, first++, 0);
}

struct block_client *
blocks_client(struct blocks *b, uint64_t badge, bool make)
{
	struct block_client *room = NULL;

	for (unsigned i = 0; i < BLOCK_CLIENTS; i++) {
		struct block_client *c = &b->client[i];
		if (badge && c->badge == badge)
			return c;
		if (!c->badge && !room)
			room = c;
	}
	if (!make || !room || !badge)
		return NULL;
	*room = (struct block_client){ .badge = badge, .first = BLOCK_NONE };
	return room;
}

static bool
colour_fits(const struct blocks *b, uint32_t page, uint64_t set)
{
	return !set || set >> (page % b->colours) & 1;
}

/* The free block AT, of ORDER, is divided until only the block of WANTED that has PAGE is left out of the lists. */
static void
divide(struct blocks *b, uint32_t at, unsigned order, unsigned wanted, uint32_t page)
{
	list_remove(b, &b->free[order], at);
	while (order > wanted) {
		uint32_t half = at + (1u << --order);
		free_add(b, page < half ? half : at, order);
		b->block[page < half ? at : half].owner = BLOCK_PART;
		at = page < half ? at : half;
	}
}

/* Of the free block AT a page of SET; BLOCK_NONE.  A block of as many pages as there are colours has them all. */
static uint32_t
page_in(const struct blocks *b, uint32_t at, uint64_t set)
{
	for (uint32_t page = at; page < at + (1u << b->block[at].order) && page < at + b->colours; page++) {
		if (colour_fits(b, page, set))
			return page;
	}
	return BLOCK_NONE;
}

#define LOOK	64		/* blocks of an order that are looked at for a colour */

static uint32_t
find(struct blocks *b, unsigned order, uint64_t set, uint32_t *head)
{
	for (; order < BLOCK_ORDERS; order++) {
		uint32_t at = b->free[order];
		for (unsigned i = 0; at != BLOCK_NONE && i < LOOK; i++, at = b->block[at].next) {
			uint32_t page = page_in(b, at, set);
			if (page == BLOCK_NONE)
				continue;
			*head = at;
			return page;
		}
	}
	return BLOCK_NONE;
}

enum status
blocks_take(struct blocks *b, struct block_client *c, unsigned order, uint64_t set, uint32_t *first)
{
	uint32_t head;

	if (order >= BLOCK_ORDERS || (set && order))
		return ERR_BAD_VALUE;
	if (c->pages + (1u << order) > c->limit)
		return ERR_LIMIT;
	uint32_t page = find(b, order, set, &head);
	if (page == BLOCK_NONE)
		return ERR_NO_FRAME;
	divide(b, head, b->block[head].order, order, page);
	b->block[page].owner = (uint16_t)(c - b->client);
	b->block[page].order = (uint8_t)order;
	list_add(b, &c->first, page);
	c->pages += 1u << order;
	b->unused -= 1u << order;
	*first = page;
	return OK;
}

enum status
blocks_give(struct blocks *b, struct block_client *c, uint32_t first)
{
	if (first >= b->pages || b->block[first].owner != c - b->client)
		return ERR_NOT_FOUND;
	unsigned order = b->block[first].order;
	list_remove(b, &c->first, first);
	c->pages -= 1u << order;
	b->unused += 1u << order;
	b->block[first].owner = BLOCK_PART;
	merge(b, first, order);
	return OK;
}
