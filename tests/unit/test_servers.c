/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of l4's servers that make no system call: sigma0's blocks, a pager's clients, alarms, dates, a ring. */
#include <string.h>
#include "test.h"
#include "blocks.h"
#include "clients.h"
#include "alarms.h"
#include "ring.h"
#include "rtc.h"

/* --- sigma0's blocks ------------------------------------------------------------------------------------------------------ */

#define PAGES	2048u

static struct block records[PAGES];
static struct blocks blocks;

static struct block_client *
begin(u64 limit)
{
	blocks_init(&blocks, records, PAGES, 8);
	blocks_add(&blocks, 3, PAGES - 3);
	struct block_client *c = blocks_client(&blocks, 5, true);
	c->limit = limit;
	return c;
}

/* Every page is in one block; free blocks are in the list of their order, with no free buddy; the counts are right. */
static void
blocks_verify(void)
{
	u32 unused = 0;

	for (unsigned order = 0; order < BLOCK_ORDERS; order++) {
		for (u32 at = blocks.free[order]; at != BLOCK_NONE; at = records[at].next) {
			assert_int_equal(records[at].order, order);
			assert_int_equal(at % (1u << order), 0);
			unused += 1u << order;
		}
	}
	assert_int_equal(unused, blocks.unused);
	for (unsigned i = 0; i < BLOCK_CLIENTS; i++) {
		u64 pages = 0;
		for (u32 at = blocks.client[i].first; blocks.client[i].badge && at != BLOCK_NONE; at = records[at].next)
			pages += 1u << records[at].order;
		assert_int_equal(pages, blocks.client[i].pages);
		unused += (u32)pages;
	}
	assert_int_equal(unused, blocks.total);
}

static void
blocks_come_and_go(void **state)
{
	struct block_client *c = begin(PAGES);
	u32 large, page;

	assert_int_equal(blocks_take(&blocks, c, 9, 0, &large), OK);
	assert_int_equal(large % 512, 0);
	assert_int_equal(blocks_take(&blocks, c, 0, 0, &page), OK);
	assert_true(blocks_owns(&blocks, c, page));
	blocks_verify();
	assert_int_equal(blocks_give(&blocks, c, large + 1), ERR_NOT_FOUND);
	assert_int_equal(blocks_give(&blocks, c, PAGES), ERR_NOT_FOUND);
	assert_int_equal(blocks_give(&blocks, c, large), OK);
	assert_int_equal(blocks_give(&blocks, c, large), ERR_NOT_FOUND);
	assert_int_equal(blocks_give(&blocks, c, page), OK);
	blocks_verify();
	assert_int_equal(blocks.unused, blocks.total);
	assert_int_equal(blocks_take(&blocks, c, 9, 0, &large), OK);
}

static void
blocks_refuse(void **state)
{
	struct block_client *c = begin(4), *other = blocks_client(&blocks, 6, true);
	u32 page;

	assert_int_equal(blocks_take(&blocks, c, BLOCK_ORDERS, 0, &page), ERR_BAD_VALUE);
	assert_int_equal(blocks_take(&blocks, c, 1, 1, &page), ERR_BAD_VALUE);
	assert_int_equal(blocks_take(&blocks, c, 3, 0, &page), ERR_LIMIT);
	assert_int_equal(blocks_take(&blocks, c, 2, 0, &page), OK);
	assert_int_equal(blocks_take(&blocks, c, 0, 0, &page), ERR_LIMIT);
	assert_int_equal(blocks_give(&blocks, other, page), ERR_NOT_FOUND);
	c->limit = ~0ul;
	while (blocks_take(&blocks, c, 0, 0, &page) == OK)
		;
	assert_int_equal(blocks.unused, 0);
	assert_int_equal(blocks_take(&blocks, c, 0, 0, &page), ERR_NO_FRAME);
	for (u64 badge = 7; blocks_client(&blocks, badge, true); badge++)
		;
	assert_null(blocks_client(&blocks, 1000, true));
	assert_null(blocks_client(&blocks, 0, true));
	assert_ptr_equal(blocks_client(&blocks, 6, false), other);
	blocks_verify();
}

static void
colours_are_kept(void **state)
{
	struct block_client *c = begin(PAGES);
	u32 page, count = 0;

	while (blocks_take(&blocks, c, 0, 0x22, &page) == OK) {
		assert_true(page % 8 == 1 || page % 8 == 5);
		count++;
	}
	assert_true(count >= PAGES / 4 - 64);
	blocks_verify();
	assert_int_equal(blocks_take(&blocks, c, 0, 0x1, &page), OK);
	assert_int_equal(page % 8, 0);
}

static void
blocks_at_random(void **state)
{
	struct block_client *c = begin(PAGES);
	struct input in = input_random(42);
	u32 held[256], count = 0;

	for (int step = 0; step < 20000; step++) {
		if (count < 256 && input_below(&in, 2)) {
			unsigned order = (unsigned)input_below(&in, 6);
			count += blocks_take(&blocks, c, order, order ? 0 : input_below(&in, 256), &held[count]) == OK;
		} else if (count) {
			u32 i = (u32)input_below(&in, count);
			assert_int_equal(blocks_give(&blocks, c, held[i]), OK);
			held[i] = held[--count];
		}
		if (step % 64 == 0)
			blocks_verify();
	}
	while (c->first != BLOCK_NONE)
		blocks_give(&blocks, c, c->first);
	blocks_verify();
	assert_int_equal(blocks.unused, blocks.total);
}

/* --- a pager's clients ---------------------------------------------------------------------------------------------------- */

