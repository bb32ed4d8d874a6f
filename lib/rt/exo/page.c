/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages with their capabilities: <exo/pool.h>. */
#include <string.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/slots.h>

#define SLOTS		16384u		/* that a space can have */
#define BITS		64u

static uint64_t taken[SLOTS / BITS];	/* a bit for each slot from 0 on; those below PAGE_SLOTS are not ours */
static unsigned hint = PAGE_SLOTS / BITS;	/* no slot before this word's is free */

/* The first free one, which may have no room in the table yet. */
static uint64_t
slot_find(void)
{
	while (hint < SLOTS / BITS && !~taken[hint])
		hint++;
	return hint < SLOTS / BITS ? hint * BITS + (unsigned)__builtin_ctzl(~taken[hint]) : SLOTS;
}

static void
slot_mark(uint64_t slot)
{
	taken[slot / BITS] |= 1ul << slot % BITS;
}

enum status
slot_take(uint64_t *slot)
{
	*slot = slot_find();
	enum status status = *slot < SLOTS ? call_cap_grow(SLOT_OWN, *slot) : ERR_LIMIT;

	if (!status)
		slot_mark(*slot);
	return status;
}

void
slot_give(uint64_t slot)
{
	taken[slot / BITS] &= ~(1ul << slot % BITS);
	if (slot / BITS < hint)
		hint = (unsigned)(slot / BITS);
}

void
slots_forget(void)
{
	memset(taken, 0, sizeof(taken));
	hint = PAGE_SLOTS / BITS;
}

enum status
page_alloc(uint64_t how, uint64_t which, struct page_token *page)
{
	uint64_t slot = slot_find();
	enum status status = call_frame_alloc(how, which, slot, &page->payload, &page->mac);

	if (status == ERR_NO_CAP && !call_cap_grow(SLOT_OWN, slot))
		status = call_frame_alloc(how, which, slot, &page->payload, &page->mac);
	if (!status && !page->mac)		/* a token that is not sealed is a slot */
		slot_mark(slot);
	return status;
}

enum status
page_free(struct page_token page)
{
	enum status status = call_frame_free(page.payload, page.mac);

	if (!status && !page.mac)
		slot_give(page.payload);
	return status;
}
