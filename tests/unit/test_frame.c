/* SPDX-License-Identifier: BSD-2-Clause */
/* core/frame.c and core/block.c. */
#include <string.h>
#include "core/arch.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/space.h"
#include "ops_frame.h"
#include "test.h"

#define MIB	(1ul << 20)

static struct space owner, other;

static int
boot(u64 bytes, unsigned colours)
{
	memset(&owner, 0, sizeof(owner));
	memset(&other, 0, sizeof(other));
	machine_ram(bytes);
	frame_init(colours);
	return 0;
}

static int
setup(void **state)
{
	return boot(16 * MIB, 8);
}

static int
setup_large(void **state)
{
	return boot(2048 * MIB, 1);
}

static u64
free_pages(void)
{
	u64 count[FRAME_STATES];

	frame_count(count);
	return count[FRAME_FREE];
}

static struct frame *
take(enum order order)
{
	struct frame *f;

	assert_int_equal(frame_alloc_any(&owner, order, &f), OK);
	return f;
}

static void
colours_must_be_a_power_of_two(void **state)
{
	assert_panics(frame_init(0));
	assert_panics(frame_init(3));
	assert_panics(frame_init(512));
	frame_init(256);
	assert_int_equal(frame_colours(), 256);
}

static void
states_come_from_bootinfo(void **state)
{
	u64 count[FRAME_STATES];

	frame_count(count);
	assert_int_equal(count[FRAME_BOOT], 15);
	assert_int_equal(count[FRAME_FREE], 16 * MIB / PAGE_SIZE - 16);
	assert_null(frame_lookup(0));
	assert_int_equal(frame_lookup(PAGE_SIZE)->state, FRAME_BOOT);
	assert_ptr_equal(frame_lookup(MIB + 5), frame_of(MIB));
	assert_null(frame_lookup(16 * MIB));
	assert_null(frame_lookup(~0ul));
	assert_int_equal(frame_main_extent.first, 1);		/* BOOT and RAM that touch are one */
	assert_int_equal(frame_main_extent.count, 16 * MIB / PAGE_SIZE - 1);
	frame_check();
}

static void
ram_in_several_places(void **state)
{
	static const struct boot_region regions[] = {
		{ .base = 0x1000, .bytes = 0x2000, .kind = REGION_RAM },
		{ .base = 0x3000, .bytes = 0x1000, .kind = REGION_BOOT },
		{ .base = 0x8000, .bytes = 0x1000, .kind = REGION_RAM },
		{ .base = 0x9000, .bytes = 0x10000, .kind = REGION_DEVICE },
		{ .base = 0x19000, .bytes = 0x20000, .kind = REGION_RAM },
	};

	machine_regions(regions, ARRAY_SIZE(regions));
	frame_init(1);
	assert_non_null(frame_lookup(0x1000));
	assert_int_equal(frame_lookup(0x3fff)->state, FRAME_BOOT);
	assert_null(frame_lookup(0x4000));
	assert_null(frame_lookup(0x7fff));
	assert_non_null(frame_lookup(0x8000));
	assert_null(frame_lookup(0x9000));
	assert_non_null(frame_lookup(0x38fff));
	assert_null(frame_lookup(0x39000));
	assert_int_equal(free_pages(), 2 + 1 + 32);
	assert_int_equal(frame_main_extent.count, 32);
	frame_check();
}

static void
allocation_by_name(void **state)
{
	struct frame *f;

	assert_int_equal(frame_alloc_at(&owner, 5 * MIB, ORDER_4K, &f), OK);
	assert_int_equal(frame_address(f), 5 * MIB);
	assert_ptr_equal(f->owner, &owner);
	assert_int_equal(owner.frames_held, 1);
	assert_int_equal(frame_alloc_at(&other, 5 * MIB, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&other, 4 * MIB, ORDER_2M, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&other, 6 * MIB, ORDER_2M, &f), OK);
	assert_int_equal(frame_alloc_at(&other, 6 * MIB, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&other, 6 * MIB + PAGE_SIZE, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&owner, PAGE_SIZE, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&owner, 0, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&owner, 1ul << 40, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&owner, 5 * MIB + 1, ORDER_4K, &f), ERR_BAD_VALUE);
	assert_int_equal(frame_alloc_at(&owner, 5 * MIB, ORDER_2M, &f), ERR_BAD_VALUE);
	assert_int_equal(frame_alloc_at(&owner, 5 * MIB, 3, &f), ERR_BAD_VALUE);
	frame_check();
}