static void
regions_are_found(void **state)
{
	static struct clients clients;

	assert_int_equal(region_add(&clients, 3, (struct region){ 0x1000, 1, 1, 0 }), ERR_NOT_FOUND);
	assert_int_equal(region_add(&clients, 0, (struct region){ 0x1000, 1, 1, 0 }), ERR_NOT_FOUND);
	assert_int_equal(client_adopt(&clients, 3), OK);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x1000, 2, 1, 0x9000 }), OK);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x2000, 1, 1, 0 }), ERR_BAD_VALUE);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x3001, 1, 1, 0 }), ERR_BAD_VALUE);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x3000, 0, 1, 0 }), ERR_BAD_VALUE);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x3000, ~0ul, 1, 0 }), ERR_BAD_VALUE);
	assert_int_equal(region_add(&clients, 3, (struct region){ ~0xffful, 1, 1, 0 }), ERR_BAD_VALUE);
	assert_int_equal(region_add(&clients, 3, (struct region){ 0x3000, 1, 3, 0 }), OK);
	const struct client *c = client_of(&clients, 3);
	assert_int_equal(region_at(c, 0x2fff)->content, 0x9000);
	assert_int_equal(region_at(c, 0x3000)->rights, 3);
	assert_null(region_at(c, 0xfff));
	assert_null(region_at(c, 0x4000));
	for (u64 i = 2; i < REGIONS; i++)
		assert_int_equal(region_add(&clients, 3, (struct region){ i << 20, 1, 1, 0 }), OK);
	assert_int_equal(region_add(&clients, 3, (struct region){ 1ul << 40, 1, 1, 0 }), ERR_LIMIT);
	assert_int_equal(client_adopt(&clients, 3), OK);
	assert_null(region_at(c, 0x1000));
	for (u64 badge = 4; badge < 3 + CLIENTS; badge++)
		assert_int_equal(client_adopt(&clients, badge), OK);
	assert_int_equal(client_adopt(&clients, 99), ERR_LIMIT);
}

/* --- time ------------------------------------------------------------------------------------------------------------------ */

static void
alarms_are_due(void **state)
{
	static struct alarms a;

	assert_true(alarms_first(&a) == ALARM_NONE);
	int one = alarms_set(&a, 1, 100, 50), two = alarms_set(&a, 2, 100, 20);
	assert_int_equal(alarms_first(&a), 120);
	assert_int_equal(alarms_due(&a, 119), ALARM_OFF);
	assert_int_equal(alarms_due(&a, 150), one);
	assert_int_equal(alarms_due(&a, 150), two);
	assert_int_equal(alarms_due(&a, 150), ALARM_OFF);
	assert_false(alarms_cancel(&a, 1));
	assert_int_equal(alarms_set(&a, 1, 200, ~0ul), one);
	assert_true(alarms_first(&a) < ALARM_NONE);
	assert_true(alarms_cancel(&a, 1));
	for (u64 client = 1; client <= ALARMS; client++)
		assert_true(alarms_set(&a, client, 0, client) != ALARM_OFF);
	assert_int_equal(alarms_set(&a, ALARMS + 1, 0, 1), ALARM_OFF);
	assert_true(alarms_cancel(&a, 7));
	assert_true(alarms_set(&a, ALARMS + 1, 0, 1) != ALARM_OFF);
}

static void
dates_are_right(void **state)
{
	assert_int_equal(rtc_seconds((struct rtc_time){ 0, 0, 0, 1, 1, 0x70, 0x19 }, 0x02), 0);
	assert_int_equal(rtc_seconds((struct rtc_time){ 0, 0, 0, 1, 1, 0x24, 0x20 }, 0x02), 1704067200);
	assert_int_equal(rtc_seconds((struct rtc_time){ 59, 59, 23, 29, 2, 24, 20 }, 0x06), 1709251199);
	assert_int_equal(rtc_seconds((struct rtc_time){ 0, 0, 0x92, 1, 1, 0x24, 0 }, 0x00), 1704067200 + 12 * 3600);
	assert_int_equal(rtc_seconds((struct rtc_time){ 0, 0, 0x12, 1, 1, 0x24, 0x20 }, 0x00), 1704067200);
	assert_int_equal(rtc_seconds((struct rtc_time){ 0, 0, 0, 1, 3, 0, 21 }, 0x06), 4107542400);
}

static void
the_ring_turns(void **state)
{
	static struct ring ring;
	static char from[RING_BYTES], to[RING_BYTES];

	for (unsigned i = 0; i < RING_BYTES; i++)
		from[i] = (char)i;
	ring.in = ring.out = ~0u - 100;		/* the counts turn round, too */
	for (int round = 0; round < 5; round++) {
		assert_int_equal(ring_put(&ring, from, 5000), 5000);
		assert_int_equal(ring_put(&ring, from + 5000, 5000), RING_BYTES - 5000);
		assert_int_equal(ring_put(&ring, from, 1), 0);
		assert_int_equal(ring_get(&ring, to, sizeof(to)), RING_BYTES);
		assert_memory_equal(from, to, RING_BYTES);
		assert_int_equal(ring_get(&ring, to, 1), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_come_and_go),
		cmocka_unit_test(blocks_refuse),
		cmocka_unit_test(colours_are_kept),
		cmocka_unit_test(blocks_at_random),
		cmocka_unit_test(regions_are_found),
		cmocka_unit_test(alarms_are_due),
		cmocka_unit_test(dates_are_right),
		cmocka_unit_test(the_ring_turns),
	};

	return test_main("servers", tests, ARRAY_SIZE(tests));
}
