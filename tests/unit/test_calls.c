/* SPDX-License-Identifier: BSD-2-Clause */
/* The bodies of the calls that core has, as a dispatcher enters them: what each does, and every error of its row. */
#include <string.h>
#include "core/common_handlers.h"
#include "core/cpu.h"
#include "core/first.h"
#include "core/objects_handlers.h"
#include "space_world.h"
#include "test.h"
#include <janus/bootinfo.h>
#include <janus/slots.h>

#define BUFFER	0x400000ul		/* of user memory, two pages */
#define NOWHERE	0x500000ul

/* Slots of the caller's space. */
enum { THING = 1, WEAK_THING, OTHER, WEAK_OTHER, THREAD, WEAK_THREAD, FRAME, EMPTY, FURTHER, MISSING = CAP_PER_PAGE };

#define CALL(name, ...)		sys_##name(self, &(struct args_##name){ __VA_ARGS__ }, NULL)
#define ASK(out, name, ...)	sys_##name(self, &(struct args_##name){ __VA_ARGS__ }, out)

static struct space *first, *other;
static struct thread *self, *thread;
static struct object *thing;

static char said[512];
static int exit_code;
static jmp_buf ended;

void
arch_console_write(const char *text, size_t bytes)
{
	assert_true(bytes < sizeof(said));
	memcpy(said, text, bytes);
	said[bytes] = '\0';
}

void
arch_exit(int code)
{
	exit_code = code;
	longjmp(ended, 1);
}

static struct capability *
at(u64 slot)
{
	return cap_at(&first->caps, slot);
}

/* OBJECT in slot WHOLE with all rights, and in slot WEAK with none. */
static void
name_object(struct object *o, u64 whole, u64 weak)
{
	cap_insert(at(whole), o, o->kind, RIGHTS_ALL, 0);
	assert_int_equal(cap_copy(at(weak), at(whole), 0), OK);
}

static int
setup(void **state)
{
	first_space = first = world_make(16 << 20, 64);
	other = world_space(first, 8);
	assert_int_equal(thread_create(first, first, 0, &self), OK);
	assert_int_equal(thread_create(first, first, 0, &thread), OK);
	assert_int_equal(thread_start(self, USER_START, 0, 0), OK);
	thread_switch(self);
	thing = kmem_alloc(first, 64, KIND_PERSONALITY);
	object_init(thing, KIND_PERSONALITY, first);

	struct frame *f = world_frame(first, ORDER_4K);
	world_map(first, BUFFER, f, RW);
	world_map(first, BUFFER + PAGE_SIZE, world_frame(first, ORDER_4K), RIGHT_READ);
	cap_insert(at(FRAME), f, KIND_FRAME, RIGHTS_ALL, 0);
	name_object(thing, THING, WEAK_THING);
	name_object(&other->object, OTHER, WEAK_OTHER);
	name_object(&thread->object, THREAD, WEAK_THREAD);
	return 0;
}

static int
teardown(void **state)
{
	world_check();
	cap_check(first);
	cap_check(other);
	return 0;
}

/* --- all personalities' ----------------------------------------------------------------------------------------------- */

static void
nothing_is_done(void **state)
{
	assert_int_equal(sys_null(self, NULL, NULL), OK);
	assert_int_equal(sys_null_full(self, NULL, NULL), OK);
}

static void
text_goes_to_the_console_unaltered(void **state)
{
	char text[241];

	memset(text, '%', sizeof(text));
	assert_int_equal(arch_copy_to_user(BUFFER + 7, text, sizeof(text)), OK);
	assert_int_equal(CALL(log_write, BUFFER + 7, 240), OK);
	assert_int_equal(strlen(said), 240);
	assert_memory_equal(said, text, 240);
	assert_int_equal(CALL(log_write, BUFFER + 7, 241), ERR_BAD_VALUE);
	assert_int_equal(CALL(log_write, BUFFER + 7, -1ul), ERR_BAD_VALUE);
	assert_int_equal(CALL(log_write, NOWHERE, 1), ERR_BAD_ADDRESS);
	assert_int_equal(CALL(log_write, BUFFER + 2 * PAGE_SIZE - 1, 2), ERR_BAD_ADDRESS);
	assert_int_equal(CALL(log_write, -1ul, 1), ERR_BAD_ADDRESS);
}

static void
exit_with(u64 code)
{
	exit_code = -1;
	if (!setjmp(ended))
		CALL(machine_exit, code);
}

