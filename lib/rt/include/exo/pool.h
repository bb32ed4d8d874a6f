/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages in stock.  The kernel allocates by name; which pages to take, and which to keep for later, is the library OS's business.  A pool takes
 * only pages of the colours that it is restricted to, so that two pools can have parts of the cache to themselves; and it can give back
 * what it does not use, when somebody asks.
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>

/* A capability to one page, with all rights, in whichever encoding the kernel was started with: a sealed token, or a slot and 0. */
struct page_token {
	uint64_t payload, mac;
};

/* An empty slot of the caller's table, from PAGE_SLOTS on, for a call's `into'; ERR_LIMIT: there is none, ERR_NO_KMEM. */
enum status slot_take(uint64_t *slot);
void slot_give(uint64_t slot);

/* Of a program whose memory is a copy of another's: none of its slots from PAGE_SLOTS on is in use. */
void slots_forget(void);

/* How and which as of <exo/frames.h>.  Where capabilities are in slots, one of the caller's from PAGE_SLOTS on is taken, and is free again with the page. */
#define PAGE_SLOTS	1024
enum status page_alloc(uint64_t how, uint64_t which, struct page_token *page);
enum status page_free(struct page_token page);

struct pool {
	struct page_token *stock;	/* room for `room`, of which the first `count` are there */
	unsigned count, room;
	uint64_t first_colour, colours;	/* pages are of these, in turn; colours 0: any */
	uint64_t next;
};

/* A page out of the stock, else from the kernel. */
enum status pool_take(struct pool *pool, struct page_token *page);

/* It comes into the stock; when that is full, it goes back to the kernel.  What was bound must be unbound. */
enum status pool_give(struct pool *pool, struct page_token page);

/* Give at most COUNT pages of the stock back to the kernel; how many it were. */
unsigned pool_return(struct pool *pool, unsigned count);
