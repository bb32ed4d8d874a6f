/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Another page table for tiny, in place of pages.c: inverted.  It has an entry for each frame that is held, not for each page that could be, and
 * finds a page's by hashing its number.
 *
 *	bucket[hash(page)] --> entry: page, frame, rights --> entry ... --> NONE		as many entries as frames: FRAMES
 *
 * A table of 2,000 frames serves a space of any size.  The kernel notices no difference: it sees frames bound and unbound.  The same tests run with both.
 */
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include "tiny.h"

#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define FRAMES		2048u
#define BUCKETS		1024u			/* a power of two */
#define NONE		0			/* entry 0 is not used: a table of zeros is an empty one */

struct entry {
	uint64_t number;			/* of the page */
	struct page_token frame;
	bool there;				/* it has a frame; one without says what rights the page will have */
	unsigned char rights;
	unsigned next;				/* in its bucket, or among the free */
};

static struct entry entry[FRAMES];
static unsigned bucket[BUCKETS], free_entries, used = 1;
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

/* --- the table ------------------------------------------------------------------------------------------------------- */

/* By the golden ratio: neighbours are far apart. */
static unsigned *
bucket_of(uint64_t number)
{
	return &bucket[number * 0x9e3779b97f4a7c15 >> 54];
}
_Static_assert(BUCKETS == 1u << (64 - 54), "as many buckets as hashes");

/* The link that leads to the page's entry, or to the bucket's end. */
static unsigned *
entry_link(uint64_t number)
{
	unsigned *link = bucket_of(number);

	while (*link != NONE && entry[*link].number != number)
		link = &entry[*link].next;
	return link;
}

/* The page's entry, a new one if it has none; NULL: the table is full. */
static struct entry *
entry_of(uint64_t number)
{
	unsigned *link = entry_link(number), n = *link;

	if (n != NONE)
		return &entry[n];
	n = free_entries ? free_entries : used;
	if (n == FRAMES)
		return NULL;
	if (n == used)
		used++;
	else
		free_entries = entry[n].next;
	entry[n] = (struct entry){ .number = number, .rights = READ_WRITE };
	return &entry[*link = n];
}

static void
entry_remove(unsigned *link)
{
	unsigned n = *link;

	*link = entry[n].next;
	entry[n].next = free_entries;
	free_entries = n;
}

/* --- interface ----------------------------------------------------------------------------------------------------------- */

bool
page_present(uint64_t address)
{
	uint64_t number = page_number(address);
	struct entry *e = number < TINY_PAGES ? entry_of(number) : NULL;

	if (!e || !e->rights)
		return false;
	if (!e->there) {
		if (page_alloc(FRAME_ANY, 0, &e->frame))
			return false;
		e->there = true;
		count.there++;
	}
	count.faults++;
	if (call_bind(page_address(number), e->frame.payload, e->frame.mac, READ_WRITE))
		return false;
	return e->rights == READ_WRITE || !call_protect(page_address(number), 1, e->rights);
}

void
pages_protect(void *at, unsigned pages, unsigned rights)
{
	uint64_t first = page_number((uintptr_t)at);
	struct entry *e;

	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++)
		if ((e = entry_of(number)))
			e->rights = (unsigned char)rights;
	call_protect((uintptr_t)at, pages, rights);		/* what is not bound is left out */
}

void
pages_drop(void *at, unsigned pages)
{
	uint64_t first = page_number((uintptr_t)at);

	call_unbind((uintptr_t)at, pages);
	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++) {
		unsigned *link = entry_link(number);
		if (*link == NONE)
			continue;
		if (entry[*link].there) {
			page_free(entry[*link].frame);
			count.there--;
		}
		entry_remove(link);
	}
}

struct pages_count
pages_count(void)
{
	return count;
}