static void
only_the_first_space_ends_the_machine(void **state)
{
	exit_with(0);
	assert_int_equal(exit_code, EXIT_SUCCESS_CODE);
	exit_with(1ul << 40);
	assert_int_equal(exit_code, EXIT_FAILURE_CODE);
	first_space = other;
	assert_int_equal(CALL(machine_exit, 0), ERR_NO_RIGHT);
}

/* The caller is current until the way out. */
static void
a_thread_ends_itself(void **state)
{
	u64 pages = first->kmem.pages_free;

	assert_int_equal(sys_thread_exit(self, NULL, NULL), OK);
	assert_ptr_equal(boot_cpu.doomed, self);
	thread_reap(&boot_cpu);
	assert_int_equal(first->kmem.pages_free, pages + 1);
}

static void
the_fs_base_is_a_user_address(void **state)
{
	assert_int_equal(CALL(thread_fs_base, 0x12345), OK);
	assert_int_equal(self->fs_base, 0x12345);
	assert_int_equal(self->regs.rip, USER_START);
}

static void
results_have_names(void **state)
{
	assert_string_equal(status_name(OK), "OK");
	assert_string_equal(status_name(ERR_CANCELLED), "ERR_CANCELLED");
	for (unsigned s = 0; s < STATUS_COUNT; s++)
		assert_non_null(status_name(s));
	assert_string_equal(status_name(STATUS_COUNT), "unknown status");
	assert_string_equal(status_name(-1), "unknown status");
}

/* --- objects and threads ------------------------------------------------------------------------------------------------ */

static void
objects_are_destroyed_by_their_slot(void **state)
{
	assert_int_equal(CALL(object_destroy, EMPTY), ERR_NO_CAP);
	assert_int_equal(CALL(object_destroy, CAP_LIMIT), ERR_NO_CAP);
	assert_int_equal(CALL(object_destroy, FRAME), ERR_NO_CAP);
	assert_int_equal(CALL(object_destroy, WEAK_THREAD), ERR_NO_RIGHT);
	cap_insert(at(EMPTY), first, KIND_SPACE, RIGHTS_ALL, 0);
	assert_int_equal(CALL(object_destroy, EMPTY), ERR_WRONG_STATE);	/* the caller runs in it */
	assert_int_equal(CALL(object_destroy, THREAD), OK);
	assert_int_equal(at(THREAD)->type | at(WEAK_THREAD)->type, 0);
}

static void
a_thread_names_itself(void **state)
{
	struct out_thread_self out;

	assert_int_equal(ASK(&out, thread_self, EMPTY), OK);
	assert_int_equal(out.id, self->id);
	assert_ptr_equal(at(EMPTY)->object, &self->object);
	assert_int_equal(ASK(&out, thread_self, EMPTY), ERR_EXISTS);
	assert_int_equal(ASK(&out, thread_self, MISSING), ERR_NO_CAP);
}

static void
threads_start_stop_and_go_on(void **state)
{
	assert_int_equal(CALL(thread_start, EMPTY, USER_START, 0, 0), ERR_NO_CAP);
	assert_int_equal(CALL(thread_start, WEAK_THREAD, USER_START, 0, 0), ERR_NO_RIGHT);
	assert_int_equal(CALL(thread_start, THREAD, 0, 0, 0), ERR_BAD_ADDRESS);
	assert_int_equal(CALL(thread_start, THREAD, USER_START, USER_END + 1, 0), ERR_BAD_ADDRESS);
	assert_int_equal(CALL(thread_start, SLOT_OWN, USER_START, 0, 0), ERR_WRONG_STATE);
	assert_int_equal(CALL(thread_start, THREAD, USER_START, USER_END, 99), OK);
	assert_int_equal(thread->regs.arg[0], 99);
	assert_int_equal(CALL(thread_start, THREAD, USER_START, 0, 0), ERR_WRONG_STATE);

	assert_int_equal(CALL(thread_suspend, OTHER), ERR_NO_CAP);
	assert_int_equal(CALL(thread_suspend, WEAK_THREAD), ERR_NO_RIGHT);
	assert_int_equal(CALL(thread_suspend, THREAD), OK);
	assert_true(thread->suspended);
	assert_int_equal(CALL(thread_resume, OTHER), ERR_NO_CAP);
	assert_int_equal(CALL(thread_resume, WEAK_THREAD), ERR_NO_RIGHT);
	assert_int_equal(CALL(thread_resume, THREAD), OK);
	assert_false(thread->suspended);
	thread->object.dying = true;
	assert_int_equal(CALL(thread_suspend, THREAD), ERR_WRONG_STATE);
	assert_int_equal(CALL(thread_resume, THREAD), ERR_WRONG_STATE);
}

