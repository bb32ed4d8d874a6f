/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page table: an array of states.
 *
 *	NOTHING --touched--> OWN         a frame, filled from the file that is mapped there, or of zeros
 *	OWN --fork--> LENT               the frame stays; children have it too, and nobody may write it
 *	LENT --written--> OWN            a copy, as long as there are children; the frame is kept until they have gone.  The frame itself, afterwards
 *	                  BORROWED       in the child: the parent's frame
 *	BORROWED --written--> OWN        a copy
 */
#include <string.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include "internal.h"

#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define COPY_WINDOW	0xfff00000ul	/* where a new page is filled before it takes its place */
#define MAPS		8

enum state { NOTHING, OWN, LENT, BORROWED };

struct page {
	struct page_token frame;	/* OWN, LENT */
	unsigned char state, less;	/* rights that it does not have */
	unsigned char map;		/* the file there, 1 and up */
};

struct map {
	uint64_t first;
	const char *data;
	size_t bytes;
};

static struct page table[TINY_PAGES];
static struct map map[MAPS + 1];
static unsigned maps;
static struct page_token kept[TINY_PAGES];	/* frames that children may have, and that have been copied here */
static unsigned kept_count, copied;
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

/* What may be done with the page now. */
static unsigned
rights(const struct page *p)
{
	return READ_WRITE & ~p->less & ~(p->state == OWN ? 0u : RIGHT_WRITE);
}

/* --- a page is filled, or copied ------------------------------------------------------------------------------------------- */

static void
fill(const struct map *m, uint64_t number, char *to)
{
	size_t offset = (number - m->first) * PAGE_BYTES;

	if (offset < m->bytes)
		memcpy(to, m->data + offset, m->bytes - offset < PAGE_BYTES ? m->bytes - offset : PAGE_BYTES);
}

/* A frame of the page's own, which is FROM's contents, or its file's, takes its place. */
static bool
renew(uint64_t number, const void *from)
{
	struct page *p = &table[number];
	struct page_token frame;

	if (page_alloc(FRAME_ANY, 0, &frame))
		return false;
	if (call_bind(COPY_WINDOW, frame.payload, frame.mac, READ_WRITE)) {
		page_free(frame);
		return false;
	}
	if (from)
		memcpy((void *)COPY_WINDOW, from, PAGE_BYTES);
	else if (p->map)
		fill(&map[p->map], number, (char *)COPY_WINDOW);
	call_unbind(COPY_WINDOW, 1);
	call_unbind(page_address(number), 1);
	if (p->state == LENT)
		kept[kept_count++] = p->frame;
	p->frame = frame;
	p->state = OWN;
	return true;
}

static bool
page_bind(uint64_t number)
{
	const struct page *p = &table[number];
	enum status status = call_bind(page_address(number), p->frame.payload, p->frame.mac, READ_WRITE);

	return !status && (rights(p) == READ_WRITE || !call_protect(page_address(number), 1, rights(p)));
}

bool
page_present(uint64_t address)
{
	uint64_t number = page_number(address);

	if (number >= TINY_PAGES || table[number].less == READ_WRITE || table[number].state == BORROWED)
		return false;			/* what is borrowed is bound, wired, as long as the lender lives */
	if (table[number].state == NOTHING) {
		if (!renew(number, NULL))
			return false;
		count.there++;
	}
	count.faults++;
	return page_bind(number);
}

bool
page_written(uint64_t address)
{
	uint64_t number = page_number(address);
	struct page *p = &table[number];

	if (number >= TINY_PAGES || p->less & RIGHT_WRITE || p->state == NOTHING || p->state == OWN)
		return false;
	if (p->state == LENT && !children_living) {
		p->state = OWN;
		return !call_protect(page_address(number), 1, READ_WRITE);
	}
	copied++;
	return renew(number, (const void *)page_address(number)) && page_bind(number);
}

/* --- fork ------------------------------------------------------------------------------------------------------------------- */

enum status
pages_lend(uint64_t slot)
{
	enum status status = OK;

	for (uint64_t number = 0; !status && number < TINY_PAGES; number++) {
		struct page *p = &table[number];
		if (p->state == NOTHING)
			continue;
		if (p->state == OWN) {
			p->state = LENT;
			call_protect(page_address(number), 1, rights(p));
		}
		status = call_space_share(slot, page_address(number), page_address(number), 1, RIGHT_READ | RIGHT_SHARE);
	}
	return status;
}

void
pages_borrowed(void)
{
	for (uint64_t number = 0; number < TINY_PAGES; number++)
		if (table[number].state != NOTHING)
			table[number].state = BORROWED;
	kept_count = 0;
}

void
pages_returned(void)
{
	while (kept_count)
		page_free(kept[--kept_count]);
}

/* --- revocation --------------------------------------------------------------------------------------------------------------- */

static void
page_forget(uint64_t number)
{
	table[number].state = NOTHING;
	count.there--;
}

void
pages_reclaim(uint64_t wanted)
{
	uint64_t physical, granted, now, accessed, dirty;

	for (uint64_t number = 0; wanted && number < TINY_PAGES; number++) {
		const struct page *p = &table[number];
		if (p->state != OWN || !p->map || call_binding(page_address(number), &physical, &granted, &now, &accessed, &dirty) || dirty)
			continue;
		page_free(p->frame);
		page_forget(number);
		wanted--;
	}
}

/* Nothing is bound where a frame is gone; where it is not, that is a binding that has to be made again. */
void
pages_lost(void)
{
	uint64_t physical, granted, now, accessed, dirty;

	for (uint64_t number = 0; number < TINY_PAGES; number++)
		if (table[number].state == OWN && call_binding(page_address(number), &physical, &granted, &now, &accessed, &dirty) &&
		    !page_bind(number))
			page_forget(number);
}

/* --- interface -------------------------------------------------------------------------------------------------------------- */

bool
pages_map(void *at, unsigned pages, const void *data, size_t bytes)
{
	uint64_t first = page_number((uintptr_t)at);

	if (maps == MAPS || first >= TINY_PAGES || pages > TINY_PAGES - first)
		return false;
	pages_drop(at, pages);
	map[++maps] = (struct map){ .first = first, .data = data, .bytes = bytes };
	for (uint64_t number = first; number < first + pages; number++)
		table[number].map = (unsigned char)maps;
	return true;
}

void
pages_protect(void *at, unsigned pages, unsigned wanted)
{
	uint64_t first = page_number((uintptr_t)at);

	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++) {
		table[number].less = READ_WRITE & ~wanted;
		call_protect(page_address(number), 1, rights(&table[number]));
	}
}

void
pages_drop(void *at, unsigned pages)
{
	uint64_t first = page_number((uintptr_t)at);

	call_unbind((uintptr_t)at, pages);
	for (uint64_t number = first; number < first + pages && number < TINY_PAGES; number++) {
		struct page *p = &table[number];
		count.there -= p->state != NOTHING;
		if (p->state == OWN)
			page_free(p->frame);
		if (p->state == LENT)
			kept[kept_count++] = p->frame;
		*p = (struct page){ .state = NOTHING };
	}
	if (!children_living)
		pages_returned();
}

struct pages_count
pages_count(void)
{
	return count;
}

unsigned
pages_copied(void)
{
	return copied;
}