static void
allocation_by_colour(void **state)
{
	struct frame *f;
	unsigned got = 0;

	while (frame_alloc_colour(&owner, 3, &f) == OK) {
		assert_int_equal(frame_colour(f), 3);
		assert_int_equal(frame_address(f) / PAGE_SIZE % 8, 3);
		got++;
	}
	assert_int_equal(got, (16 * MIB / PAGE_SIZE - 16) / 8);
	assert_int_equal(frame_alloc_colour(&owner, 8, &f), ERR_BAD_VALUE);
	assert_int_equal(frame_alloc_colour(&owner, 2, &f), OK);
	frame_check();
}

static void
any_takes_colours_in_turn(void **state)
{
	unsigned first = frame_colour(take(ORDER_4K));

	for (unsigned i = 1; i < 100; i++)
		assert_int_equal(frame_colour(take(ORDER_4K)), (first + i) % 8);
}

static void
any_takes_until_nothing_is_left(void **state)
{
	u64 pages = free_pages();
	struct frame *f;

	for (u64 i = 0; i < pages; i++)
		take(ORDER_4K);
	assert_int_equal(frame_alloc_any(&owner, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_any(&owner, ORDER_2M, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_any(&owner, 5, &f), ERR_BAD_VALUE);
	assert_int_equal(owner.frames_held, pages);
	frame_check();
	while (frame_disown(&owner))
		;
	assert_int_equal(free_pages(), pages);
	for (unsigned i = 0; i < 7; i++)
		take(ORDER_2M);
	assert_int_equal(frame_alloc_any(&owner, ORDER_2M, &f), ERR_NO_FRAME);
}

/* 1,000 small frames come out of the 496 that are in no 2M block, and of one that is. */
static void
small_frames_leave_large_blocks_whole(void **state)
{
	struct frame *f;

	for (unsigned i = 0; i < 1000; i++)
		take(ORDER_4K);
	for (unsigned i = 0; i < 6; i++)
		take(ORDER_2M);
	assert_int_equal(frame_alloc_any(&owner, ORDER_2M, &f), ERR_NO_FRAME);
}

static void
parts_are_joined_again(void **state)
{
	struct frame *small[1024];

	for (unsigned i = 0; i < ARRAY_SIZE(small); i++)
		small[i] = take(ORDER_4K);
	for (unsigned i = 0; i < ARRAY_SIZE(small); i++)
		assert_int_equal(frame_free(small[i]), OK);
	frame_check();
	for (unsigned i = 0; i < 7; i++)
		take(ORDER_2M);
	frame_check();
}

/* Many of them behind each other, as when a space ends that has a page in many places, must not keep an interrupt waiting. */
static void
joining_is_a_long_step(void **state)
{
	struct frame *large[3], *small[3];
	u32 joins = 0;

	for (unsigned i = 0; i < 3; i++)
		large[i] = take(ORDER_2M);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(frame_free(large[i]), OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(frame_alloc_at(&owner, frame_address(large[i]) + 7 * PAGE_SIZE, ORDER_4K, &small[i]), OK);
	for (unsigned i = 0; i < 3; i++) {
		boot_cpu.steps = PREEMPT_STEPS;
		assert_int_equal(frame_free(small[i]), OK);
		joins += boot_cpu.steps == 1;
		assert_true(boot_cpu.steps == 1 || boot_cpu.steps == PREEMPT_STEPS);
	}
	assert_true(joins >= 2);		/* each complete piece but the last, which is the spare */
	frame_check();
}

static void
a_gigabyte_breaks_and_joins(void **state)
{
	struct frame *huge = take(ORDER_1G), *f, *small;

	assert_int_equal(frame_address(huge), 1024 * MIB);
	assert_int_equal(frame_alloc_any(&owner, ORDER_1G, &f), ERR_NO_FRAME);
	assert_ptr_equal(frame_head(frame_of(2047 * MIB)), huge);
	assert_int_equal(frame_alloc_at(&owner, 1030 * MIB, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(frame_alloc_at(&owner, 1030 * MIB, ORDER_2M, &f), ERR_NO_FRAME);
	assert_int_equal(frame_free(huge), OK);
	assert_int_equal(frame_alloc_at(&owner, 1030 * MIB, ORDER_4K, &small), OK);
	assert_int_equal(frame_alloc_any(&owner, ORDER_1G, &f), ERR_NO_FRAME);
	assert_int_equal(frame_free(small), OK);
	frame_check();
	assert_int_equal(frame_alloc_at(&owner, 1024 * MIB, ORDER_1G, &f), OK);
	frame_check();
}

/* The gigabyte is broken when there is no other block of 2M, not before. */
static void
a_gigabyte_is_broken_last(void **state)
{
	struct frame *huge = take(ORDER_1G);

	assert_int_equal(frame_free(huge), OK);
	for (unsigned i = 0; i < 511; i++)
		assert_true(frame_address(take(ORDER_2M)) < 1024 * MIB);
	for (unsigned i = 0; i < 512; i++)
		assert_int_equal(frame_address(take(ORDER_2M)), (1024 + 2 * i) * MIB);
	frame_check();
}

/* More colours than pages: the search goes round. */
static void
any_finds_the_few_that_are_left(void **state)
{
	u64 pages;

	boot(MIB / 4, 256);
	pages = free_pages();
	assert_int_equal(pages, 48);
	for (unsigned i = 0; i < 3 * pages; i++)
		assert_int_equal(frame_free(take(ORDER_4K)), OK);
	for (unsigned i = 0; i < pages; i++)
		take(ORDER_4K);
	assert_int_equal(free_pages(), 0);
	for (unsigned at = 16; at < 64; at += 5) {		/* one page is free, wherever the turn is */
		struct frame *f = frame_of(at * PAGE_SIZE);

		assert_int_equal(frame_free(f), OK);
		assert_ptr_equal(take(ORDER_4K), f);
	}
}

static void
split_gives_512_frames(void **state)
{
	struct frame *huge = take(ORDER_1G), *f;
	struct capability slot = { 0 };

	cap_insert(&slot, huge, KIND_FRAME, RIGHTS_ALL, 0);
	assert_int_equal(frame_split(huge), ERR_WRONG_STATE);
	cap_delete(&slot);
	u64 epoch = huge->epoch;
	assert_int_equal(frame_split(huge), OK);
	assert_int_not_equal(huge->epoch, epoch);
	assert_int_equal(huge->order, ORDER_2M);
	assert_int_equal(owner.frames_held, 512 * 512);
	f = frame_of(1024 * MIB + 6 * MIB);
	assert_int_equal(frame_split(f), OK);
	assert_int_equal(f->order, ORDER_4K);
	assert_int_equal(frame_split(f), ERR_BAD_VALUE);
	assert_int_equal(frame_free(f + 7), OK);
	assert_int_equal(owner.frames_held, 512 * 512 - 1);
	frame_check();
}

static void
clearing_is_resumable(void **state)
{
	struct frame *f = take(ORDER_2M);
	u8 *memory = arch_direct(frame_address(f));
	unsigned restarts = 0;

	assert_true(f->dirty);
	memset(memory, 0xff, 2 * MIB);
	machine.preempt_every = 1;
	while (frame_clear(f) == STATUS_RESTART)
		restarts++;
	assert_int_equal(restarts, 511);
	assert_int_equal(machine.cleared_pages, 512);
	assert_false(f->dirty);
	for (u64 i = 0; i < 2 * MIB; i++)
		assert_int_equal(memory[i], 0);
	assert_int_equal(frame_clear(f), OK);
	assert_int_equal(machine.cleared_pages, 512);
}

static void
freeing_removes_capabilities(void **state)
{
	struct capability slots[8] = { 0 };
	struct frame *f = take(ORDER_4K);
	u64 epoch = f->epoch, pages = free_pages();

	cap_insert(&slots[0], f, KIND_FRAME, RIGHTS_ALL, 0);
	for (unsigned i = 1; i < 8; i++)
		assert_int_equal(cap_copy(&slots[i], &slots[i / 2], RIGHTS_ALL), OK);
	machine.preempt_every = 1;
	for (unsigned i = 0; i < 7; i++) {
		assert_int_equal(frame_free_by(&slots[5]), STATUS_RESTART);
		assert_ptr_equal(slots[5].object, f);
		assert_int_equal(f->epoch, epoch | EPOCH_DYING);
	}
	assert_int_equal(frame_free_by(&slots[5]), OK);
	for (unsigned i = 0; i < 8; i++)
		assert_null(slots[i].object);
	assert_int_equal(free_pages(), pages + 1);
	assert_int_equal(frame_alloc_at(&owner, frame_address(f), ORDER_4K, &f), OK);
	assert_int_not_equal(f->epoch & ~EPOCH_DYING, epoch);
}

static void
injected_failure_changes_nothing(void **state)
{
	struct frame *f;
	u64 pages = free_pages();

	check_fail_after(1);
	assert_int_equal(frame_alloc_any(&owner, ORDER_4K, &f), ERR_NO_FRAME);
	check_fail_after(1);
	assert_int_equal(frame_alloc_colour(&owner, 0, &f), ERR_NO_FRAME);
	check_fail_after(1);
	assert_int_equal(frame_alloc_at(&owner, MIB, ORDER_4K, &f), ERR_NO_FRAME);
	assert_int_equal(free_pages(), pages);
	assert_null(owner.frames);
	frame_check();
}

/* The check is one that can fail. */
static void
check_notices(void **state)
{
	struct frame *f = frame_of(12 * MIB), *free = frame_of(14 * MIB);

	assert_int_equal(frame_alloc_at(&owner, 12 * MIB, ORDER_4K, &f), OK);
	f->order = ORDER_2M;
	assert_panics(frame_check());
	f->order = ORDER_4K;
	frame_counts[FRAME_USER]++;
	assert_panics(frame_check());
	frame_counts[FRAME_USER]--;
	f->owner = NULL;
	assert_panics(frame_check());
	f->owner = &owner;
	free[3].state = FRAME_FREE;
	assert_panics(frame_check());
	free[3].state = FRAME_PART;
	f->free_parts[0]--;
	assert_panics(frame_check());
	f->free_parts[0]++;
	frame_check();
}

static void
random_operations(void **state)
{
	operations_random(&ops_frame, 2000000);
}

static void
random_operations_large(void **state)
{
	operations_random(&ops_frame_large, 4000);
}

static void
stored_operations(void **state)
{
	operations_corpus(&ops_frame);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(colours_must_be_a_power_of_two, setup),
		cmocka_unit_test_setup(states_come_from_bootinfo, setup),
		cmocka_unit_test_setup(ram_in_several_places, setup),
		cmocka_unit_test_setup(allocation_by_name, setup),
		cmocka_unit_test_setup(allocation_by_colour, setup),
		cmocka_unit_test_setup(any_takes_colours_in_turn, setup),
		cmocka_unit_test_setup(any_takes_until_nothing_is_left, setup),
		cmocka_unit_test_setup(small_frames_leave_large_blocks_whole, setup),
		cmocka_unit_test_setup(parts_are_joined_again, setup),
		cmocka_unit_test_setup(joining_is_a_long_step, setup),
		cmocka_unit_test_setup(a_gigabyte_breaks_and_joins, setup_large),
		cmocka_unit_test_setup(a_gigabyte_is_broken_last, setup_large),
		cmocka_unit_test(any_finds_the_few_that_are_left),
		cmocka_unit_test_setup(split_gives_512_frames, setup_large),
		cmocka_unit_test_setup(clearing_is_resumable, setup),
		cmocka_unit_test_setup(freeing_removes_capabilities, setup),
		cmocka_unit_test_setup(injected_failure_changes_nothing, setup),
		cmocka_unit_test_setup(check_notices, setup),
		cmocka_unit_test(random_operations),
		cmocka_unit_test(random_operations_large),
		cmocka_unit_test(stored_operations),
	};

	return test_main("frame", tests, ARRAY_SIZE(tests));
}
