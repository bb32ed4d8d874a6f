/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets: what can be used when, and that no interval as long as the period ever has more than the amount. */
#include "core/budget.h"
#include "core/timeout.h"
#include "test.h"

#define AMOUNT	40000ul
#define PERIOD	100000ul

static struct budget budget;

static int
setup(void **state)
{
	assert_int_equal(budget_init(&budget, AMOUNT, PERIOD, 0), OK);
	return 0;
}

static void
values_are_checked(void **state)
{
	struct budget b;

	assert_int_equal(budget_init(&b, PERIOD, PERIOD, 0), OK);
	assert_int_equal(budget_init(&b, PERIOD + 1, PERIOD, 0), ERR_BAD_VALUE);
	assert_int_equal(budget_init(&b, BUDGET_MINIMUM, PERIOD, 0), OK);
	assert_int_equal(budget_init(&b, BUDGET_MINIMUM - 1, PERIOD, 0), ERR_BAD_VALUE);
	assert_int_equal(budget_init(&b, AMOUNT, BUDGET_LONGEST, 0), OK);
	assert_int_equal(budget_init(&b, AMOUNT, BUDGET_LONGEST + 1, 0), ERR_BAD_VALUE);
}

static void
none_is_never(void **state)
{
	struct budget b;

	assert_int_equal(budget_init(&b, 0, PERIOD, 0), OK);
	assert_int_equal(budget_time(&b), TIMEOUT_NEVER);
	assert_int_equal(budget_left(&b), 0);
	budget_check(&b);
}

static void
comes_back_a_period_after_its_use_began(void **state)
{
	budget_begin(&budget, 500);
	budget_use(&budget, 15000);
	assert_int_equal(budget_left(&budget), AMOUNT - 15000);
	budget_begin(&budget, 60000);
	budget_use(&budget, AMOUNT - 15000);
	assert_int_equal(budget_time(&budget), 500 + PERIOD);
	assert_int_equal(budget_left(&budget), 15000);
	budget_begin(&budget, 500 + PERIOD);
	budget_use(&budget, 15000);
	assert_int_equal(budget_time(&budget), 60000 + PERIOD);
	budget_check(&budget);
}

static void
unused_does_not_add_up(void **state)
{
	budget_begin(&budget, 50 * PERIOD);
	assert_int_equal(budget_left(&budget), AMOUNT);
	budget_use(&budget, AMOUNT);
	assert_int_equal(budget_time(&budget), 51 * PERIOD);
}

static void
overdrawn_is_taken_off(void **state)
{
	budget_begin(&budget, 0);
	budget_use(&budget, AMOUNT + 3000);
	assert_int_equal(budget_time(&budget), PERIOD + 3000);
	assert_int_equal(budget_left(&budget), AMOUNT - 3000);
	budget_check(&budget);
}

/* --- at random ------------------------------------------------------------------------------------------------------- */

#define USES	4096

static struct { u64 begin, end; } used[USES];

/* Ticks used in [from, from + PERIOD). */
static u64
used_from(u64 from, unsigned count)
{
	u64 sum = 0;

	for (unsigned i = 0; i < count; i++) {
		u64 begin = used[i].begin > from ? used[i].begin : from;
		u64 end = used[i].end < from + PERIOD ? used[i].end : from + PERIOD;
		sum += begin < end ? end - begin : 0;
	}
	return sum;
}

static u64
draw(u64 *state, u64 limit)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (*state >> 33) % limit;
}

static void
no_interval_has_more(void **state)
{
	u64 random = 1, now = 0;

	for (unsigned i = 0; i < USES; i++) {
		now += draw(&random, 3) ? draw(&random, 300) : draw(&random, 2 * PERIOD);
		if (budget_time(&budget) > now)
			now = budget_time(&budget);
		budget_begin(&budget, now);
		u64 ticks = draw(&random, 4) ? draw(&random, 3000) : AMOUNT;
		if (ticks > budget_left(&budget))
			ticks = budget_left(&budget);
		budget_use(&budget, ticks);
		used[i].begin = now;
		used[i].end = now += ticks;
		budget_check(&budget);
	}
	for (unsigned i = 0; i < USES; i++) {
		assert_true(used_from(used[i].begin, USES) <= AMOUNT);
		assert_true(used_from(used[i].end > PERIOD ? used[i].end - PERIOD : 0, USES) <= AMOUNT);
	}
}

/* Whoever always has something to do gets the amount in each period, but for what the grain costs. */
static void
all_of_it_can_be_had(void **state)
{
	u64 now = 0, sum = 0;

	while (now < 100 * PERIOD) {
		if (budget_time(&budget) > now)
			now = budget_time(&budget);
		budget_begin(&budget, now);
		u64 ticks = budget_left(&budget);
		budget_use(&budget, ticks);
		now += ticks;
		sum += ticks;
	}
	assert_true(sum >= 100 * AMOUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(none_is_never),
		cmocka_unit_test_setup(comes_back_a_period_after_its_use_began, setup),
		cmocka_unit_test_setup(unused_does_not_add_up, setup),
		cmocka_unit_test_setup(overdrawn_is_taken_off, setup),
		cmocka_unit_test_setup(no_interval_has_more, setup),
		cmocka_unit_test_setup(all_of_it_can_be_had, setup),
	};

	return test_main("budget", tests, ARRAY_SIZE(tests));
}
