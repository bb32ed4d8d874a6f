/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages with their capabilities: <exo/pool.h>. */
#include <stdbool.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/slots.h>

#define SLOTS		16384u		/* that a space can have */
#define BITS		64u

static uint64_t taken[SLOTS / BITS];	/* a bit for each slot from 0 on; those below PAGE_SLOTS are not ours */
static unsigned hint = PAGE_SLOTS / BITS;	/* no slot before this word's is free */

static uint64_t
slot_free(void)
{
	while (hint < SLOTS / BITS && !~taken[hint])
		hint++;
	return hint < SLOTS / BITS ? hint * BITS + (unsigned)__builtin_ctzl(~taken[hint]) : SLOTS;
}

/* A token that is not sealed is a slot. */
static void
slot_mark(struct page_token page, bool used)
{
	unsigned word = (unsigned)(page.payload / BITS);
	uint64_t bit = 1ul << page.payload % BITS;

	if (page.mac)
		return;
	taken[word] = used ? taken[word] | bit : taken[word] & ~bit;
	if (!used && word < hint)
		hint = word;
}

enum status
page_alloc(uint64_t how, uint64_t which, struct page_token *page)
{
	uint64_t slot = slot_free();
	enum status status = call_frame_alloc(how, which, slot, &page->payload, &page->mac);

	if (status == ERR_NO_CAP && !call_cap_grow(SLOT_OWN, slot))
		status = call_frame_alloc(how, which, slot, &page->payload, &page->mac);
	if (!status)
		slot_mark(*page, true);
	return status;
}

enum status
page_free(struct page_token page)
{
	enum status status = call_frame_free(page.payload, page.mac);

	if (!status)
		slot_mark(page, false);
	return status;
}
