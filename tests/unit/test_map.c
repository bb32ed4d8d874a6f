/* SPDX-License-Identifier: BSD-2-Clause */
/* core/map.c and core/space_map.c, one case at a time.  Random sequences are in test_space.c. */
#include <string.h>
#include "core/arch.h"
#include "core/kmem.h"
#include "test.h"
#include "two_spaces.h"

static enum status
try_map(vaddr_t vaddr, unsigned rights)
{
	struct map *m;

	return space_map(a, vaddr, frame, rights, CACHE_WRITE_BACK, &m);
}

static enum status
try_part(struct map *parent, paddr_t pa, enum order order, unsigned rights)
{
	struct map *m;

	return space_map_part(b, HERE, pa, order, rights, parent, &m);
}

/* User level can do exactly RIGHTS at VADDR of SPACE, through a TLB that may know something else. */
static void
assert_reach(struct space *space, vaddr_t vaddr, unsigned rights)
{
	for (unsigned right = RIGHT_READ; right <= RIGHT_EXECUTE; right <<= 1)
		assert_int_equal(machine_touch(space, vaddr, right, NULL), rights & right ? OK : ERR_BAD_ADDRESS);
}

/* --- one mapping -------------------------------------------------------------------------------------------------- */

static void
map_says_what_is_wrong(void **state)
{
	static const vaddr_t bad[] = { 0, 0xfff, HERE + 1, HERE + 8, USER_END, USER_END + PAGE_SIZE, 1ul << 47, 0xffff800000000000, ~0xffful, ~0ul };

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(try_map(bad[i], RW), ERR_BAD_ADDRESS);
	assert_int_equal(try_map(HERE, 0), ERR_BAD_VALUE);
	assert_int_equal(try_map(HERE, RIGHT_WRITE), ERR_BAD_VALUE);
	assert_int_equal(try_map(HERE, RIGHT_EXECUTE), ERR_BAD_VALUE);
	assert_int_equal(try_map(HERE, RW | RIGHT_SHARE), ERR_BAD_VALUE);

	struct map *m;
	assert_int_equal(space_map(a, HERE, frame, RW, CACHE_UNCACHED + 1, &m), ERR_BAD_VALUE);
	struct space *bare = world_space(first, 0);
	assert_int_equal(space_map(bare, HERE, frame, RW, CACHE_WRITE_BACK, &m), ERR_WRONG_STATE);
	struct frame *kernel = world_frame(first, ORDER_4K);
	assert_int_equal(kmem_donate(b, kernel), OK);
	assert_int_equal(space_map(a, HERE, kernel, RW, CACHE_WRITE_BACK, &m), ERR_WRONG_STATE);
	assert_int_equal(a->tables, 1);
}

static void
first_and_last_page_can_be_mapped(void **state)
{
	world_map(a, USER_START, frame, RW);
	world_map(a, LAST, frame, RW);
	assert_reach(a, USER_START, RW);
	assert_reach(a, LAST + PAGE_SIZE - 1, RW);
	assert_int_equal(a->mapped[0], 2);
}

static void
a_place_is_taken_once(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);
	struct map *m;

	world_map(a, HERE, frame, RW);
	assert_int_equal(try_map(HERE, RW), ERR_EXISTS);
	assert_int_equal(space_map(a, HERE, large, RW, CACHE_WRITE_BACK, &m), ERR_EXISTS);
	world_map(a, 2 * HERE, large, RW);
	assert_int_equal(try_map(2 * HERE + 7 * PAGE_SIZE, RW), ERR_EXISTS);
	assert_int_equal(space_map(a, 2 * HERE, large, RW, CACHE_WRITE_BACK, &m), ERR_EXISTS);
	assert_int_equal(space_map(a, 2 * HERE + MIB, large, RW, CACHE_WRITE_BACK, &m), ERR_BAD_ADDRESS);
}

