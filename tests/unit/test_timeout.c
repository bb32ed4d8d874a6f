/* SPDX-License-Identifier: BSD-2-Clause */
/* Timeouts and the one-shot timer. */
#include <string.h>
#include "core/cpu.h"
#include "core/timeout.h"
#include "test.h"

extern const struct operations ops_timeout;

#define MANY 1000

static struct timeout timeouts[MANY];
static struct timeout_queue *queue;
static unsigned due[MANY], due_count;

static void
record(struct timeout *t)
{
	due[due_count++] = t - timeouts;
}

static int
setup(void **state)
{
	machine_ram(1 << 20);
	machine.clock = 1000;
	memset(timeouts, 0, sizeof(timeouts));
	queue = &boot_cpu.timeouts;
	due_count = 0;
	hooks.on_timeout = record;
	return 0;
}

static void
timer_is_set_to_the_first(void **state)
{
	timeout_insert(queue, &timeouts[0], 3000);
	assert_int_equal(machine.timer, 3000);
	timeout_insert(queue, &timeouts[1], 5000);
	assert_int_equal(machine.timer, 3000);
	timeout_insert(queue, &timeouts[2], 2000);
	assert_int_equal(machine.timer, 2000);
	timeout_check(queue);
}

static void
due_ones_are_told_in_order(void **state)
{
	static const u64 deadlines[] = { 1500, 1200, 1500, 1100, 9000 };
	static const unsigned order[] = { 3, 1, 0, 2 };

	for (unsigned i = 0; i < ARRAY_SIZE(deadlines); i++)
		timeout_insert(queue, &timeouts[i], deadlines[i]);
	machine.clock = 1500;
	timeout_expire(queue);
	assert_int_equal(due_count, ARRAY_SIZE(order));
	assert_memory_equal(due, order, sizeof(order));
	assert_false(timeout_pending(&timeouts[0]));
	assert_true(timeout_pending(&timeouts[4]));
	assert_int_equal(machine.timer, 9000);
}

static void
cancelling_leaves_the_timer_alone(void **state)
{
	timeout_insert(queue, &timeouts[0], 2000);
	machine.timer = 4711;			/* seen when it is set again */
	timeout_cancel(queue, &timeouts[0]);
	timeout_cancel(queue, &timeouts[0]);
	timeout_insert(queue, &timeouts[1], 3000);
	assert_int_equal(machine.timer, 4711);
	machine.clock = 2000;			/* the interrupt that comes for nothing */
	timeout_expire(queue);
	assert_int_equal(due_count, 0);
	assert_int_equal(machine.timer, 3000);
	timeout_cancel(queue, &timeouts[1]);
	machine.clock = 3000;
	timeout_expire(queue);
	assert_int_equal(machine.timer, TIMEOUT_NEVER);
}

static void
deadline_in_the_past_needs_an_interrupt(void **state)
{
	timeout_insert(queue, &timeouts[0], 10);
	timeout_insert(queue, &timeouts[1], 0);
	assert_int_equal(due_count, 0);
	assert_int_equal(machine.timer, 0);
	timeout_check(queue);
	timeout_expire(queue);
	assert_int_equal(due_count, 2);
	assert_int_equal(due[0], 1);
}

static void
insert_again(struct timeout *t)
{
	record(t);
	timeout_insert(queue, t, machine.clock);
}

static void
handler_that_inserts_what_is_due_does_not_hold_the_cpu(void **state)
{
	hooks.on_timeout = insert_again;
	timeout_insert(queue, &timeouts[0], 900);
	timeout_expire(queue);
	assert_int_equal(due_count, 1);
	assert_true(timeout_pending(&timeouts[0]));
	assert_true(machine.timer <= machine.clock);
}

static void
a_waiting_interrupt_ends_the_pass(void **state)
{
	for (unsigned i = 0; i < MANY; i++)
		timeout_insert(queue, &timeouts[i], 1000);
	machine.preempt_every = 10;
	timeout_expire(queue);
	assert_int_equal(due_count, 10);
	assert_int_equal(machine.timer, 1000);		/* at once: the rest follows */
	machine.preempt_every = 0;
	timeout_expire(queue);
	assert_int_equal(due_count, MANY);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(due[i], i);
	assert_int_equal(machine.timer, TIMEOUT_NEVER);
}

static void
deadlines_saturate(void **state)
{
	assert_int_equal(timeout_deadline(5, 6), 11);
	assert_int_equal(timeout_deadline(5, TIMEOUT_NEVER), TIMEOUT_NEVER);
	assert_int_equal(timeout_deadline(TIMEOUT_NEVER - 1, 1), TIMEOUT_NEVER);
	timeout_insert(queue, &timeouts[0], TIMEOUT_NEVER);
	assert_int_equal(machine.timer, TIMEOUT_NEVER);
	timeout_insert(queue, &timeouts[1], 2000);
	assert_int_equal(machine.timer, 2000);
	timeout_check(queue);
}

/* The short way of an interrupt that comes too early leaves what is due to the long one. */
static void
an_early_interrupt_sets_the_timer(void **state)
{
	timeout_insert(queue, &timeouts[0], 2000);
	machine.timer = 0;
	assert_true(timeout_early(queue));
	assert_int_equal(machine.timer, 2000);
	machine.timer = 4711;
	machine.clock = 2000;
	assert_false(timeout_early(queue));
	assert_int_equal(machine.timer, 4711);
	assert_true(timeout_pending(&timeouts[0]));
	assert_int_equal(due_count, 0);
	timeout_cancel(queue, &timeouts[0]);
	assert_true(timeout_early(queue));		/* nothing is pending any more: it is off */
	assert_int_equal(queue->armed, 0);
	timeout_check(queue);
}

static void
check_finds_a_lost_wake_up(void **state)
{
	timeout_insert(queue, &timeouts[0], 2000);
	queue->armed = 3000;
	assert_panics(timeout_check(queue));
	queue->armed = 0;
	assert_panics(timeout_check(queue));
}

static void
random_sequences(void **state)
{
	operations_random(&ops_timeout, 2000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_timeout);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(timer_is_set_to_the_first, setup),
		cmocka_unit_test_setup(due_ones_are_told_in_order, setup),
		cmocka_unit_test_setup(cancelling_leaves_the_timer_alone, setup),
		cmocka_unit_test_setup(deadline_in_the_past_needs_an_interrupt, setup),
		cmocka_unit_test_setup(handler_that_inserts_what_is_due_does_not_hold_the_cpu, setup),
		cmocka_unit_test_setup(a_waiting_interrupt_ends_the_pass, setup),
		cmocka_unit_test_setup(deadlines_saturate, setup),
		cmocka_unit_test_setup(an_early_interrupt_sets_the_timer, setup),
		cmocka_unit_test_setup(check_finds_a_lost_wake_up, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("timeout", tests, ARRAY_SIZE(tests));
}
