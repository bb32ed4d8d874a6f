/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake machine itself: what other tests rely on. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "test.h"

/* A space with one table at each level, made by hand: page 16 of RAM is the root, 17 to 19 the others. */
static struct space space;

static u64 *
leaf_table(void)
{
	return arch_direct(19 * PAGE_SIZE);
}

static int
setup(void **state)
{
	machine_ram(1 << 20);
	for (unsigned page = 16; page < 20; page++)
		arch_clear_page(arch_direct(page * PAGE_SIZE));
	arch_space_init(&space, 16 * PAGE_SIZE);
	space.root = 16 * PAGE_SIZE;
	for (unsigned page = 16; page < 19; page++)
		*(u64 *)arch_direct(page * PAGE_SIZE) = arch_pte_table((page + 1) * PAGE_SIZE);
	leaf_table()[5] = arch_pte(20 * PAGE_SIZE, ORDER_4K, RIGHT_READ | RIGHT_WRITE, CACHE_WRITE_BACK);
	return 0;
}

static void
touch_walks_and_caches(void **state)
{
	paddr_t pa;

	assert_int_equal(machine_touch(&space, 0x5123, RIGHT_WRITE, &pa), OK);
	assert_int_equal(pa, 20 * PAGE_SIZE + 0x123);
	assert_int_equal(machine_cached(), 1);
	assert_true(arch_pte_accessed(leaf_table()[5]));
	assert_true(arch_pte_dirty(leaf_table()[5]));
	assert_int_equal(machine_touch(&space, 0x5000, RIGHT_EXECUTE, NULL), ERR_BAD_ADDRESS);
	assert_int_equal(machine_touch(&space, 0x6000, RIGHT_READ, NULL), ERR_BAD_ADDRESS);
}

static void
forgotten_flush_shows(void **state)
{
	machine_touch_all(&space);
	assert_int_equal(machine_stale(), 0);
	leaf_table()[5] = arch_pte_protect(leaf_table()[5], RIGHT_READ);
	assert_int_equal(machine_stale(), 1);
	assert_int_equal(machine_touch(&space, 0x5000, RIGHT_WRITE, NULL), OK);
	arch_tlb_flush_page(&space, 0x5000);
	assert_int_equal(machine_stale(), 0);
	assert_int_equal(machine_touch(&space, 0x5000, RIGHT_WRITE, NULL), ERR_BAD_ADDRESS);
	machine_touch_all(&space);
	leaf_table()[5] = 0;
	assert_int_equal(machine_stale(), 1);
	arch_tlb_flush_space(&space);
	assert_int_equal(machine_cached(), 0);
}

static void
preemption_is_forced_at_every_kth_point(void **state)
{
	for (unsigned i = 0; i < 100; i++)
		assert_false(preempt_point());
	machine.looks = 0;
	machine.preempt_every = 3;
	for (unsigned i = 1; i <= 30; i++)
		assert_int_equal(preempt_point(), i % 3 == 0);
}

/* A long step counts for as many, and never passes a look. */
static void
a_long_step_is_many(void **state)
{
	this_cpu()->steps = 10;
	machine.looks = 0;
	machine.preempt_every = 1;
	assert_false(preempt_point_after(4));
	assert_int_equal(this_cpu()->steps, 6);
	assert_false(preempt_point_after(5));
	assert_int_equal(machine.looks, 0);
	assert_true(preempt_point_after(5));
	assert_int_equal(machine.looks, 1);
	this_cpu()->steps = 3;
	assert_true(preempt_point_after(100));
}

static void
panic_is_caught(void **state)
{
	assert_panics(panic("%d pages", 3));
	assert_string_equal(panic_text, "panic: 3 pages");
	assert_panics(kassert(machine.bytes == 0));
}

static void
nth_allocation_fails_once(void **state)
{
	check_fail_after(2);
	assert_false(check_fail_now());
	assert_true(check_fail_now());
	assert_false(check_fail_now());
}

static void
bytes_are_choices(void **state)
{
	const u8 bytes[] = { 7, 1, 2, 9 };
	struct input in = input_bytes(bytes, sizeof(bytes));

	assert_int_equal(input_below(&in, 1), 0);
	assert_int_equal(input_below(&in, 5), 2);
	assert_int_equal(input_below(&in, 1000), 0x102);
	assert_false(input_end(&in));
	assert_int_equal(input_below(&in, 1000), 9);
	assert_true(input_end(&in));
	struct input a = input_random(5), b = input_random(5);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(input_below(&a, 77), input_below(&b, 77));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(touch_walks_and_caches, setup),
		cmocka_unit_test_setup(forgotten_flush_shows, setup),
		cmocka_unit_test_setup(preemption_is_forced_at_every_kth_point, setup),
		cmocka_unit_test_setup(a_long_step_is_many, setup),
		cmocka_unit_test_setup(panic_is_caught, setup),
		cmocka_unit_test(nth_allocation_fails_once),
		cmocka_unit_test(bytes_are_choices),
	};

	return test_main("machine", tests, ARRAY_SIZE(tests));
}
