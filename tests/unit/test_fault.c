/* SPDX-License-Identifier: BSD-2-Clause */
/* What user code ran into, in words; and faults that nobody handles. */
#include <string.h>
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include "core/cpu.h"
#include "core/fault.h"
#include "core/first.h"
#include "homes.h"
#include "test.h"

static jmp_buf ended;

void
arch_exit(int code)
{
	longjmp(ended, 100 + code);
}

static void
assert_described(struct fault fault, const char *want)
{
	char text[120];

	fault_describe(&fault, text, sizeof(text));
	assert_string_equal(text, want);
}

static void
page_faults_say_access_address_and_why(void **state)
{
	struct fault fault = { .kind = FAULT_PAGE, .address = 0x1000, .access = RIGHT_WRITE, .ip = 0x401000 };

	assert_described(fault, "page fault: write to 0x1000, not mapped, at ip 0x401000");
	fault.access = RIGHT_READ;
	fault.present = true;
	assert_described(fault, "page fault: read of 0x1000, not permitted, at ip 0x401000");
	fault.access = RIGHT_EXECUTE;
	assert_described(fault, "page fault: execution of 0x1000, not permitted, at ip 0x401000");
}

static void
exceptions_say_vector_and_error(void **state)
{
	assert_described((struct fault){ .kind = FAULT_EXCEPTION, .vector = 13, .error = 0x10, .ip = 0x401000 },
			 "exception 13, error 0x10, at ip 0x401000");
}

static void
text_is_cut_to_its_room(void **state)
{
	struct fault fault = { .kind = FAULT_PAGE };
	char text[16];

	memset(text, 'x', sizeof(text));
	fault_describe(&fault, text, 8);
	assert_string_equal(text, "page fa");
	assert_int_equal(text[8], 'x');
}

static void
unhandled_fault_stops_the_thread(void **state)
{
	struct fault fault = { .kind = FAULT_EXCEPTION, .vector = 6 };
	struct space *home = home_make(2);
	struct thread *t;

	machine.quiet = true;
	first_space = NULL;
	assert_int_equal(thread_create(home, home, 0, &t), OK);
	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	thread_switch(t);
	fault_unhandled(t, &fault);
	assert_int_equal(t->suspended, 1);
	assert_int_equal(hooks.not_ready, 1);
	assert_int_equal(boot_cpu.pending, PENDING_RESCHEDULE);
}

/* Nothing goes on without the first space. */
static void
unhandled_fault_of_the_first_space_ends_the_machine(void **state)
{
	struct fault fault = { .kind = FAULT_EXCEPTION, .vector = 6 };
	struct space *home = home_first(8);
	struct thread *t;

	machine.quiet = true;
	assert_int_equal(thread_create(home, home, 0, &t), OK);
	assert_int_equal(thread_start(t, USER_START, 0, 0), OK);
	thread_switch(t);
	int code = setjmp(ended);
	if (!code)
		fault_unhandled(t, &fault);
	assert_int_equal(code, 100 + EXIT_FAILURE_CODE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_faults_say_access_address_and_why),
		cmocka_unit_test(exceptions_say_vector_and_error),
		cmocka_unit_test(text_is_cut_to_its_room),
		cmocka_unit_test(unhandled_fault_stops_the_thread),
		cmocka_unit_test(unhandled_fault_of_the_first_space_ends_the_machine),
	};

	return test_main("fault", tests, ARRAY_SIZE(tests));
}