static void
registers_are_exchanged_in_user_memory(void **state)
{
	struct registers regs = { .rip = 0x401000, .rsp = 0x402000 };
	const u64 mask = REGISTERS_RIP | REGISTERS_RSP;

	thread->regs.rip = 0x77000;
	assert_int_equal(arch_copy_to_user(BUFFER, &regs, sizeof(regs)), OK);
	assert_int_equal(CALL(thread_exchange, EMPTY, mask, BUFFER), ERR_NO_CAP);
	assert_int_equal(CALL(thread_exchange, WEAK_THREAD, mask, BUFFER), ERR_NO_RIGHT);
	assert_int_equal(CALL(thread_exchange, SLOT_OWN, mask, BUFFER), ERR_WRONG_STATE);
	assert_int_equal(CALL(thread_exchange, THREAD, ~0ul, BUFFER), ERR_BAD_VALUE);
	assert_int_equal(CALL(thread_exchange, THREAD, mask, NOWHERE), ERR_BAD_ADDRESS);
	assert_int_equal(thread->regs.rip, 0x77000);
	assert_int_equal(CALL(thread_exchange, THREAD, mask, BUFFER), OK);
	assert_int_equal(thread->regs.rip, 0x401000);
	assert_int_equal(arch_copy_from_user(&regs, BUFFER, sizeof(regs)), OK);
	assert_int_equal(regs.rip, 0x77000);
	assert_int_equal(CALL(thread_exchange, THREAD, 0, BUFFER + PAGE_SIZE), ERR_BAD_ADDRESS);	/* nowhere to put the old ones */
}

static void
threads_say_how_they_are(void **state)
{
	struct out_thread_info out;

	assert_int_equal(ASK(&out, thread_info, EMPTY), ERR_NO_CAP);
	assert_int_equal(ASK(&out, thread_info, WEAK_THREAD), ERR_NO_RIGHT);
	assert_int_equal(ASK(&out, thread_info, THREAD), OK);
	assert_true(out.id == thread->id && out.state == THREAD_STOPPED && !out.suspended && !out.ticks && !out.switches);
	thread_make_runnable(thread);
	thread_block(thread);
	thread->state = THREAD_BLOCKED + 3;		/* a personality's: told as blocked */
	thread_suspend(thread);
	assert_int_equal(ASK(&out, thread_info, THREAD), OK);
	assert_true(out.state == THREAD_BLOCKED && out.suspended);
	assert_int_equal(ASK(&out, thread_info, SLOT_OWN), OK);
	assert_true(out.id == self->id && out.state == THREAD_RUNNABLE && out.switches == 1);
}

/* --- capabilities -------------------------------------------------------------------------------------------------------- */

static void
tables_grow_by_a_call(void **state)
{
	assert_int_equal(CALL(cap_grow, EMPTY, MISSING), ERR_NO_CAP);
	assert_int_equal(CALL(cap_grow, WEAK_OTHER, MISSING), ERR_NO_RIGHT);
	assert_int_equal(CALL(cap_grow, OTHER, CAP_LIMIT), ERR_LIMIT);
	assert_int_equal(CALL(cap_grow, SLOT_OWN, MISSING), OK);
	assert_int_equal(CALL(cap_grow, OTHER, MISSING), OK);
	for (u64 slot = 2 * MISSING; other->kmem.pages_free; slot += CAP_PER_PAGE)
		assert_int_equal(CALL(cap_grow, OTHER, slot), OK);
	assert_int_equal(CALL(cap_grow, OTHER, CAP_LIMIT - 1), ERR_NO_KMEM);
	assert_int_equal(CALL(cap_grow, OTHER, MISSING), OK);		/* it is there */
}

static void
lookups_check_words_of_the_caller(void **state)
{
	struct out_cap_lookup out = { 0 };

	assert_int_equal(ASK(&out, cap_lookup, THING, KIND_PERSONALITY, RIGHTS_ALL), OK);
	assert_int_equal(out.badge, 0);
	assert_int_equal(ASK(&out, cap_lookup, WEAK_THING, KIND_PERSONALITY, RIGHT_READ), ERR_NO_RIGHT);
	assert_int_equal(ASK(&out, cap_lookup, THING, KIND_THREAD, 0), ERR_NO_CAP);
	assert_int_equal(ASK(&out, cap_lookup, EMPTY, KIND_NONE, 0), ERR_NO_CAP);
	assert_int_equal(ASK(&out, cap_lookup, THING, KIND_LIMIT, 0), ERR_NO_CAP);
	assert_int_equal(ASK(&out, cap_lookup, THING, 1ul << 32 | KIND_PERSONALITY, 0), ERR_NO_CAP);
	assert_int_equal(ASK(&out, cap_lookup, THING, KIND_PERSONALITY, 0x100), ERR_NO_CAP);
}

