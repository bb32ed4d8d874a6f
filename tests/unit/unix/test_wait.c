/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena's objects, and waiting. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <unix/arena.h>
#include "host.h"

static struct wait_queue queue, other;

static int
begin(void **state)
{
	fake_begin(64);
	queue = other = (struct wait_queue){ 0 };
	return 0;
}

static int
end(void **state)
{
	fake_end();
	return 0;
}

static void
test_object_is_cleared_and_comes_back(void **state)
{
	struct file *f = arena_take(ARENA_FILE), *again;

	f->references = 7;
	arena_give(ARENA_FILE, f);
	again = arena_take(ARENA_FILE);
	assert_ptr_equal(f, again);
	assert_int_equal(again->references, 0);
	assert_int_equal(shared->list[ARENA_FILE].taken, 1);
}

static void
test_no_memory_is_told(void **state)
{
	fake_shared = 0;
	assert_null(arena_take(ARENA_PROCESS));
	fake_shared = 16;
	assert_non_null(arena_take(ARENA_PROCESS));
}

static void
wake_queue(struct task *t)
{
	wait_wake(&queue);
}

static void
test_wake_ends_a_wait(void **state)
{
	struct task *t = arena_take(ARENA_TASK);

	fake_meanwhile = wake_queue;
	host_lock(t);
	assert_int_equal(wait_at(t, &queue, UNIX_NEVER), 0);
	assert_null(queue.first);
}

static void
test_deadline_ends_a_wait(void **state)
{
	struct task *t = arena_take(ARENA_TASK);

	host_lock(t);
	assert_int_equal(wait_at(t, &queue, 1000), -ETIMEDOUT);
	assert_int_equal(fake_clock, 1000);
	assert_null(queue.first);
}

static void
signal_it(struct task *t)
{
	t->signalled = true;
	wait_wake_task(t);
}

static void
test_signal_ends_a_wait(void **state)
{
	struct task *t = arena_take(ARENA_TASK);

	fake_meanwhile = signal_it;
	host_lock(t);
	assert_int_equal(wait_at(t, &queue, UNIX_NEVER), -ERESTARTSYS);
	assert_int_equal(wait_at(t, &queue, UNIX_NEVER), -ERESTARTSYS);
}

static void
wake_and_signal(struct task *t)
{
	wait_wake(&queue);
	t->signalled = true;
}

static void
test_a_wake_is_not_lost_to_a_signal(void **state)
{
	struct task *t = arena_take(ARENA_TASK);

	fake_meanwhile = wake_and_signal;
	host_lock(t);
	assert_int_equal(wait_at(t, &queue, UNIX_NEVER), 0);
}

static void
test_several_queues_are_left_together(void **state)
{
	struct task *t = arena_take(ARENA_TASK);

	fake_meanwhile = wake_queue;
	host_lock(t);
	assert_int_equal(wait_enter(t, &other), 0);
	assert_int_equal(wait_enter(t, &queue), 0);
	assert_int_equal(wait_now(t, UNIX_NEVER), 0);
	assert_null(queue.first);
	assert_null(other.first);
	assert_int_equal(shared->list[ARENA_WAITER].taken, 0);
}

static void
test_the_first_to_wait_is_woken_first(void **state)
{
	struct task *a = arena_take(ARENA_TASK), *b = arena_take(ARENA_TASK);

	assert_int_equal(wait_enter(a, &queue), 0);
	assert_int_equal(wait_enter(b, &queue), 0);
	a->state = b->state = TASK_WAITS;
	assert_true(wait_wake_one(&queue));
	assert_int_equal(a->woken, 1);
	assert_int_equal(b->woken, 0);
	assert_true(wait_wake_one(&queue));
	assert_false(wait_wake_one(&queue));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_object_is_cleared_and_comes_back, begin, end),
		cmocka_unit_test_setup_teardown(test_no_memory_is_told, begin, end),
		cmocka_unit_test_setup_teardown(test_wake_ends_a_wait, begin, end),
		cmocka_unit_test_setup_teardown(test_deadline_ends_a_wait, begin, end),
		cmocka_unit_test_setup_teardown(test_signal_ends_a_wait, begin, end),
		cmocka_unit_test_setup_teardown(test_a_wake_is_not_lost_to_a_signal, begin, end),
		cmocka_unit_test_setup_teardown(test_several_queues_are_left_together, begin, end),
		cmocka_unit_test_setup_teardown(test_the_first_to_wait_is_woken_first, begin, end),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
