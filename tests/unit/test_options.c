/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: known words with good values are taken, all others refused by name. */
#include <string.h>
#include "test.h"
#include "core/bootinfo.h"

const struct option personality_options[] = {
	{ "slices", NULL, 2, 1000, "positions of the vector" },
	{ "tokens", "slot|sealed|both", 0, 0, "how capabilities are named" },
	{ "verbose", NULL, 0, 0, "say more" },
	{ 0 },
};

static void
line(const char *text)
{
	machine.quiet = true;
	memset(bootinfo.command_line, 0, sizeof(bootinfo.command_line));
	strncpy(bootinfo.command_line, text, sizeof(bootinfo.command_line) - 1);
}

static void
assert_refused(const char *text, const char *word)
{
	line(text);
	assert_panics(options_check());
	assert_non_null(strstr(panic_text, word));
}

static void
what_is_not_given_is_the_default(void **state)
{
	line("");
	options_check();
	assert_int_equal(option_value("slices", 77), 77);
	assert_int_equal(option_value("verbose", 0), 0);
	line(" \t\n ");
	options_check();
}

static void
values_arrive(void **state)
{
	line("  colours=16\tslices=1000 tokens=sealed\n verbose ");
	options_check();
	assert_int_equal(option_value("colours", 1), 16);
	assert_int_equal(option_value("slices", 1), 1000);
	assert_int_equal(option_value("tokens", 0), 1);
	assert_int_equal(option_value("verbose", 0), 1);
	line("tokens=both slices=2 slices=3");
	options_check();
	assert_int_equal(option_value("tokens", 0), 2);
	assert_int_equal(option_value("slices", 0), 3);
}

static void
unknown_words_are_refused_by_name(void **state)
{
	assert_refused("colours=4 colors=4", "'colors=4'");
	assert_refused("colour=4", "'colour=4'");
	assert_refused("coloursx=4", "'coloursx=4'");
	assert_refused("=", "'='");
	assert_refused("slices =4", "'slices'");
	assert_refused("Verbose", "'Verbose'");
}

static void
bad_values_are_refused_by_name(void **state)
{
	static const char *const bad[] = {
		"slices", "slices=", "slices=1", "slices=1001", "slices=-2", "slices=0x10", "slices=10k", "slices=18446744073709551618",
		"slices=99999999999999999999999999", "tokens", "tokens=", "tokens=slo", "tokens=slots", "tokens=slot|sealed", "tokens=|",
		"verbose=1",
	};

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		assert_refused(bad[i], bad[i]);
}

/* Whoever asks before options_check has looked gets no value that does not exist. */
static void
a_bad_value_is_never_given(void **state)
{
	line("tokens=both slices=1");
	assert_panics(option_value("slices", 2));
	assert_non_null(strstr(panic_text, "'slices=1'"));
}

static void
longest_lines_are_read_to_their_end(void **state)
{
	char text[BOOTINFO_COMMAND_LINE];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_refused(text, "xxxxxxxx");
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text + sizeof(text) - 1 - 9, "slices=42", 9);
	line(text);
	options_check();
	assert_int_equal(option_value("slices", 0), 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_given_is_the_default),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(unknown_words_are_refused_by_name),
		cmocka_unit_test(bad_values_are_refused_by_name),
		cmocka_unit_test(a_bad_value_is_never_given),
		cmocka_unit_test(longest_lines_are_read_to_their_end),
	};

	return test_main("options", tests, ARRAY_SIZE(tests));
}