static void
capabilities_are_derived_by_calls(void **state)
{
	struct out_cap_lookup out;

	assert_int_equal(CALL(cap_copy, EMPTY, SLOT_OWN, FURTHER, RIGHTS_ALL), ERR_NO_CAP);
	assert_int_equal(CALL(cap_copy, THING, EMPTY, FURTHER, RIGHTS_ALL), ERR_NO_CAP);
	assert_int_equal(CALL(cap_copy, THING, WEAK_OTHER, FURTHER, RIGHTS_ALL), ERR_NO_RIGHT);
	assert_int_equal(CALL(cap_copy, THING, SLOT_OWN, THREAD, RIGHTS_ALL), ERR_EXISTS);
	assert_int_equal(CALL(cap_copy, THING, SLOT_OWN, MISSING, RIGHTS_ALL), ERR_NO_CAP);
	assert_int_equal(CALL(cap_copy, WEAK_THING, SLOT_OWN, FURTHER, RIGHTS_ALL), ERR_NO_RIGHT);
	assert_int_equal(CALL(cap_copy, THING, SLOT_OWN, FURTHER, RIGHT_READ | RIGHT_SHARE), OK);
	assert_int_equal(at(FURTHER)->type, KIND_PERSONALITY << 8 | RIGHT_READ | RIGHT_SHARE);

	assert_int_equal(CALL(cap_mint, EMPTY, OTHER, 3, RIGHTS_ALL, 5), ERR_NO_CAP);
	assert_int_equal(CALL(cap_mint, THING, OTHER, 3, RIGHTS_ALL, 5), OK);
	assert_int_equal(cap_at(&other->caps, 3)->badge, 5);
	assert_int_equal(CALL(cap_mint, THING, SLOT_OWN, EMPTY, RIGHTS_ALL, 6), OK);
	assert_int_equal(ASK(&out, cap_lookup, EMPTY, KIND_PERSONALITY, 0), OK);
	assert_int_equal(out.badge, 6);
	assert_int_equal(CALL(cap_mint, EMPTY, OTHER, 4, RIGHTS_ALL, 7), ERR_NO_RIGHT);	/* it has another badge */
}

static void
capabilities_move_and_go_by_calls(void **state)
{
	assert_int_equal(CALL(cap_move, EMPTY, SLOT_OWN, FURTHER), ERR_NO_CAP);
	assert_int_equal(CALL(cap_move, THING, SLOT_OWN, THING), ERR_EXISTS);
	assert_int_equal(CALL(cap_move, WEAK_THING, OTHER, 9), OK);
	assert_int_equal(at(WEAK_THING)->type, 0);
	assert_int_equal(cap_at(&other->caps, 9)->type, KIND_PERSONALITY << 8);

	assert_int_equal(CALL(cap_revoke, EMPTY), ERR_NO_CAP);
	assert_int_equal(CALL(cap_revoke, THING), OK);
	assert_int_equal(cap_at(&other->caps, 9)->type, 0);
	assert_int_equal(CALL(cap_delete, THING), OK);
	assert_int_equal(CALL(cap_delete, THING), ERR_NO_CAP);
	assert_null(thing->caps);
}

/* Each call of a long revocation takes at least one away. */
static void
revocation_by_a_call_gets_on(void **state)
{
	unsigned calls = 1;

	for (u64 slot = FURTHER; slot < CAP_PER_PAGE; slot++)
		assert_int_equal(CALL(cap_copy, THING, SLOT_OWN, slot, RIGHTS_ALL), OK);
	machine.preempt_every = 1;
	while (CALL(cap_revoke, THING) == STATUS_RESTART)
		calls++;
	machine.preempt_every = 0;
	assert_int_equal(calls, 1 + 1 + CAP_PER_PAGE - FURTHER);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(nothing_is_done), T(text_goes_to_the_console_unaltered), T(only_the_first_space_ends_the_machine),
		T(a_thread_ends_itself), T(the_fs_base_is_a_user_address), T(results_have_names), T(objects_are_destroyed_by_their_slot),
		T(a_thread_names_itself), T(threads_start_stop_and_go_on), T(registers_are_exchanged_in_user_memory),
		T(threads_say_how_they_are), T(tables_grow_by_a_call), T(lookups_check_words_of_the_caller),
		T(capabilities_are_derived_by_calls), T(capabilities_move_and_go_by_calls), T(revocation_by_a_call_gets_on),
	};

	return test_main("calls", tests, ARRAY_SIZE(tests));
}
