/* SPDX-License-Identifier: BSD-2-Clause */
/* The manifest's reader: the grammar, and a line number with each mistake. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/manifest.h>
#include "test.h"

extern const struct operations ops_manifest;

/* The programs of a text, one string each: name(path|argument|...|key=value|...). */
static void
describe(const struct manifest_program *p, char *text, size_t size)
{
	int n = snprintf(text, size, "%s(%s", p->name, p->path);

	for (unsigned i = 0; i < p->arguments; i++)
		n += snprintf(text + n, size - n, "|%s", p->argument[i]);
	for (unsigned i = 0; i < p->settings; i++)
		n += snprintf(text + n, size - n, "|%s=%s", p->key[i], p->value[i]);
	snprintf(text + n, size - n, ")");
}

/* A copy that ends where readable memory does. */
static char *
exact(const char *text, size_t bytes)
{
	char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, text, bytes);
	return copy;
}

static void
lines_mean(void **state)
{
	static const struct {
		const char *text, *meaning;
	} cases[] = {
		{ "program a b", "a(b)" },
		{ "program a b\n", "a(b)" },
		{ "  \tprogram\ta   b \r\n", "a(b)" },
		{ "# program x y\n\n   # more\nprogram a b # program\n", "a(b)" },
		{ "program a b#c", "a(b)" },
		{ "program a b c#d", "a(b|c)" },
		{ "program a b one two three", "a(b|one|two|three)" },
		{ "program a b one key=value k2=v2", "a(b|one|key=value|k2=v2)" },
		{ "program a b key=", "a(b|key=)" },
		{ "program a b key=x=y", "a(b|key=x=y)" },
		{ "program a b \"one two\" \"x=y\" \"#\" \"\"", "a(b|one two|x=y|#|)" },
		{ "program a b \"one two\"#comment", "a(b|one two)" },
		{ "program a b key=\"one two\"#comment", "a(b|key=one two)" },
		{ "program a b o\"n e\"x", "a(b|on ex)" },
		{ "program \"a a\" \"b b\" key=\"one # two = 3\"", "a a(b b|key=one # two = 3)" },
		{ "program a b k\"=\"=v=", "a(b|k==v=)" },
		{ "program a b _k-9=1", "a(b|_k-9=1)" },
		{ "\"program\" a b", "a(b)" },
		{ "program a /b \303\251t\303\251", "a(/b|\303\251t\303\251)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t bytes = strlen(cases[i].text);
		char *copy = exact(cases[i].text, bytes);
		struct manifest_program program;
		struct manifest manifest;
		char text[256];

		manifest_open(&manifest, copy, bytes);
		assert_int_equal(manifest_next(&manifest, &program), OK);
		describe(&program, text, sizeof(text));
		assert_string_equal(text, cases[i].meaning);
		assert_int_equal(manifest_next(&manifest, &program), ERR_NOT_FOUND);
		free(copy);
	}
}

static void
mistakes_have_lines(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *word, *problem;
	} cases[] = {
		{ "prog a b", 1, "prog", "is not a kind of line: only program is" },
		{ "program=1 a b", 1, "program=1", "is not a kind of line: only program is" },
		{ "\n\n# c\nprogram", 4, "", "a program needs a name and a path" },
		{ "program a", 1, "", "a program needs a name and a path" },
		{ "program a #b", 1, "", "a program needs a name and a path" },
		{ "program a=1 b", 1, "", "a program needs a name and a path" },
		{ "program a b=1", 1, "", "a program needs a name and a path" },
		{ "program a \"\"", 1, "", "a program needs a name and a path" },
		{ "\nprogram a b \"c\n\"", 2, "", "a double quote is not closed" },
		{ "program \"a", 1, "", "a double quote is not closed" },
		{ "program a b k=v c", 1, "c", "is an argument after key=value" },
		{ "program a b k=v k=w", 1, "k", "is set twice" },
		{ "program a b =v", 1, "=v", "is no key=value; quote an argument that contains =" },
		{ "program a b 9k=v", 1, "9k=v", "is no key=value; quote an argument that contains =" },
		{ "program a b --o=v", 1, "--o=v", "is no key=value; quote an argument that contains =" },
		{ "program a\001b c", 1, "", "the line has a control character" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t bytes = strlen(cases[i].text);
		char *copy = exact(cases[i].text, bytes);
		struct manifest_program program;
		struct manifest manifest;

		manifest_open(&manifest, copy, bytes);
		assert_int_equal(manifest_next(&manifest, &program), ERR_BAD_VALUE);
		assert_int_equal(manifest.line, cases[i].line);
		assert_string_equal(manifest.problem, cases[i].problem);
		assert_string_equal(manifest.word, cases[i].word);
		free(copy);
	}
}

static void
programs_come_in_order(void **state)
{
	static const char text[] = "# system\nprogram a pa x\n\nprogram b pb key=1\nprogram c pc";
	static const unsigned lines[] = { 2, 4, 5 };
	struct manifest_program program;
	struct manifest manifest;

	manifest_open(&manifest, text, sizeof(text) - 1);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(manifest_next(&manifest, &program), OK);
		assert_int_equal(program.name[0], 'a' + i);
		assert_int_equal(manifest.line, lines[i]);
		assert_int_equal(program.arguments, i == 0);
		assert_int_equal(program.settings, i == 1);
	}
	assert_int_equal(manifest_next(&manifest, &program), ERR_NOT_FOUND);
}

