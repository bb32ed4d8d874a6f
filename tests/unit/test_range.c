/* SPDX-License-Identifier: BSD-2-Clause */
/* core/space_range.c and core/table.c, one case at a time. */
#include <string.h>
#include "core/arch.h"
#include "core/kmem.h"
#include "test.h"
#include "two_spaces.h"

#define GIB	(1ul << 30)

static int
setup_large(void **state)
{
	first = world_make(3 * GIB, 64);
	a = world_space(first, 32);
	b = world_space(first, 32);
	return 0;
}

/* User level can do exactly RIGHTS at VADDR of SPACE, through a TLB that may know something else. */
static void
assert_reach(struct space *space, vaddr_t vaddr, unsigned rights)
{
	for (unsigned right = RIGHT_READ; right <= RIGHT_EXECUTE; right <<= 1)
		assert_int_equal(machine_touch(space, vaddr, right, NULL), rights & right ? OK : ERR_BAD_ADDRESS);
}

/* --- ranges ------------------------------------------------------------------------------------------------------------ */

static void
map_many(unsigned pages)
{
	for (unsigned i = 0; i < pages; i++)
		world_map(a, HERE + i * PAGE_SIZE, frame, RW);
}

static void
range_arguments_are_checked(void **state)
{
	struct space *bare = world_space(first, 0);
	u64 done = 0;

	assert_int_equal(space_unmap_range(a, HERE + 1, 1, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(a, 0, 1, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(a, LAST, 2, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(a, HERE, ~0ul, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(a, HERE, 1ul << 52, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(a, USER_END + PAGE_SIZE, 0, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_unmap_range(bare, HERE, 1, &done), ERR_WRONG_STATE);
	assert_int_equal(space_unmap_range(a, LAST, 1, &done), OK);
	assert_int_equal(space_protect_range(a, HERE, 1, RIGHT_WRITE, (done = 0, &done)), ERR_BAD_VALUE);
	assert_int_equal(space_map_range(b, HERE, a, HERE, 1, 0, &done), ERR_BAD_VALUE);
	assert_int_equal(space_map_range(b, LAST, a, HERE, 2, RW, &done), ERR_BAD_ADDRESS);
	assert_int_equal(space_map_range(b, HERE, a, HERE, 0, RW, &done), OK);
	done = 2;
	assert_int_equal(space_unmap_range(a, HERE, 1, &done), ERR_BAD_VALUE);
}

/* Few pages are flushed one by one; of many, the whole space is: either way once, at the end. */
static void
a_range_is_flushed_once(void **state)
{
	u64 done = 0;

	map_many(100);
	machine_touch_all(a);
	assert_int_equal(space_protect_range(a, HERE, 100, RIGHT_READ, &done), OK);
	assert_int_equal(done, 100);
	assert_int_equal(machine_stale(), 0);
	assert_int_equal(machine.flushes_range, 1);
	machine_touch_all(a);
	assert_int_equal(space_unmap_range(a, HERE, 100, (done = 0, &done)), OK);
	assert_int_equal(machine.flushes_range, 2);
	assert_int_equal(machine.flushes_page, 0);
	assert_int_equal(space_unmap_range(a, HERE, 100, (done = 0, &done)), OK);
	assert_int_equal(machine.flushes_range, 2);
}

/* An interrupt between any two runs, as the exit path would see it: what is done is flushed. */
static void
a_preempted_range_is_true_so_far(void **state)
{
	u64 done = 0, before = 0;

	map_many(60);
	machine.preempt_every = 1;
	for (;;) {
		machine_touch_all(a);
		enum status s = space_unmap_range(a, HERE, 60, &done);
		assert_int_equal(machine_stale(), 0);
		assert_int_equal(a->mapped[0], 60 - done);
		if (s == OK)
			break;
		assert_true(s == STATUS_RESTART && done > before);
		before = done;
	}
	assert_int_equal(done, 60);
}

static void
a_range_stops_at_a_larger_page(void **state)
{
	u64 done = 0;

	world_map(a, HERE + 2 * MIB, world_frame(first, ORDER_2M), RW);
	map_many(4);
	machine_touch_all(a);
	assert_int_equal(space_unmap_range(a, HERE, 513, &done), ERR_BAD_ADDRESS);
	assert_int_equal(done, 512);
	assert_int_equal(space_protect_range(a, HERE + 3 * MIB, 256, 0, (done = 0, &done)), ERR_BAD_ADDRESS);
	assert_int_equal(a->mapped[0], 0);
	assert_int_equal(a->mapped[1], 1);
	assert_int_equal(space_unmap_range(a, HERE, 1024, (done = 0, &done)), OK);
	assert_int_equal(a->mapped[1], 0);
}

static void
a_range_stops_at_a_missing_right(void **state)
{
	u64 done = 0;

	map_many(5);
	world_map(a, HERE + 5 * PAGE_SIZE, frame, RIGHT_READ);
	assert_int_equal(space_protect_range(a, HERE, 8, 0, &done), OK);
	assert_int_equal(space_protect_range(a, HERE, 8, RW, (done = 0, &done)), ERR_NO_RIGHT);
	assert_int_equal(done, 5);
	assert_reach(a, HERE + 4 * PAGE_SIZE, RW);
	assert_reach(a, HERE + 5 * PAGE_SIZE, 0);
}

static void
a_range_is_derived_in_the_largest_pages(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);
	u64 done = 0;

	world_map(a, HERE, large, RW);
	world_map(a, HERE + 2 * MIB + PAGE_SIZE, frame, RIGHT_READ);
	assert_int_equal(space_map_range(b, 0x40000000, a, HERE, 514, RWX, &done), OK);
	assert_int_equal(b->mapped[1], 1);
	assert_int_equal(b->mapped[0], 1);
	assert_reach(b, 0x40000000 + MIB, RW);
	assert_reach(b, 0x40000000 + 2 * MIB, 0);
	assert_reach(b, 0x40000000 + 2 * MIB + PAGE_SIZE, RIGHT_READ);
	assert_int_equal(space_map_range(b, 0x80001000, a, HERE + MIB, 256, RIGHT_READ, (done = 0, &done)), OK);
	assert_int_equal(b->mapped[0], 257);
	assert_int_equal(map_address(space_find(b, 0x80001000)), frame_address(large) + MIB);
	assert_int_equal(space_map_range(b, 0x80000000, a, HERE, 2, RIGHT_READ, (done = 0, &done)), ERR_EXISTS);
	assert_int_equal(done, 1);
}

static void
a_range_is_revoked_with_what_derives_from_it(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);
	u64 done = 0;

	map_many(3);
	struct map *m = world_map(a, HERE + 2 * MIB, large, RW);
	for (unsigned i = 0; i < 3; i++) {
		world_derive(space_find(a, HERE + i * PAGE_SIZE), b, HERE + i * PAGE_SIZE, RW);
		world_part(m, i, ORDER_4K, b, 2 * HERE + i * PAGE_SIZE, RW);
	}
	assert_int_equal(space_revoke_range(a, HERE + PAGE_SIZE, 513, RIGHT_READ, false, &done), OK);
	assert_reach(b, HERE, RW);
	assert_reach(b, HERE + PAGE_SIZE, RIGHT_READ);
	assert_reach(b, 2 * HERE + PAGE_SIZE, RIGHT_READ);
	assert_reach(b, 2 * HERE + 2 * PAGE_SIZE, RW);
	assert_reach(a, HERE + PAGE_SIZE, RW);
	assert_int_equal(space_revoke_range(a, HERE + PAGE_SIZE, 513, 0, true, (done = 0, &done)), OK);
	assert_int_equal(b->mapped[0], 2);
	assert_int_equal(a->mapped[0], 1);
	assert_int_equal(a->mapped[1], 1);
}

/* Runs of mappings from which nothing derives go without their trees; the others with what derives from them, wherever they are in the runs. */
static void
a_range_of_parents_and_others_goes(void **state)
{
	for (unsigned step = 1; step <= 9; step++) {
		u64 done = 0;
		unsigned calls = 1;

		map_many(40);
		for (unsigned i = step - 1; i < 40; i += step)
			world_derive(space_find(a, HERE + i * PAGE_SIZE), b, HERE + i * PAGE_SIZE, RW);
		machine_touch_all(a);
		machine_touch_all(b);
		machine.preempt_every = step;
		while (space_revoke_range(a, HERE, 39, 0, true, &done) == STATUS_RESTART)
			calls++;
		machine.preempt_every = 0;
		assert_true(calls > 1);
		assert_int_equal(done, 39);
		assert_int_equal(a->mapped[0], 1);
		assert_int_equal(b->mapped[0], 40 % step == 0);
		assert_int_equal(machine_stale(), 0);
		assert_int_equal(space_revoke_range(a, HERE, 40, 0, true, (done = 0, &done)), OK);
		assert_int_equal(a->mapped[0] + b->mapped[0], 0);
	}
}

/* --- 1 GiB ------------------------------------------------------------------------------------------------------------- */

static void
pages_of_a_gib(void **state)
{
	struct frame *huge = world_frame(first, ORDER_1G);
	struct map *m;
	u64 done = 0;

	huge->dirty = false;		/* clearing takes its time */
	machine.no_1g_pages = true;
	assert_int_equal(space_map(a, GIB, huge, RW, CACHE_WRITE_BACK, &m), ERR_BAD_VALUE);
	machine.no_1g_pages = false;
	assert_int_equal(space_map(a, HERE, huge, RW, CACHE_WRITE_BACK, &m), ERR_BAD_ADDRESS);
	m = world_map(a, 2 * GIB, huge, RW);
	assert_int_equal(a->tables, 1 + 2);
	assert_reach(a, 3 * GIB - 1, RW);
	struct map *part = world_part(m, 512, ORDER_2M, b, HERE, RW);
	world_part(part, 1, ORDER_4K, b, 2 * HERE, RW);
	assert_int_equal(map_address(space_find(b, 2 * HERE)), frame_address(huge) + 2 * MIB + PAGE_SIZE);
	assert_int_equal(space_map_range(b, GIB, a, 2 * GIB, GIB / PAGE_SIZE, RW, &done), OK);
	assert_int_equal(b->mapped[2], 1);
	machine_touch_all(b);
	assert_int_equal(map_revoke_part(m, frame_address(huge) + 2 * MIB, PAGE_SIZE, 0), OK);
	assert_int_equal(b->mapped[2] + b->mapped[1], 0);
	assert_int_equal(b->mapped[0], 1);		/* derived from a part that went, elsewhere itself */
	assert_int_equal(space_protect_range(a, 2 * GIB, GIB / PAGE_SIZE, RIGHT_READ, (done = 0, &done)), OK);
	assert_reach(a, 2 * GIB, RIGHT_READ);
}

/* --- tables ------------------------------------------------------------------------------------------------------------ */

static void
tables_stay_until_they_are_trimmed(void **state)
{
	u64 unused = a->kmem.pages_free, done = 0;

	map_many(20);
	world_map(a, LAST, frame, RW);
	machine_touch_all(a);
	assert_int_equal(a->tables, 1 + 2 * 4);
	assert_int_equal(space_unmap_range(a, USER_START, (USER_END - USER_START) / PAGE_SIZE, &done), OK);
	assert_int_equal(a->tables, 1 + 2 * 4);
	world_map(a, LAST, frame, RW);
	machine.preempt_every = 1;
	unsigned calls = 1;
	while (space_trim(a) == STATUS_RESTART)
		calls++;
	assert_in_range(calls, 3, 8);
	assert_int_equal(a->tables, 1 + 4);
	assert_int_equal(machine_stale(), 0);
	space_unmap(space_find(a, LAST));
	machine.preempt_every = 0;
	assert_int_equal(space_trim(a), OK);
	assert_int_equal(a->kmem.pages_free, unused);
}

/* When the pool is empty, empty tables are what there is; when there are none, the call changes nothing. */
static void
want_of_memory_takes_empty_tables_back(void **state)
{
	struct space *small = world_space(first, 2 + 4 + 1);
	struct map *m;

	space_unmap(world_map(small, HERE, frame, RW));
	assert_int_equal(small->kmem.pages_free, 1);
	machine.preempt_every = 1;
	m = world_map(small, LAST, frame, RW);
	machine.preempt_every = 0;
	assert_int_equal(small->kmem.pages_free, 0);
	assert_int_equal(space_map(small, HERE, frame, RW, CACHE_WRITE_BACK, &m), ERR_NO_KMEM);
	assert_int_equal(small->tables, 1 + 4);
	assert_null(small->empty);
	world_map(small, LAST - PAGE_SIZE, frame, RW);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(range_arguments_are_checked), T(a_range_is_flushed_once), T(a_preempted_range_is_true_so_far),
		T(a_range_stops_at_a_larger_page), T(a_range_stops_at_a_missing_right), T(a_range_is_derived_in_the_largest_pages),
		T(a_range_is_revoked_with_what_derives_from_it), T(tables_stay_until_they_are_trimmed),
		T(a_range_of_parents_and_others_goes), T(tables_stay_until_they_are_trimmed),
		T(want_of_memory_takes_empty_tables_back),
		cmocka_unit_test_setup_teardown(pages_of_a_gib, setup_large, teardown),
	};

	return test_main("range", tests, ARRAY_SIZE(tests));
}
