/* SPDX-License-Identifier: BSD-2-Clause */
/* init's reading of the manifest: what settings mean, and each mistake with its line and word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libos/init/init_plan.h"
#include "plan_archive.h"
#include "test.h"

static struct plan plan;

static enum status
read_text(const char *text)
{
	struct archive archive;
	size_t bytes;
	unsigned char *image = plan_archive(text, strlen(text), &bytes);

	archive_open(&archive, image, bytes);
	enum status status = plan_read(&plan, &archive);
	free(image);
	return status;
}

static void
settings_mean(void **state)
{
	const struct plan_program *p = plan.program;

	assert_int_equal(read_text("program init bin/p\n"
				   "program c bin/p ports=0x3f8+8 irq=4 device=0xfed00000+2\n"
				   "program a bin/p one two kmem=9 memory=64K slices=3 uses=c restart=1000 # later\n"
				   "program b bin/p uses=a,c main=yes memory=0\n"), OK);
	assert_int_equal(plan.programs, 3);
	assert_false(p[0].main);
	assert_int_equal(p[0].ports.first, 0x3f8);
	assert_int_equal(p[0].ports.count, 8);
	assert_int_equal(p[0].irq.first, 4);
	assert_int_equal(p[0].device.first, 0xfed00);
	assert_int_equal(p[0].device.count, 2);
	assert_int_equal(p[0].clients, 2);
	assert_int_equal(p[0].kmem, 64);
	assert_int_equal(p[0].memory, 256);
	assert_int_equal(p[0].slices, 1);
	assert_int_equal(p[0].restart, 0);
	assert_int_equal(p[1].line, 3);
	assert_int_equal(p[1].text.arguments, 2);
	assert_int_equal(p[1].kmem, 9);
	assert_int_equal(p[1].memory, 16);
	assert_int_equal(p[1].slices, 3);
	assert_int_equal(p[1].restart, 1000);
	assert_int_equal(p[1].uses, 1);
	assert_int_equal(p[1].use[0], 0);
	assert_int_equal(p[1].ports.count, 0);
	assert_int_equal(p[1].irq.count, 0);
	assert_int_equal(p[1].device.count, 0);
	assert_int_equal(p[2].use[0], 1);
	assert_int_equal(p[2].use[1], 0);
	assert_true(p[2].main);
	assert_int_equal(p[2].memory, 0);
	assert_false(p[2].archive);
	assert_int_equal(plan_find(&plan, "b"), 2);
	assert_int_equal(plan_find(&plan, "init"), 3);
	assert_int_equal(read_text("program init bin/p\nprogram d bin/p kmem=9 archive=yes own=word\n"), OK);
	assert_true(p[0].archive);
	assert_int_equal(p[0].kmem, 9);
	assert_int_equal(read_text("program init bin/p"), OK);
	assert_int_equal(plan.programs, 0);
}

static void
mistakes_have_lines(void **state)
{
	static const struct {
		const char *line, *word, *problem;
	} cases[] = {
		{ "program a bin/p colour=red", "colour", "is no setting" },
		{ "program a bin/none", "bin/none", "is not in the boot archive" },
		{ "program a manifest", "manifest", "" },
		{ "program r bin/p", "r", "has a line already" },
		{ "program a2345678901234567890123456789012 bin/p", "a2345678901234567890123456789012", "is longer than" },
		{ "program a bin/p uses=nobody", "nobody", "is no program of an earlier line" },
		{ "program a bin/p uses=a", "a", "is no program of an earlier line" },
		{ "program a bin/p uses=r,r,r,r,r", "r", "is one too many" },
		{ "program a bin/p uses=r,,r", ",r", "is a list with an empty" },
		{ "program a bin/p kmem=0", "0", "cannot be the value" },
		{ "program a bin/p kmem=4097", "4097", "cannot be the value" },
		{ "program a bin/p memory=1", "1", "cannot be the value" },
		{ "program a bin/p memory=K", "K", "cannot be the value" },
		{ "program a bin/p memory=4KK", "4KK", "cannot be the value" },
		{ "program a bin/p slices=65", "65", "cannot be the value" },
		{ "program a bin/p slices=0", "0", "cannot be the value" },
		{ "program a bin/p restart=1001", "1001", "cannot be the value" },
		{ "program a bin/p restart=", "", "cannot be the value" },
		{ "program a bin/p ports=65536", "65536", "cannot be the value" },
		{ "program a bin/p ports=1+0", "1+0", "cannot be the value" },
		{ "program a bin/p ports=65535+2", "65535+2", "cannot be the value" },
		{ "program a bin/p device=0xfed00001", "0xfed00001", "cannot be the value" },
		{ "program a bin/p device=0x10000000000000", "0x10000000000000", "cannot be the value" },
		{ "program a bin/p irq=256", "256", "cannot be the value" },
		{ "program a bin/p irq=1+2", "1+2", "cannot be the value" },
		{ "program a bin/p main=maybe", "maybe", "cannot be the value" },
		{ "program a bin/p kmem=99999999999999999999999", "99999999999999999999999", "cannot be the value" },
		{ "program a bin/p \"", "", "a double quote is not closed" },
		{ "server a bin/p", "server", "is not a kind of line" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[512];
		snprintf(text, sizeof(text), "program init bin/p\n\nprogram r bin/p\n%s\n", cases[i].line);
		assert_int_equal(read_text(text), ERR_BAD_VALUE);
		assert_int_equal(plan.line, 4);
		assert_string_equal(plan.word, cases[i].word);
		assert_non_null(strstr(plan.problem, cases[i].problem));
	}
}

static void
too_many(void **state)
{
	char text[8192] = "program init bin/p\n";

	for (unsigned i = 0; i < PLAN_PROGRAMS; i++)
		snprintf(text + strlen(text), 64, "program p%u bin/p\n", i);
	assert_int_equal(read_text(text), OK);
	assert_int_equal(plan.programs, PLAN_PROGRAMS);
	strcat(text, "program more bin/p\n");
	assert_int_equal(read_text(text), ERR_BAD_VALUE);
	assert_int_equal(plan.line, PLAN_PROGRAMS + 2);
}

static void
without_a_manifest(void **state)
{
	struct archive archive;

	archive_open(&archive, "", 0);
	assert_int_equal(plan_read(&plan, &archive), ERR_BAD_VALUE);
	assert_int_equal(plan.line, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_mean),
		cmocka_unit_test(mistakes_have_lines),
		cmocka_unit_test(too_many),
		cmocka_unit_test(without_a_manifest),
	};

	return test_main("init_plan", tests, ARRAY_SIZE(tests));
}
