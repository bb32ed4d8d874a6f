/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: creation, states, registers, accounting, and destruction wherever it hits. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/thread.h"
#include "homes.h"
#include "test.h"

extern const struct operations ops_thread;

#define POOL 8

static struct space *home;

static int
setup(void **state)
{
	home = home_make(POOL);
	return 0;
}

static struct thread *
make(void)
{
	struct thread *t;

	assert_int_equal(thread_create(home, home_at(1), 0, &t), OK);
	thread_check(t);
	return t;
}

static struct thread *
make_running(void)
{
	struct thread *t = make();

	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	thread_switch(t);
	return t;
}

static void
assert_nothing_leaks(void)
{
	assert_int_equal(home->kmem.pages_free, POOL);
	assert_null(home_at(1)->threads);
}

/* --- creation ------------------------------------------------------------------------------------------------------ */

static void
new_thread_is_stopped(void **state)
{
	struct thread *t = make();

	assert_int_equal(t->state, THREAD_STOPPED);
	assert_ptr_equal(t->space, home_at(1));
	assert_ptr_equal(t->object.home, home);
	assert_int_equal(t->cr3, home_at(1)->cr3);
	assert_non_null(t->fpu);
	assert_int_equal(home->kmem.pages_free, POOL - 1);
	assert_int_equal(object_destroy(&t->object), OK);
	assert_nothing_leaks();
}

static void
identifiers_never_repeat(void **state)
{
	u64 last = 0;

	for (unsigned i = 0; i < 100; i++) {
		struct thread *t = make();
		assert_true(t->id > last);
		assert_int_equal(t->object.serial, (u32)t->id);
		last = t->id;
		assert_int_equal(object_destroy(&t->object), OK);
	}
}

static void
no_fpu_area_when_declared(void **state)
{
	struct thread *t;

	assert_int_equal(thread_create(home, home, THREAD_NO_FPU, &t), OK);
	assert_null(t->fpu);
	assert_int_equal(object_destroy(&t->object), OK);
}

static void
creation_errors_leave_nothing(void **state)
{
	struct thread *t = NULL;

	assert_int_equal(thread_create(home, home, THREAD_NO_FPU << 1, &t), ERR_BAD_VALUE);
	home->object.dying = true;
	assert_int_equal(thread_create(home, home_at(1), 0, &t), ERR_WRONG_STATE);
	assert_int_equal(thread_create(home_at(1), home, 0, &t), ERR_WRONG_STATE);
	home->object.dying = false;
	u64 root = home_at(1)->root;
	home_at(1)->root = 0;
	assert_int_equal(thread_create(home, home_at(1), 0, &t), ERR_WRONG_STATE);
	home_at(1)->root = root;
	check_fail_after(1);
	assert_int_equal(thread_create(home, home_at(1), 0, &t), ERR_NO_KMEM);
	assert_null(t);
	assert_nothing_leaks();
}

static void
creation_ends_with_the_pool(void **state)
{
	struct thread *t;

	for (unsigned i = 0; i < POOL; i++)
		make();
	assert_int_equal(thread_create(home, home, 0, &t), ERR_NO_KMEM);
	while (home_at(1)->threads)
		assert_int_equal(object_destroy(&home_at(1)->threads->object), OK);
	assert_nothing_leaks();
}

/* --- states -------------------------------------------------------------------------------------------------------- */

static void
start_sets_registers_and_makes_ready(void **state)
{
	struct thread *t = make();

	assert_int_equal(thread_start(t, 0x401000, 0x7000, 42), OK);
	assert_int_equal(t->state, THREAD_RUNNABLE);
	assert_int_equal(t->regs.rip, 0x401000);
	assert_int_equal(t->regs.rsp, 0x7000);
	assert_int_equal(t->regs.arg[0], 42);
	assert_int_equal(hooks.ready, 1);
	assert_ptr_equal(hooks.thread, t);
	assert_int_equal(thread_start(t, 0x401000, 0, 0), ERR_WRONG_STATE);
}