/* Tables for small pages that are empty do not keep a large one out. */
static void
a_large_page_takes_the_place_of_empty_tables(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);

	space_unmap(world_map(a, HERE, frame, RW));
	assert_int_equal(a->tables, 1 + 2 + 2);
	machine_touch_all(a);
	world_map(a, HERE, large, RW);
	assert_int_equal(a->tables, 1 + 2 + 1);
	assert_reach(a, HERE + MIB, RW);
}

static void
rights_are_those_of_the_entry(void **state)
{
	static const unsigned rights[] = { RIGHT_READ, RW, RX, RWX };

	for (unsigned i = 0; i < ARRAY_SIZE(rights); i++) {
		world_map(a, HERE + i * PAGE_SIZE, frame, rights[i]);
		assert_reach(a, HERE + i * PAGE_SIZE, rights[i]);
	}
}

static void
a_dirty_frame_is_cleared_first(void **state)
{
	u64 *memory = arch_direct(frame_address(frame));

	memory[17] = 1;
	assert_true(frame->dirty);
	world_map(a, HERE, frame, RIGHT_READ);
	assert_true(!frame->dirty && !memory[17]);
}

/* What the kernel shows the first program. */
static void
boot_frames_can_only_be_read(void **state)
{
	struct frame *boot = frame_of(PAGE_SIZE);
	struct map *m;

	assert_int_equal(boot->state, FRAME_BOOT);
	assert_int_equal(space_map(a, HERE, boot, RW, CACHE_WRITE_BACK, &m), ERR_NO_RIGHT);
	assert_int_equal(space_map(a, HERE, boot, RX, CACHE_WRITE_BACK, &m), ERR_NO_RIGHT);
	world_map(a, HERE, boot, RIGHT_READ);
	assert_reach(a, HERE, RIGHT_READ);
}

static void
unmap_forgets_exactly_that_page(void **state)
{
	struct map *m = world_map(a, HERE, frame, RW);

	world_map(a, HERE + PAGE_SIZE, frame, RW);
	world_map(b, HERE, frame, RW);
	machine_touch_all(a);
	machine_touch_all(b);
	space_unmap(m);
	assert_int_equal(machine.flushes_page, 1);
	assert_int_equal(machine.flushes_space, 0);
	assert_null(space_find(a, HERE));
	assert_reach(a, HERE, 0);
	assert_reach(a, HERE + PAGE_SIZE, RW);
	assert_reach(b, HERE, RW);
	assert_int_equal(machine_cached(), 2);
}

static void
protect_within_what_was_granted(void **state)
{
	struct map *m = world_map(a, HERE, frame, RW);
	static const unsigned rights[] = { RIGHT_READ, RW, 0, RIGHT_READ, 0, RW };

	for (unsigned i = 0; i < ARRAY_SIZE(rights); i++) {
		machine_touch_all(a);
		assert_int_equal(space_protect(m, rights[i]), OK);
		assert_int_equal(machine_stale(), 0);
		assert_reach(a, HERE, rights[i]);
		assert_ptr_equal(space_find(a, HERE), m);
	}
	assert_int_equal(space_protect(m, RWX), ERR_NO_RIGHT);
	assert_int_equal(space_protect(m, RIGHT_WRITE), ERR_BAD_VALUE);
	assert_int_equal(space_protect(m, RW | RIGHT_SEND), ERR_BAD_VALUE);
	assert_reach(a, HERE, RW);
}

/* Nothing was cached of a page without rights, so nothing is flushed. */
static void
a_page_without_rights_costs_no_flush(void **state)
{
	struct map *m = world_map(a, HERE, frame, RW);

	assert_int_equal(space_protect(m, 0), OK);
	u64 flushes = machine.flushes_page;
	assert_int_equal(space_protect(m, RIGHT_READ), OK);
	assert_int_equal(space_protect(m, 0), OK);
	space_unmap(m);
	assert_int_equal(machine.flushes_page, flushes + 1);
	assert_int_equal(try_map(HERE, RW), OK);
}