static void
settings_are_found(void **state)
{
	static const char text[] = "program a b memory=16 name=\"x y\" empty=";
	struct manifest_program program;
	struct manifest manifest;

	manifest_open(&manifest, text, sizeof(text) - 1);
	assert_int_equal(manifest_next(&manifest, &program), OK);
	assert_string_equal(manifest_setting(&program, "memory"), "16");
	assert_string_equal(manifest_setting(&program, "name"), "x y");
	assert_string_equal(manifest_setting(&program, "empty"), "");
	assert_null(manifest_setting(&program, "mem"));
	assert_null(manifest_setting(&program, "memory2"));
}

/* TEXT and COUNT times FORMAT, as one line. */
static enum status
read_many(const char *format, unsigned count, struct manifest *manifest, struct manifest_program *program)
{
	static char text[16384];
	size_t n = snprintf(text, sizeof(text), "program a b");

	for (unsigned i = 0; i < count; i++)
		n += snprintf(text + n, sizeof(text) - n, format, i);
	manifest_open(manifest, text, n);
	return manifest_next(manifest, program);
}

static void
limits_hold(void **state)
{
	struct manifest_program program;
	struct manifest manifest;

	assert_int_equal(read_many(" %u", MANIFEST_WORDS, &manifest, &program), OK);
	assert_int_equal(program.arguments, MANIFEST_WORDS);
	assert_int_equal(read_many(" %u", MANIFEST_WORDS + 1, &manifest, &program), ERR_BAD_VALUE);
	assert_string_equal(manifest.problem, "is one argument too many: 64 fit");
	assert_int_equal(read_many(" k%u=", MANIFEST_WORDS, &manifest, &program), OK);
	assert_int_equal(program.settings, MANIFEST_WORDS);
	assert_int_equal(read_many(" k%u=", MANIFEST_WORDS + 1, &manifest, &program), ERR_BAD_VALUE);
	assert_string_equal(manifest.problem, "is one key=value too many: 64 fit");
	/* "program a b" and 1013 bytes are the longest line. */
	assert_int_equal(read_many(" %01012u", 1, &manifest, &program), OK);
	assert_int_equal(strlen(program.argument[0]), 1012);
	assert_int_equal(read_many(" %01013u", 1, &manifest, &program), ERR_BAD_VALUE);
	assert_string_equal(manifest.problem, "the line is longer than 1024 bytes");
}

static void
a_zero_byte_is_a_mistake(void **state)
{
	struct manifest_program program;
	struct manifest manifest;

	manifest_open(&manifest, "program a b\0c", 13);
	assert_int_equal(manifest_next(&manifest, &program), ERR_BAD_VALUE);
	assert_string_equal(manifest.problem, "the line has a control character");
}

static void
stored_finds(void **state)
{
	operations_corpus(&ops_manifest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_mean),
		cmocka_unit_test(mistakes_have_lines),
		cmocka_unit_test(programs_come_in_order),
		cmocka_unit_test(settings_are_found),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_zero_byte_is_a_mistake),
		cmocka_unit_test(stored_finds),
	};

	return test_main("manifest", tests, ARRAY_SIZE(tests));
}