static void
start_refuses_addresses_that_are_not_the_users(void **state)
{
	struct thread *t = make();

	assert_int_equal(thread_start(t, 0, 0, 0), ERR_BAD_ADDRESS);
	assert_int_equal(thread_start(t, USER_END, 0, 0), ERR_BAD_ADDRESS);
	assert_int_equal(thread_start(t, 0xffffffff80000000, 0, 0), ERR_BAD_ADDRESS);
	assert_int_equal(thread_start(t, USER_START, 1, 0), ERR_BAD_ADDRESS);
	assert_int_equal(thread_start(t, USER_START, USER_END + 1, 0), ERR_BAD_ADDRESS);
	assert_int_equal(t->state, THREAD_STOPPED);
	assert_int_equal(hooks.ready, 0);
	assert_int_equal(thread_start(t, USER_END - 1, USER_END, 0), OK);
}

static void
suspension_lies_across_the_states(void **state)
{
	struct thread *t = make();

	assert_int_equal(thread_suspend(t), OK);
	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	assert_int_equal(hooks.ready, 0);		/* started, but suspended */
	assert_int_equal(thread_resume(t), OK);
	assert_int_equal(thread_resume(t), OK);
	assert_int_equal(hooks.ready, 1);
	thread_block(t);
	assert_int_equal(hooks.not_ready, 1);
	assert_int_equal(thread_suspend(t), OK);
	thread_make_runnable(t);			/* what it waited for comes while it is suspended */
	assert_int_equal(hooks.ready, 1);
	assert_int_equal(thread_resume(t), OK);
	assert_int_equal(hooks.ready, 2);
	assert_int_equal(thread_suspend(t), OK);
	assert_int_equal(thread_suspend(t), OK);
	assert_int_equal(hooks.not_ready, 2);
}

static void
current_that_stops_asks_for_another(void **state)
{
	struct thread *t = make_running();

	assert_int_equal(boot_cpu.pending, 0);
	thread_block(t);
	assert_int_equal(boot_cpu.pending, PENDING_RESCHEDULE);
	boot_cpu.pending = 0;
	thread_make_runnable(t);
	assert_int_equal(boot_cpu.pending, 0);
	assert_int_equal(thread_suspend(t), OK);
	assert_int_equal(boot_cpu.pending, PENDING_RESCHEDULE);
}

/* --- registers ------------------------------------------------------------------------------------------------------ */

static void
exchange_returns_the_old_and_sets_the_new(void **state)
{
	struct thread *t = make();
	struct registers regs = { .rax = 5, .rip = 0x5000, .fs_base = 0x6000 };

	assert_int_equal(thread_start(t, 0x401000, 0x7000, 42), OK);
	assert_int_equal(thread_exchange(t, REGISTERS_RIP | REGISTERS_BASES, &regs), OK);
	assert_int_equal(regs.rip, 0x401000);
	assert_int_equal(regs.rsp, 0x7000);
	assert_int_equal(regs.rdi, 42);
	assert_int_equal(regs.fs_base, 0);
	assert_int_equal(t->regs.rip, 0x5000);
	assert_int_equal(t->regs.rax, 0);
	assert_int_equal(t->fs_base, 0x6000);
}

static void
exchange_refuses_and_changes_nothing(void **state)
{
	struct thread *t = make();
	struct registers regs = { .rax = 5, .rip = USER_END };

	assert_int_equal(thread_exchange(t, REGISTERS_ALL + 1ul, &regs), ERR_BAD_VALUE);
	assert_int_equal(thread_exchange(t, 1ul << 40, &regs), ERR_BAD_VALUE);
	assert_int_equal(thread_exchange(t, REGISTERS_RIP | REGISTERS_GENERAL, &regs), ERR_BAD_ADDRESS);
	assert_int_equal(t->regs.rax, 0);
	assert_int_equal(regs.rax, 5);
	thread_switch(t);
	assert_int_equal(thread_exchange(t, 0, &regs), ERR_WRONG_STATE);
}

