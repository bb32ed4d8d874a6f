/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools of pages: stock, giving back, and a partition of the cache: two pools with colours of their own never share a set. */
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include "tap.h"

#define AT	0x200000000ul
#define PAGES	64

static uint64_t
holds(void)
{
	uint64_t allowance, given, held = 0, kmem, kmem_free;

	call_holdings(~0ul, &allowance, &given, &held, &kmem, &kmem_free);
	return held;
}

/* The page's colour: which sets of the cache it falls into. */
static uint64_t
colour_of(struct page_token page)
{
	uint64_t physical = 0, granted, rights, accessed, dirty;

	call_bind(AT, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE);
	call_binding(AT, &physical, &granted, &rights, &accessed, &dirty);
	call_unbind(AT, 1);
	return physical / 4096 % rt_bootinfo->colours;
}

static void
test_stock(void)
{
	static struct page_token stock[4], page[6];
	struct pool pool = { .stock = stock, .room = 4 };
	uint64_t before = holds();
	unsigned bad = 0;

	for (int i = 0; i < 6; i++)
		bad |= pool_take(&pool, &page[i]);
	tap_equal(bad, OK);
	tap_equal(holds() - before, 6);
	for (int i = 0; i < 6; i++)
		bad |= pool_give(&pool, page[i]);
	tap_equal(bad, OK);
	tap_equal(holds() - before, 4);
	tap_status(pool_take(&pool, &page[0]), OK);
	tap_equal(holds() - before, 4);
	tap_equal(pool_return(&pool, 2), 2);
	tap_equal(pool_return(&pool, 2), 1);
	tap_equal(holds() - before, 1);
	tap_status(page_free(page[0]), OK);
	tap_status(page_free(page[0]), page[0].mac ? ERR_BAD_TOKEN : ERR_NO_CAP);
}

/* Of PAGES pages of POOL, how many have a colour outside of [FIRST, FIRST + COLOURS); and how many colours they have. */
static unsigned
outside(struct pool *pool, uint64_t first, uint64_t colours, unsigned *different)
{
	static struct page_token page[PAGES];
	static bool seen[1024];
	unsigned wrong = 0;

	*different = 0;
	for (int i = 0; i < PAGES; i++) {
		if (pool_take(pool, &page[i]))
			return ~0u;
		uint64_t colour = colour_of(page[i]);
		wrong += colour - first >= colours;
		*different += !seen[colour % 1024];
		seen[colour % 1024] = true;
	}
	for (int i = 0; i < PAGES; i++)
		page_free(page[i]);
	for (int i = 0; i < 1024; i++)
		seen[i] = false;
	return wrong;
}

static void
test_partition(void)
{
	uint64_t colours = rt_bootinfo->colours, part = colours / 4;
	struct pool small = { .first_colour = 0, .colours = part }, large = { .first_colour = part, .colours = colours - part };
	struct pool none = { .first_colour = colours, .colours = 1 };
	struct page_token page;
	unsigned different;

	tap_ok(colours >= 4, "the machine has colours to divide");
	tap_equal(outside(&small, 0, part, &different), 0);
	tap_equal(different, part);
	tap_equal(outside(&large, part, colours - part, &different), 0);
	tap_equal(different, PAGES < colours - part ? PAGES : colours - part);
	tap_status(pool_take(&none, &page), ERR_BAD_VALUE);
}

int
main(void)
{
	test_stock();
	test_partition();
	tap_done();
}
