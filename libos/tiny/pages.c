/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page table: an array with an entry for each page, as wide as what a page needs to be bound again.
 *
 *	entry of a page     frame's capability | rights        an empty one: never touched, or dropped
 *
 * The kernel's own tables are a cache of this one.  It checks the capability when a page is bound, and never asks what the table looks like.
 */
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include "tiny.h"

#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

struct page {
	struct page_token frame;
	unsigned char there;
	unsigned char less;		/* rights that it does not have: so a page of zeros is a page with all */
};

static struct page table[TINY_PAGES];
static struct pages_count count;

static uint64_t
page_number(uint64_t address)
{
	return (address - TINY_START) / PAGE_BYTES;		/* huge below TINY_START */
}

static uint64_t
page_address(uint64_t number)
{
	return TINY_START + number * PAGE_BYTES;
}

/* What the kernel has of the page is what the table says. */
static bool
page_bind(uint64_t number)
{
	struct page *p = &table[number];

	if (call_bind(page_address(number), p->frame.payload, p->frame.mac, READ_WRITE))
		return false;		/* no kernel memory is left for its table or record */
	return !p->less || !call_protect(page_address(number), 1, READ_WRITE & ~p->less);
}

bool
page_present(uint64_t address)
{
	uint64_t number = page_number(address);

	if (number >= TINY_PAGES || table[number].less == READ_WRITE)
		return false;
	if (!table[number].there) {
		if (page_alloc(FRAME_ANY, 0, &table[number].frame))
			return false;
		table[number].there = true;
		count.there++;
	}
	count.faults++;
	return page_bind(number);
}

void
pages_protect(void *at, unsigned pages, unsigned rights)
{
	uint64_t first = page_number((uintptr_t)at);

	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++)
		table[number].less = READ_WRITE & ~rights;
	call_protect((uintptr_t)at, pages, rights);		/* what is not bound is left out */
}

void
pages_drop(void *at, unsigned pages)
{
	uint64_t first = page_number((uintptr_t)at);

	call_unbind((uintptr_t)at, pages);
	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++) {
		if (table[number].there) {
			page_free(table[number].frame);		/* the kernel clears it before anybody has it again */
			count.there--;
		}
		table[number] = (struct page){ .there = false };
	}
}

struct pages_count
pages_count(void)
{
	return count;
}