static void
registers_that_the_frame_lacks_read_as_zero(void **state)
{
	struct thread *t = make();
	struct registers regs;

	t->regs.valid = 0;		/* as after a fast entry */
	t->regs.rbx = 99;
	assert_int_equal(thread_exchange(t, 0, &regs), OK);
	assert_int_equal(regs.rbx, 0);
}

/* --- the switch ------------------------------------------------------------------------------------------------------ */

static void
switch_accounts_and_loads(void **state)
{
	struct thread *a = make(), *b = make();

	machine.clock = 100;
	thread_switch(a);
	machine.clock = 350;
	thread_switch(b);
	machine.clock = 400;
	thread_switch(a);
	assert_int_equal(a->ticks, 250ul - 400);	/* current: less the time that it began */
	assert_int_equal(thread_ticks(a), 250);
	assert_int_equal(b->ticks, 50);
	assert_int_equal(a->switches, 2);
	assert_int_equal(b->switches, 1);
	assert_ptr_equal(boot_cpu.current, a);
	assert_ptr_equal(boot_cpu.arch.loaded, a);
}

/* --- destruction ------------------------------------------------------------------------------------------------------ */

static void
destroying_another_frees_it_at_once(void **state)
{
	struct thread *t = make();

	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	timeout_insert(&boot_cpu.timeouts, &t->timeout, 1000);
	assert_int_equal(object_destroy(&t->object), OK);
	assert_int_equal(hooks.gone, 1);
	assert_int_equal(hooks.not_ready, 1);
	assert_int_equal(boot_cpu.timeouts.tree.count, 0);
	assert_nothing_leaks();
}

static struct thread *
pick_as_idle(void)
{
	assert_ptr_equal(boot_cpu.current, boot_cpu.idle);	/* nothing of the dead thread is in use when it is freed */
	assert_ptr_equal(boot_cpu.arch.loaded, boot_cpu.idle);
	return hooks.pick;
}

static void
current_dies_on_the_way_out(void **state)
{
	struct thread *t = make_running(), *next = make();

	assert_int_equal(object_destroy(&t->object), OK);
	assert_ptr_equal(boot_cpu.current, t);
	assert_int_equal(boot_cpu.pending, PENDING_RESCHEDULE);
	assert_int_equal(home->kmem.pages_free, POOL - 2);
	t->regs.rax = OK;			/* as whoever finishes the call does */
	hooks.pick = next;
	hooks.on_pick = pick_as_idle;
	pending_run();
	assert_ptr_equal(boot_cpu.current, next);
	assert_ptr_equal(boot_cpu.arch.loaded, next);
	assert_int_equal(home->kmem.pages_free, POOL - 1);
}

static void
two_current_ones_die_in_one_entry(void **state)
{
	struct thread *first = make_running();

	assert_int_equal(object_destroy(&first->object), OK);
	struct thread *second = make_running();	/* the personality switches by itself */
	assert_int_equal(object_destroy(&second->object), OK);
	assert_int_equal(home->kmem.pages_free, POOL - 1);
	hooks.pick = make();
	pending_run();
	assert_int_equal(home->kmem.pages_free, POOL - 1);
	assert_null(boot_cpu.doomed);
}

static void
long_destruction_of_current_keeps_it_ready(void **state)
{
	struct thread *t = make_running();

	hooks.gone_restarts = 2;
	assert_int_equal(object_destroy(&t->object), STATUS_RESTART);
	assert_int_equal(hooks.not_ready, 0);		/* it has to execute its call again */
	assert_int_equal(object_destroy(&t->object), STATUS_RESTART);
	assert_int_equal(object_destroy(&t->object), OK);
	assert_int_equal(hooks.not_ready, 1);
}

