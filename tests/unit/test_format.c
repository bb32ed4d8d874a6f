/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's printf agrees with the host's wherever both know a conversion; a short buffer is never overrun. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test.h"
#include "core/log.h"

#define assert_formats(...) do {							\
	char ours[128], hosts[128];							\
	int our_length = format(ours, sizeof(ours), __VA_ARGS__);			\
	int host_length = snprintf(hosts, sizeof(hosts), __VA_ARGS__);			\
	assert_string_equal(ours, hosts);						\
	assert_int_equal(our_length, host_length);					\
} while (0)

static void
numbers(void **state)
{
	static const long values[] = { 0, 1, -1, 9, 10, 255, 256, 0x7fffffff, -0x7fffffffl - 1, 0x7fffffffffffffff,
				       -0x7fffffffffffffff - 1 };

	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		long v = values[i];

		assert_formats("%d %i %u %x", (int)v, (int)v, (unsigned)v, (unsigned)v);
		assert_formats("%ld %li %lu %lx", v, v, (unsigned long)v, (unsigned long)v);
		assert_formats("%zu %zx %lld %llx", (size_t)v, (size_t)v, (long long)v, (long long)v);
		assert_formats("[%12ld] [%-12ld] [%012ld] [%+ld]", v, v, v, v);
		assert_formats("[%20lx] [%-20lx] [%020lx] [%3lx]", v, v, v, v);
	}
	assert_formats("%#x %#lx %#018lx", 0x1234, 0x1234567890abcdeful, 0xfffful);
	assert_formats("%p", (void *)0x1234);
}

static void
texts(void **state)
{
	assert_formats("[%s] [%8s] [%-8s] [%2s] [%s]", "abc", "abc", "abc", "abc", "");
	assert_formats("[%c] [%4c] [%-4c] 100%% %s", 'x', 'y', 'z', "end");
	assert_formats("no conversion at all");
}

static void
null_text_is_said(void **state)
{
	const char *volatile none = NULL;
	char text[16];

	format(text, sizeof(text), "%s", none);
	assert_string_equal(text, "(null)");
}

/* Each buffer is an allocation of exactly its size. */
static void
short_buffers_are_cut_and_terminated(void **state)
{
	for (size_t size = 1; size <= 12; size++) {
		char *buffer = malloc(size);

		assert_int_equal(format(buffer, size, "%d-%s", 12345, "abcd"), 10);
		assert_int_equal(strlen(buffer), size - 1 < 10 ? size - 1 : 10);
		assert_memory_equal(buffer, "12345-abcd", strlen(buffer));
		free(buffer);
	}
	assert_int_equal(format(NULL, 0, "%08x", 0x1234u), 8);
}

static void
broken_conversions_show_themselves(void **state)
{
	static const char *const broken[] = { "%", "a%", "%-", "%0", "%99", "%l", "%q" };
	char text[16];

	for (unsigned i = 0; i < ARRAY_SIZE(broken); i++) {
		const char *volatile f = broken[i];

		assert_true((size_t)format(text, sizeof(text), f, 0) <= strlen(broken[i]));
	}
	assert_string_equal(text, "q");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(null_text_is_said),
		cmocka_unit_test(short_buffers_are_cut_and_terminated),
		cmocka_unit_test(broken_conversions_show_themselves),
	};

	return test_main("format", tests, ARRAY_SIZE(tests));
}
