/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said at the two bad ends, and the names of addresses in it.  Links core/panic.c instead of the fake one. */
#include <string.h>
#include "test.h"
#include "core/arch.h"
#include "core/cpu.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/symbols.h"
#include <janus/bootinfo.h>

#define BASE	0xffffffff80200000

/* first: 0x10 to 0x40, second: 0x40 to 0x100, the end of the text. */
const u64 symbol_base = BASE;
const u32 symbol_count = 2, stack_row_count = 4;
const u32 symbol_address[] = { 0x10, 0x40, 0x100 };
const u32 symbol_name[] = { 0, 6 };
const char symbol_names[] = "first\0second";
const u32 stack_row_address[] = { 0x10, 0x14, 0x40, 0x100 };
const u16 stack_row_words[] = { 1, 3, 2, 0 };

static char said[4096];
static size_t said_bytes;
static jmp_buf ended;

void
arch_console_write(const char *text, size_t bytes)
{
	assert_true(said_bytes + bytes < sizeof(said));
	memcpy(said + said_bytes, text, bytes);
	said[said_bytes += bytes] = '\0';
}

void
arch_exit(int code)
{
	longjmp(ended, 100 + code);
}

void
arch_backtrace(const struct trap_frame *trap, void (*fn)(vaddr_t pc), unsigned limit)
{
	if (trap)
		panic("the walk hits a bug");
	fn(BASE + 0x14);
	fn(BASE + 0x123456);
}

void
arch_trap_describe(const struct trap_frame *trap)
{
	log_line("registers");
}

static int
setup(void **state)
{
	said_bytes = 0;
	return 0;
}

static void
refusal_is_one_line(void **state)
{
	int code = setjmp(ended);

	if (!code)
		boot_refuse("%u bytes of %s", 5u, "archive");
	assert_int_equal(code, 100 + EXIT_BOOT);
	assert_string_equal(said, "janus: cannot boot: 5 bytes of archive\n");
}

static void
lines_are_cut_at_240_bytes(void **state)
{
	char text[400];

	memset(text, 'x', sizeof(text));
	text[399] = '\0';
	log_line("%s", text);
	assert_int_equal(said_bytes, 240);
	assert_memory_equal(said, "janus: xxx", 10);
	assert_int_equal(said[239], '\n');
}

static void
addresses_have_names(void **state)
{
	u64 offset = 0;

	assert_null(symbol_find(BASE, &offset));
	assert_null(symbol_find(BASE + 0xf, &offset));
	assert_string_equal(symbol_find(BASE + 0x10, &offset), "first");
	assert_int_equal(offset, 0);
	assert_string_equal(symbol_find(BASE + 0x3f, &offset), "first");
	assert_int_equal(offset, 0x2f);
	assert_string_equal(symbol_find(BASE + 0xff, &offset), "second");
	assert_null(symbol_find(BASE + 0x100, &offset));
	assert_null(symbol_find(0, &offset));
	assert_null(symbol_find(~0ul, &offset));
}

static void
stack_growth_is_known_row_by_row(void **state)
{
	assert_int_equal(symbol_stack_bytes(BASE + 0xf), 0);
	assert_int_equal(symbol_stack_bytes(BASE + 0x10), 8);
	assert_int_equal(symbol_stack_bytes(BASE + 0x13), 8);
	assert_int_equal(symbol_stack_bytes(BASE + 0x14), 24);
	assert_int_equal(symbol_stack_bytes(BASE + 0xff), 16);
	assert_int_equal(symbol_stack_bytes(BASE + 0x100), 0);
	assert_int_equal(symbol_stack_bytes(0), 0);
}

/* The first panic of the program; those after it are panics within a panic. */
static void
panic_says_cause_thread_and_callers(void **state)
{
	static struct space space = { .name = "shell" };
	static struct thread thread = { .id = 7, .name = "worker", .space = &space };
	int code;

	boot_cpu.current = &thread;
	code = setjmp(ended);
	if (!code)
		panic("%s", "the cause");
	assert_int_equal(code, 100 + EXIT_PANIC);
	assert_memory_equal(said, "janus: panic: the cause\n", 24);
	assert_non_null(strstr(said, "thread 7 \"worker\" of space \"shell\""));
	assert_non_null(strstr(said, "0xffffffff80200014 first+0x4\n"));
	assert_non_null(strstr(said, "0xffffffff80323456\n"));
	assert_null(strstr(said, "registers"));
}

static void
panic_in_panic_ends_at_once(void **state)
{
	int code = setjmp(ended);

	if (!code)
		panic_trap((struct trap_frame *)&code, "again");
	assert_int_equal(code, 100 + EXIT_PANIC);
	assert_int_equal(said_bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(refusal_is_one_line, setup),
		cmocka_unit_test_setup(lines_are_cut_at_240_bytes, setup),
		cmocka_unit_test_setup(addresses_have_names, setup),
		cmocka_unit_test_setup(stack_growth_is_known_row_by_row, setup),
		cmocka_unit_test_setup(panic_says_cause_thread_and_callers, setup),
		cmocka_unit_test_setup(panic_in_panic_ends_at_once, setup),
	};

	return test_main("panic", tests, ARRAY_SIZE(tests));
}
