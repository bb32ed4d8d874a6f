/* SPDX-License-Identifier: BSD-2-Clause */
/* The console's line discipline. */
#include <string.h>
#include "libos/console/line.h"
#include "test.h"

static struct line line;

/* Type TEXT; how many lines were complete, the last of which is in the line. */
static unsigned
type(const char *text)
{
	unsigned complete = 0;

	line.length = 0;
	for (; *text; text++) {
		bool done = line_type(&line, *text);
		assert_true(line.echoes <= LINE_ECHO && line.length <= LINE_BYTES);
		complete += done;
		if (done && text[1])
			line.length = 0;
	}
	return complete;
}

static void
is(const char *text)
{
	assert_int_equal(line.length, strlen(text));
	assert_memory_equal(line.text, text, line.length);
}

static void
lines(void **state)
{
	assert_int_equal(type("hello\r"), 1);
	is("hello\n");
	assert_int_equal(line.echoes, 2);
	assert_int_equal(type("a\nb\n"), 2);
	is("b\n");
	assert_int_equal(type("half"), 0);
	is("half");
	assert_int_equal(type("\303\244\n"), 1);
	is("\303\244\n");
}

static void
mending(void **state)
{
	assert_int_equal(type("ax\bb\177c\n"), 1);
	is("ac\n");
	assert_int_equal(type("\b\b\177"), 0);
	is("");
	assert_int_equal(line.echoes, 0);
	assert_int_equal(type("all wrong\025right\n"), 1);
	is("right\n");
	assert_int_equal(type("abc\025"), 0);
	assert_int_equal(line.echoes, 9);
	assert_int_equal(type("a\033[A\001\n"), 1);
	is("a[A\n");
}

static void
ends(void **state)
{
	assert_int_equal(type("\004"), 1);
	is("");
	assert_int_equal(type("a\004"), 0);
	is("a");
}

static void
long_lines(void **state)
{
	char text[3 * LINE_BYTES];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(type(text), 0);
	assert_int_equal(line.length, LINE_BYTES - 1);
	assert_true(line_type(&line, '\n'));
	assert_int_equal(line.length, LINE_BYTES);
	line.length = LINE_BYTES - 1;
	line_type(&line, '\025');
	assert_int_equal(line.echoes, LINE_ECHO - 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(mending),
		cmocka_unit_test(ends),
		cmocka_unit_test(long_lines),
	};

	return test_main("line", tests, ARRAY_SIZE(tests));
}