static void
a_place_without_rights_is_still_taken(void **state)
{
	struct map *m = world_map(a, HERE, frame, RW);

	assert_int_equal(space_protect(m, 0), OK);
	assert_int_equal(try_map(HERE, RW), ERR_EXISTS);
	assert_int_equal(a->mapped[0], 1);
}

/* --- derived mappings ------------------------------------------------------------------------------------------------ */

static void
a_part_is_inside_and_has_no_more_rights(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);
	struct map *m = world_map(a, HERE, large, RIGHT_READ | RIGHT_WRITE);
	paddr_t pa = frame_address(large);

	assert_int_equal(try_part(m, pa, ORDER_4K, RWX), ERR_NO_RIGHT);
	assert_int_equal(try_part(m, pa, ORDER_4K, 0), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa, ORDER_1G, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa, 3, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa + 1, ORDER_4K, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa - PAGE_SIZE, ORDER_4K, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa + 2 * MIB, ORDER_4K, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa + PAGE_SIZE, ORDER_2M, RW), ERR_BAD_VALUE);
	assert_int_equal(try_part(m, pa + 2 * MIB - PAGE_SIZE, ORDER_4K, RW), OK);
	assert_int_equal(map_address(space_find(b, HERE)), pa + 2 * MIB - PAGE_SIZE);
	assert_int_equal(b->mapped[0], 1);
}

static void
derived_memory_is_cached_alike(void **state)
{
	struct map *m, *part;

	for (unsigned cache = CACHE_WRITE_BACK; cache <= CACHE_UNCACHED; cache++) {
		assert_int_equal(space_map(a, HERE, frame, RW, cache, &m), OK);
		part = world_derive(m, b, HERE, RIGHT_READ);
		assert_int_equal(*m->pte >> FAKE_CACHE & 3, cache);
		assert_int_equal(*part->pte >> FAKE_CACHE & 3, cache);
		assert_int_equal(map_revoke(m, 0, true), OK);
	}
}

/* What was derived from a mapping that goes is derived from what that was derived from. */
static void
children_stay_when_a_mapping_goes(void **state)
{
	struct map *top = world_map(first, HERE, frame, RW);
	struct map *newer, *older = world_derive(top, a, HERE, RW), *child = world_derive(older, b, HERE, RW);

	newer = world_derive(top, a, 2 * HERE, RW);
	space_unmap(older);
	assert_ptr_equal(space_find(b, HERE), child);
	assert_int_equal(map_revoke(newer, 0, false), OK);
	assert_ptr_equal(space_find(b, HERE), child);
	assert_int_equal(map_revoke(top, 0, false), OK);
	assert_null(space_find(b, HERE));
	assert_null(space_find(a, 2 * HERE));
	assert_ptr_equal(space_find(first, HERE), top);
}

static void
grant_moves_the_place_in_the_tree(void **state)
{
	struct map *top = world_map(first, HERE, frame, RW), *moved, *m = world_derive(top, a, HERE, RW);

	world_derive(m, b, HERE, RW);
	machine_touch_all(a);
	assert_int_equal(space_protect(m, RIGHT_READ), OK);
	assert_int_equal(space_grant(m, b, 0, &moved), ERR_BAD_ADDRESS);
	assert_int_equal(space_grant(m, b, HERE, &moved), ERR_EXISTS);
	assert_int_equal(space_grant(m, a, HERE, &moved), ERR_EXISTS);
	assert_int_equal(space_grant(m, b, 2 * HERE, &moved), OK);
	assert_null(space_find(a, HERE));
	assert_ptr_equal(space_find(b, 2 * HERE), moved);
	assert_int_equal(map_rights(moved), RW);
	assert_reach(b, 2 * HERE, RIGHT_READ);
	assert_int_equal(a->mapped[0], 0);
	assert_int_equal(map_revoke(moved, 0, false), OK);
	assert_null(space_find(b, HERE));
	assert_int_equal(map_revoke(top, 0, true), OK);
	assert_null(space_find(b, 2 * HERE));
	assert_null(frame->maps);
}