static void
long_destruction_of_another_stops_it_first(void **state)
{
	struct thread *t = make();
	struct registers regs;

	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	thread_block(t);
	hooks.gone_restarts = 1;
	assert_int_equal(object_destroy(&t->object), STATUS_RESTART);
	assert_int_equal(thread_start(t, USER_START, 0, 0), ERR_WRONG_STATE);
	assert_int_equal(thread_resume(t), ERR_WRONG_STATE);
	assert_int_equal(thread_suspend(t), ERR_WRONG_STATE);
	assert_int_equal(thread_exchange(t, 0, &regs), ERR_WRONG_STATE);
	hooks.ready = 0;
	thread_make_runnable(t);			/* a partner answers meanwhile */
	assert_int_equal(hooks.ready, 0);
	assert_int_equal(object_destroy(&t->object), OK);
	assert_nothing_leaks();
}

/* --- the exit path ---------------------------------------------------------------------------------------------------- */

static void
exit_switches_to_whom_the_personality_picks(void **state)
{
	struct thread *t = make_running(), *next = make();

	hooks.pick = next;
	pending_run();
	assert_ptr_equal(boot_cpu.current, t);		/* nothing was pending */
	boot_cpu.pending = PENDING_RESCHEDULE;
	pending_run();
	assert_ptr_equal(boot_cpu.current, next);
	assert_int_equal(boot_cpu.pending, 0);
	assert_int_equal(hooks.picks, 1);
	pending_run();
	assert_int_equal(hooks.picks, 1);
}

static void
picking_the_same_is_no_switch(void **state)
{
	struct thread *t = make_running();

	hooks.pick = t;
	boot_cpu.pending = PENDING_RESCHEDULE;
	pending_run();
	assert_int_equal(t->switches, 1);
}

static struct thread *
nobody_at_first(void)
{
	assert_int_equal(hooks.picks == 1, boot_cpu.current != boot_cpu.idle);
	return hooks.picks < 4 ? NULL : hooks.pick;
}

static void
exit_idles_until_somebody_is_ready(void **state)
{
	struct thread *t = make_running();

	thread_block(t);
	machine.clock = 10;
	hooks.pick = t;
	hooks.on_pick = nobody_at_first;
	pending_run();
	assert_int_equal(hooks.picks, 4);
	assert_ptr_equal(boot_cpu.current, t);
	assert_int_equal(boot_cpu.idling, 0);
	assert_int_equal(boot_cpu.idle->switches, 1);
}

static void
random_sequences(void **state)
{
	operations_random(&ops_thread, 2000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_thread);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(new_thread_is_stopped, setup),
		cmocka_unit_test_setup(identifiers_never_repeat, setup),
		cmocka_unit_test_setup(no_fpu_area_when_declared, setup),
		cmocka_unit_test_setup(creation_errors_leave_nothing, setup),
		cmocka_unit_test_setup(creation_ends_with_the_pool, setup),
		cmocka_unit_test_setup(start_sets_registers_and_makes_ready, setup),
		cmocka_unit_test_setup(start_refuses_addresses_that_are_not_the_users, setup),
		cmocka_unit_test_setup(suspension_lies_across_the_states, setup),
		cmocka_unit_test_setup(current_that_stops_asks_for_another, setup),
		cmocka_unit_test_setup(exchange_returns_the_old_and_sets_the_new, setup),
		cmocka_unit_test_setup(exchange_refuses_and_changes_nothing, setup),
		cmocka_unit_test_setup(registers_that_the_frame_lacks_read_as_zero, setup),
		cmocka_unit_test_setup(switch_accounts_and_loads, setup),
		cmocka_unit_test_setup(destroying_another_frees_it_at_once, setup),
		cmocka_unit_test_setup(current_dies_on_the_way_out, setup),
		cmocka_unit_test_setup(two_current_ones_die_in_one_entry, setup),
		cmocka_unit_test_setup(long_destruction_of_current_keeps_it_ready, setup),
		cmocka_unit_test_setup(long_destruction_of_another_stops_it_first, setup),
		cmocka_unit_test_setup(exit_switches_to_whom_the_personality_picks, setup),
		cmocka_unit_test_setup(picking_the_same_is_no_switch, setup),
		cmocka_unit_test_setup(exit_idles_until_somebody_is_ready, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("thread", tests, ARRAY_SIZE(tests));
}
