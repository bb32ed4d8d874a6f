/* SPDX-License-Identifier: BSD-2-Clause */
/* The ready structure: order between levels and within one. */
#include <string.h>
#include "core/ready.h"
#include "core/thread.h"
#include "test.h"

extern const struct operations ops_ready;

static struct ready ready;
static struct thread threads[READY_LEVELS];

static int
setup(void **state)
{
	memset(&ready, 0, sizeof(ready));
	memset(threads, 0, sizeof(threads));
	return 0;
}

static void
empty_structure_has_no_first(void **state)
{
	assert_null(ready_first(&ready));
	ready_rotate(&ready, 0);
	ready_check(&ready);
}

static void
highest_level_comes_first(void **state)
{
	for (unsigned i = 0; i < READY_LEVELS; i++) {
		threads[i].priority = i * 167 % READY_LEVELS;	/* every level once, in a scattered order */
		ready_insert_tail(&ready, &threads[i]);
	}
	ready_check(&ready);
	for (unsigned level = READY_LEVELS; level--;) {
		struct thread *t = ready_first(&ready);
		assert_int_equal(t->priority, level);
		ready_remove(&ready, t);
		assert_false(t->queued);
	}
	assert_null(ready_first(&ready));
	ready_check(&ready);
}

static void
a_level_is_first_come_first_served(void **state)
{
	for (unsigned i = 0; i < 5; i++)
		ready_insert_tail(&ready, &threads[i]);
	ready_insert_head(&ready, &threads[5]);
	static const unsigned order[] = { 5, 0, 1, 2, 3, 4, 5 };
	for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
		assert_ptr_equal(ready_first(&ready), &threads[order[i]]);
		ready_rotate(&ready, 0);
	}
	ready_remove(&ready, &threads[2]);	/* neither head nor tail */
	ready_remove(&ready, &threads[0]);	/* head: rotated there */
	assert_ptr_equal(ready_first(&ready), &threads[1]);
	ready_check(&ready);
}

static void
misuse_is_caught(void **state)
{
	assert_panics(ready_remove(&ready, &threads[0]));
	ready_insert_tail(&ready, &threads[0]);
	assert_panics(ready_insert_head(&ready, &threads[0]));
}

static void
check_finds_corruption(void **state)
{
	ready_insert_tail(&ready, &threads[0]);
	threads[0].priority = 9;
	assert_panics(ready_check(&ready));
	threads[0].priority = 0;
	ready.levels[1] = 1;
	assert_panics(ready_check(&ready));
	ready.levels[1] = 0;
	ready.summary |= 2;
	assert_panics(ready_check(&ready));
}

static void
random_sequences(void **state)
{
	operations_random(&ops_ready, 3000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_ready);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_structure_has_no_first, setup),
		cmocka_unit_test_setup(highest_level_comes_first, setup),
		cmocka_unit_test_setup(a_level_is_first_come_first_served, setup),
		cmocka_unit_test_setup(misuse_is_caught, setup),
		cmocka_unit_test_setup(check_finds_corruption, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("ready", tests, ARRAY_SIZE(tests));
}
