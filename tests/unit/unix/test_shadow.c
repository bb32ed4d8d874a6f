/* SPDX-License-Identifier: BSD-2-Clause */
/* The second set of page tables, against a list that says the same. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <unix/arena.h>
#include <unix/shadow.h>
#include "host.h"

#define PLACES	512
#define STEPS	20000

static struct shadow shadow;

static int
begin(void **state)
{
	fake_begin(16);
	shadow = (struct shadow){ 0 };
	return 0;
}

static int
end(void **state)
{
	shadow_end(&shadow);
	assert_int_equal(shared->list[ARENA_SHADOW].taken, 0);
	fake_end();
	return 0;
}

static void
put(uint64_t address, page_t page, uint8_t rights, bool counted)
{
	const struct host_mapping m = { .address = address, .page = page, .rights = rights, .counted = counted };

	assert_int_equal(shadow_prepare(&shadow, address), 0);
	shadow_set(&shadow, &m);
}

static void
test_what_was_set_is_found(void **state)
{
	struct host_mapping m;

	put(0x400000, 5, 3, true);
	put(0x7fffffffe000, 0xffffff, 1, false);
	assert_true(shadow_next(&shadow, 0, ~0ul >> 17, &m));
	assert_int_equal(m.address, 0x400000);
	assert_int_equal(m.page, 5);
	assert_int_equal(m.rights, 3);
	assert_true(m.counted);
	assert_true(shadow_next(&shadow, 0x401000, ~0ul >> 17, &m));
	assert_int_equal(m.address, 0x7fffffffe000);
	assert_int_equal(m.page, 0xffffff);
	assert_false(m.counted);
	assert_false(shadow_next(&shadow, 0x401000, 0x7fffffffe000, &m));
	assert_false(shadow_next(&shadow, 0x7ffffffff000, 0x800000000000, &m));
}

static void
test_one_without_rights_is_still_there(void **state)
{
	struct host_mapping m;

	put(0x1000, 1, 3, true);
	shadow_protect(&shadow, 0, 4, 0);
	assert_true(shadow_next(&shadow, 0, 0x10000, &m));
	assert_int_equal(m.rights, 0);
}

static void
test_no_memory(void **state)
{
	put(0x1000, 1, 3, true);
	while (arena_take(ARENA_SHADOW))
		fake_shared = 0;
	assert_int_equal(shadow_prepare(&shadow, 0x7f0000000000), -ENOMEM);
	assert_int_equal(shadow_prepare(&shadow, 0x2000), 0);
	shared->list[ARENA_SHADOW].taken = 6;
}

/* --- against a list ---------------------------------------------------------------------------------------------------------------- */

static struct host_mapping model[PLACES];

/* Places of a few dense ranges, far apart. */
static uint64_t
address_of(unsigned place)
{
	return (uint64_t)(place / 64) * 0x1230000000ul + (place % 64) * 3 * UNIX_PAGE;
}

static void
ranges(unsigned first, unsigned count, unsigned rights)
{
	uint64_t start = address_of(first), pages = (address_of(first + count - 1) - start) / UNIX_PAGE + 1;

	for (unsigned i = first; i < first + count; i++) {
		if (rights)
			model[i].rights &= (uint8_t)rights;
		else
			model[i] = (struct host_mapping){ 0 };
	}
	if (rights)
		shadow_protect(&shadow, start, pages, rights);
	else
		shadow_unmap(&shadow, start, pages);
}

static void
check_all(bool (*next)(struct shadow *, uint64_t, uint64_t, struct host_mapping *), bool all)
{
	uint64_t at = 0;
	struct host_mapping m;

	for (unsigned i = 0; i < PLACES; i++) {
		if (!model[i].page || !(all || model[i].counted))
			continue;
		assert_false(next(&shadow, at, address_of(i), &m));
		assert_true(next(&shadow, at, 1ul << 47, &m));
		assert_int_equal(m.address, address_of(i));
		assert_int_equal(m.page, model[i].page);
		assert_int_equal(m.rights, model[i].rights);
		assert_int_equal(m.counted, model[i].counted);
		at = m.address + UNIX_PAGE;
	}
	assert_false(next(&shadow, at, 1ul << 47, &m));
}

static void
check(void)
{
	check_all(shadow_next, true);
	check_all(shadow_next_counted, false);
}

static void
test_random_steps(void **state)
{
	srand(1);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned first = (unsigned)rand() % PLACES, count = 1 + (unsigned)rand() % 40;
		if (first + count > PLACES)
			count = PLACES - first;
		switch (rand() % 8) {
		case 0:
			ranges(first, count, 0);
			break;
		case 1:
			ranges(first, count, 1 + (unsigned)rand() % 7);
			break;
		default:
			model[first] = (struct host_mapping){ .page = 1 + (page_t)rand() % 1000, .rights = (uint8_t)(rand() % 8), .counted = rand() % 2 };
			put(address_of(first), model[first].page, model[first].rights, model[first].counted);
		}
		if (step % 64 == 0)
			check();
	}
	ranges(0, PLACES, 0);
	assert_null(shadow.root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_was_set_is_found, begin, end),
		cmocka_unit_test_setup_teardown(test_one_without_rights_is_still_there, begin, end),
		cmocka_unit_test_setup_teardown(test_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_random_steps, begin, end),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