static void
revoking_reduces_rights_below(void **state)
{
	struct map *top = world_map(first, HERE, frame, RWX), *m = world_derive(top, a, HERE, RW);

	world_derive(m, b, HERE, RW);
	world_derive(top, b, 2 * HERE, RIGHT_READ);
	machine_touch_all(a);
	machine_touch_all(b);
	assert_int_equal(map_revoke(top, RX, false), OK);
	assert_reach(first, HERE, RWX);
	assert_reach(a, HERE, RIGHT_READ);
	assert_reach(b, HERE, RIGHT_READ);
	assert_reach(b, 2 * HERE, RIGHT_READ);
	assert_int_equal(space_protect(m, RW), ERR_NO_RIGHT);
	assert_int_equal(map_revoke(top, RX, true), OK);
	assert_reach(first, HERE, RX);
}

/* Rights that nothing can be mapped with are none. */
static void
revoking_to_no_reading_removes(void **state)
{
	struct map *top = world_map(first, HERE, frame, RW);

	world_derive(top, a, HERE, RW);
	assert_int_equal(map_revoke(top, RIGHT_WRITE, false), OK);
	assert_null(space_find(a, HERE));
}

static void
a_part_is_revoked_alone(void **state)
{
	struct frame *large = world_frame(first, ORDER_2M);
	struct map *top = world_map(first, 2 * HERE, large, RW), *whole = world_derive(top, a, 2 * HERE, RW);

	for (unsigned i = 0; i < 8; i++)
		world_part(top, i, ORDER_4K, b, HERE + i * PAGE_SIZE, RW);
	struct map *below = world_part(whole, 100, ORDER_4K, b, 2 * HERE, RW);
	assert_int_equal(map_revoke_part(top, map_address(top) + 3 * PAGE_SIZE, 2 * PAGE_SIZE, RIGHT_READ), OK);
	assert_reach(b, HERE + 2 * PAGE_SIZE, RW);
	assert_reach(b, HERE + 3 * PAGE_SIZE, RIGHT_READ);
	assert_reach(b, HERE + 4 * PAGE_SIZE, RIGHT_READ);
	assert_reach(b, HERE + 5 * PAGE_SIZE, RW);
	assert_null(space_find(a, 2 * HERE));		/* larger than the part */
	assert_ptr_equal(space_find(b, 2 * HERE), below);	/* elsewhere */
	assert_int_equal(map_revoke_part(top, map_address(top), 4 * PAGE_SIZE, 0), OK);
	assert_int_equal(b->mapped[0], 5);
}

/* --- trees: cost is one step a mapping, whatever the shape ------------------------------------------------------------ */

#define TREE_NODES	1000

/* Each mapping derives from the one before (DEEP) or all from the first. */
static struct map *
tree(bool deep)
{
	struct map *top = world_map(first, HERE, frame, RW), *last = top;

	for (unsigned i = 0; i < TREE_NODES; i++)
		last = world_derive(deep ? last : top, i & 1 ? a : b, HERE + i * PAGE_SIZE, RW);
	return top;
}

static void
assert_steps(struct map *top, unsigned rights)
{
	u64 looks = machine.looks;

	assert_int_equal(map_revoke(top, rights, false), OK);
	assert_in_range(machine.looks - looks, TREE_NODES, 2 * TREE_NODES);
}

static void
revoking_is_linear(void **state)
{
	for (unsigned deep = 0; deep < 2; deep++) {
		struct map *top = tree(deep);

		assert_steps(top, RIGHT_READ);
		assert_steps(top, 0);
		space_unmap(top);
		assert_int_equal(a->mapped[0] + b->mapped[0], 0);
	}
}

