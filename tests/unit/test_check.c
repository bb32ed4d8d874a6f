/* SPDX-License-Identifier: BSD-2-Clause */
/* All of core together: a workload in which each allocation fails once and each step is preempted; and the self-checks themselves. */
#include "core/cap.h"
#include "core/cpu.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/irq.h"
#include "core/space.h"
#include "core/thread.h"
#include "test.h"
#include "workload.h"

static void
everything_works(void **state)
{
	workload_begin();
	for (unsigned i = 0; i < 3; i++)
		assert_false(workload_run());
}

/* Until a run has fewer allocations than the one that is to fail. */
static void
each_allocation_fails_once(void **state)
{
	unsigned failed = 0;

	workload_begin();
	for (u64 n = 1; !failed || check_fail_countdown == 0; n++) {
		check_fail_after(n);
		failed += workload_run();
	}
	check_fail_after(0);
	assert_false(workload_run());
	assert_true(failed > 100);
	print_message("# %u allocations, each failed once\n", failed);
}

static void
preempted_at_every_kth_point(void **state)
{
	workload_begin();
	for (u64 k = 1; k < 8; k++) {
		machine.preempt_every = k;
		assert_false(workload_run());
	}
}

static void
preempted_and_failing(void **state)
{
	workload_begin();
	for (u64 n = 1; n < 200; n++) {
		machine.preempt_seed = n;
		check_fail_after(n * 7 % 199);
		workload_run();
	}
}

static void
after_calls(void **state)
{
	workload_begin();
	workload_fill();
	struct space *child = first_space->children;
	boot_cpu.current = child->threads;
	for (unsigned i = 0; i < 20000; i++)
		check_after_call();
	child->threads->object.serial++;
	assert_panics(check_after_call());
	child->threads->object.serial--;
	boot_cpu.current = boot_cpu.idle;		/* the caller died */
	check_after_call();
	workload_empty();
}

/* An object that the call named, or made, is looked at, and only until the next; not one that ended. */
static void
after_calls_on_objects(void **state)
{
	struct irq *irq;

	workload_begin();
	workload_fill();
	boot_cpu.current = boot_cpu.idle;
	struct space *child = first_space->children;
	check_after_call();
	assert_int_equal(irq_create(child, 7, IRQ_EDGE, &irq), OK);
	irq->masked = true;
	assert_panics(check_after_call());
	check_after_call();
	check_touch(KIND_IRQ, irq);
	assert_panics(check_after_call());
	irq->masked = false;
	check_touch(KIND_IRQ, irq);
	check_touch(KIND_SPACE, child);
	check_touch(KIND_FRAME, frame_of(child->root));
	assert_int_equal(irq_destroy(irq), OK);
	check_after_call();
	child->object.epoch = 0;
	check_touch(KIND_SPACE, child);
	assert_panics(check_after_call());
	child->object.epoch = EPOCH_FIRST;
	workload_empty();
}

/* What was donated cannot be reached from user level, whoever had it mapped, whatever the TLB remembers. */
static void
donated_page_has_no_alias(void **state)
{
	const vaddr_t place = 0x40000000;
	struct capability *slot;
	struct map *m, *n;
	struct frame *f;

	workload_begin();
	struct space *other = first_space->children;
	assert_int_equal(frame_alloc_any(first_space, ORDER_4K, &f), OK);
	assert_int_equal(space_map(first_space, place, f, RIGHT_READ | RIGHT_WRITE, CACHE_WRITE_BACK, &m), OK);
	assert_int_equal(space_map_part(other, place, frame_address(f), ORDER_4K, RIGHT_READ | RIGHT_WRITE, m, &n), OK);
	assert_int_equal(cap_empty_slot(&first_space->caps, 1, &slot), OK);
	cap_insert(slot, f, KIND_FRAME, RIGHTS_ALL, 0);
	machine_touch_all(first_space);
	machine_touch_all(other);
	machine.preempt_every = 1;
	while (kmem_donate_by(other, slot) == STATUS_RESTART)
		;
	assert_int_equal(machine_stale(), 0);
	assert_int_equal(machine_touch(first_space, place, RIGHT_READ, NULL), ERR_BAD_ADDRESS);
	assert_int_equal(machine_touch(other, place, RIGHT_READ, NULL), ERR_BAD_ADDRESS);
	assert_null(space_find(first_space, place));
	assert_null(space_find(other, place));
	assert_null(slot->object);
	assert_ptr_equal(kmem_page_alloc(other, FRAME_PAGE, KIND_NONE), f);
	assert_int_equal(space_map(first_space, place, f, RIGHT_READ, CACHE_WRITE_BACK, &m), ERR_WRONG_STATE);
	kmem_page_free(f);
	check_all();
}

/* Each lie is found. */
static void
checks_notice(void **state)
{
	workload_begin();
	workload_fill();
	check_all();
	struct space *child = first_space->children;
	child->kmem.pages++;
	assert_panics(check_all());
	child->kmem.pages--;
	child->frames_held++;
	assert_panics(check_all());
	child->frames_held--;
	child->mapped[0]++;
	assert_panics(check_all());
	child->mapped[0]--;
	child->tables++;
	assert_panics(check_all());
	child->tables--;
	struct capability *c;
	assert_int_equal(cap_slot(&first_space->caps, 10, &c), OK);
	struct thread *t = thread_of(c->object);
	t->object.epoch = 0;
	assert_panics(check_all());
	t->object.epoch = epoch_new();
	check_all();
	workload_empty();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_works),
		cmocka_unit_test(each_allocation_fails_once),
		cmocka_unit_test(preempted_at_every_kth_point),
		cmocka_unit_test(preempted_and_failing),
		cmocka_unit_test(after_calls),
		cmocka_unit_test(after_calls_on_objects),
		cmocka_unit_test(donated_page_has_no_alias),
		cmocka_unit_test(checks_notice),
	};

	return test_main("check", tests, ARRAY_SIZE(tests));
}