/* An interrupt waits at every preemption point, and something else happens in the meantime. */
static void
revoking_goes_on_where_it_stopped(void **state)
{
	for (unsigned deep = 0; deep < 2; deep++) {
		struct map *top = tree(deep);
		unsigned calls = 0;

		machine.preempt_every = 1;
		while (map_revoke(top, RIGHT_READ, false) == STATUS_RESTART)
			if (++calls == 500)
				space_unmap(space_find(b, HERE));
		assert_in_range(calls, TREE_NODES - 1, 2 * TREE_NODES);
		for (calls = 0; map_revoke(top, 0, true) == STATUS_RESTART; calls++)
			;
		assert_int_equal(calls, TREE_NODES - 1);
		machine.preempt_every = 0;
		assert_null(frame->maps);
	}
}

/* A walk that was left half-done is no reason to skip anything in the next. */
static void
an_abandoned_walk_hides_nothing(void **state)
{
	struct map *top = tree(true);

	machine.preempt_every = 700;
	assert_int_equal(map_revoke(top, RIGHT_READ, false), STATUS_RESTART);
	machine.preempt_every = 0;
	world_check();
	struct map *m = space_find(a, HERE + PAGE_SIZE);
	world_derive(m, b, 2 * HERE, RW & map_rights(m));
	assert_int_equal(map_revoke(m, RIGHT_READ, false), OK);		/* takes the marker over */
	assert_int_equal(map_revoke(top, RIGHT_READ, false), OK);
	for (unsigned i = 0; i < TREE_NODES; i++)
		assert_int_equal(map_rights(space_find(i & 1 ? a : b, HERE + i * PAGE_SIZE)), RIGHT_READ);
	assert_int_equal(map_rights(space_find(b, 2 * HERE)), RIGHT_READ);
}

/* A walk of one space leaves its marker inside what another space revokes, unmaps, grants. */
static void
markers_are_in_nobodys_way(void **state)
{
	struct map *top = world_map(first, HERE, frame, RW), *m = world_derive(top, a, HERE, RW), *moved;

	for (unsigned i = 0; i < 8; i++)
		world_derive(m, b, HERE + i * PAGE_SIZE, RW);
	machine.preempt_every = 3;
	assert_int_equal(map_revoke(top, RIGHT_READ, false), STATUS_RESTART);
	assert_ptr_equal(first->marker.target, top);
	machine.preempt_every = 0;
	world_check();
	assert_int_equal(map_revoke(m, 0, false), OK);
	assert_ptr_equal(first->marker.target, top);
	assert_int_equal(space_grant(m, b, 2 * HERE, &moved), OK);
	world_check();
	space_unmap(moved);
	assert_ptr_equal(first->marker.target, top);
	space_unmap(top);
	assert_null(first->marker.target);
	assert_null(frame->maps);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(map_says_what_is_wrong), T(first_and_last_page_can_be_mapped), T(a_place_is_taken_once),
		T(a_large_page_takes_the_place_of_empty_tables), T(rights_are_those_of_the_entry), T(a_dirty_frame_is_cleared_first),
		T(boot_frames_can_only_be_read), T(unmap_forgets_exactly_that_page), T(protect_within_what_was_granted),
		T(a_page_without_rights_costs_no_flush), T(a_place_without_rights_is_still_taken),
		T(a_part_is_inside_and_has_no_more_rights), T(derived_memory_is_cached_alike), T(children_stay_when_a_mapping_goes),
		T(grant_moves_the_place_in_the_tree), T(revoking_reduces_rights_below), T(revoking_to_no_reading_removes),
		T(a_part_is_revoked_alone), T(revoking_is_linear), T(revoking_goes_on_where_it_stopped),
		T(an_abandoned_walk_hides_nothing), T(markers_are_in_nobodys_way),
	};

	return test_main("map", tests, ARRAY_SIZE(tests));
}
