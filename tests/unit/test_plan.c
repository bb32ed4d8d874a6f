/* SPDX-License-Identifier: BSD-2-Clause */
/* The root task's reading of the manifest: what settings mean, and each mistake with its line and word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test.h"
#include "plan.h"
#include "plan_archive.h"

extern const struct operations ops_plan;

#define RAM	32768		/* pages */

static struct plan plan;

static enum status
read_text(const char *text)
{
	struct archive archive;
	size_t bytes;
	unsigned char *image = plan_archive(text, strlen(text), &bytes);

	archive_open(&archive, image, bytes);
	enum status status = plan_read(&plan, &archive, RAM);
	free(image);
	return status;
}

static void
settings_mean(void **state)
{
	const struct plan_program *p = &plan.program[0];

	assert_int_equal(read_text("program root bin/p\n"
				   "program one bin/p x priority=7 memory=64K kmem=9 serves=a,b uses=c ports=0x3f8+8 irq=4,8 "
				   "device=0xfed00000 restart=always start=no pager=c\n"
				   "program two bin/p serves=c # later\n"), OK);
	assert_int_equal(plan.programs, 2);
	assert_int_equal(plan.services, 3);
	assert_int_equal(p->line, 2);
	assert_int_equal(p->text.arguments, 1);
	assert_int_equal(p->priority, 7);
	assert_int_equal(p->memory, 16);
	assert_int_equal(p->kmem, 9);
	assert_int_equal(p->serves, 2);
	assert_string_equal(plan.service[p->use[0]], "c");
	assert_string_equal(plan.service[p->pager], "c");
	assert_int_equal(p->port[0].first, 0x3f8);
	assert_int_equal(p->port[0].count, 8);
	assert_int_equal(p->irqs, 2);
	assert_int_equal(p->irq[1].first, 8);
	assert_int_equal(p->device[0].first, 0xfed00);
	assert_int_equal(p->device[0].count, 1);
	assert_int_equal(p->restart, RESTART_ALWAYS);
	assert_false(p->start);
	assert_true(plan.program[1].start);
	assert_int_equal(plan.program[1].pager, PLAN_NONE);
	assert_ptr_equal(plan_program(&plan, "two"), &plan.program[1]);
	assert_null(plan_program(&plan, "root"));
}

static void
extremes_are_taken(void **state)
{
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p budget=5 period=5 priority=255 kmem=65536 memory=0 ports=65535,0+65535 irq=255"), OK);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p priority=0 kmem=1 memory=4096 device=0x1000+2 ports=0+65536"), OK);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p kmem=25% memory=100%"), OK);
	assert_int_equal(plan.program[0].kmem, RAM / 100 * 25);
	assert_int_equal(plan.program[0].memory, RAM / 100 * 100);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p ports=1+2\nprogram b bin/p ports=1+2"), OK);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p serves=x\nprogram b bin/p serves=x"), OK);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p own_colour=red"), OK);
}

static void
mistakes_have_lines(void **state)
{
	static const struct {
		const char *line, *word, *problem;
	} cases[] = {
		{ "program a bin/p colour=red", "colour", "is not a setting" },
		{ "program a bin/p own=red", "own", "is not a setting" },
		{ "program a bin/none", "bin/none", "is not in the boot archive" },
		{ "program a manifest", "manifest", "" },
		{ "program r bin/p", "r", "is the name of another program" },
		{ "program \"a b\" bin/p", "a b", "is not a name of a program" },
		{ "program a2345678901234567890123456789012 bin/p", "a2345678901234567890123456789012", "is not a name of a program" },
		{ "program a bin/p priority=256", "256", "is not a priority" },
		{ "program a bin/p priority=-1", "-1", "is not a priority" },
		{ "program a bin/p priority=", "", "is not a priority" },
		{ "program a bin/p priority=1x", "1x", "is not a priority" },
		{ "program a bin/p priority=99999999999999999999999", "99999999999999999999999", "is not a priority" },
		{ "program a bin/p memory=1", "1", "is not a number of bytes in whole pages" },
		{ "program a bin/p memory=K", "K", "is not a number of bytes" },
		{ "program a bin/p memory=4KK", "4KK", "is not a number of bytes" },
		{ "program a bin/p memory=0%", "0%", "is not a number of bytes" },
		{ "program a bin/p memory=101%", "101%", "is not a number of bytes" },
		{ "program a bin/p memory=%", "%", "is not a number of bytes" },
		{ "program a bin/p memory=5%%", "5%%", "is not a number of bytes" },
		{ "program a bin/p budget=0 period=5", "0", "is not a number of microseconds" },
		{ "program a bin/p budget=5", "a", "needs a budget and a period" },
		{ "program a bin/p period=5", "a", "needs a budget and a period" },
		{ "program a bin/p budget=6 period=5", "a", "needs a budget and a period" },
		{ "program a bin/p kmem=0", "0", "is not a number of pages" },
		{ "program a bin/p kmem=65537", "65537", "is not a number of pages" },
		{ "program a bin/p kmem=0%", "0%", "is not a number of pages" },
		{ "program a bin/p kmem=8K%", "8K%", "is not a number of pages" },
		{ "program a bin/p serves=", "", "" },
		{ "program a bin/p serves=x,,y", ",y", "is a list with an empty" },
		{ "program a bin/p serves=x,", "x,", "is a list with an empty" },
		{ "program a bin/p serves=x/y", "x/y", "is not a name of a service" },
		{ "program a bin/p serves=1,2,3,4,5,6,7,8,9", "9", "is one too many" },
		{ "program a bin/p uses=nobody", "nobody", "is served by no program" },
		{ "program a bin/p pager=nobody", "nobody", "is a pager that no program serves" },
		{ "program a bin/p serves=x pager=x", "x", "is a pager that needs itself" },
		{ "program a bin/p ports=65536", "65536", "is not FIRST" },
		{ "program a bin/p ports=1+0", "1+0", "is not FIRST" },
		{ "program a bin/p ports=1+65536", "1+65536", "is not FIRST" },
		{ "program a bin/p ports=1-2", "1-2", "is not FIRST" },
		{ "program a bin/p ports=1+3,2+3", "a", "asks for a part of a device" },
		{ "program a bin/p irq=256", "256", "is not FIRST" },
		{ "program a bin/p device=0x1001", "0x1001", "is not FIRST" },
		{ "program a bin/p device=0xfffffffffffff000", "0xfffffffffffff000", "is not FIRST" },
		{ "program a bin/p restart=often", "often", "is not a way of restart" },
		{ "program a bin/p start=1", "1", "is neither yes nor no" },
		{ "program a bin/p main=maybe", "maybe", "is neither yes nor no" },
		{ "program a bin/p serves=root", "root", "is not a name of a service" },
		{ "program a bin/p \"", "", "a double quote is not closed" },
		{ "server a bin/p", "server", "is not a kind of line" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[512];
		snprintf(text, sizeof(text), "program root bin/p\n\nprogram r bin/p\n%s\n", cases[i].line);
		enum status status = read_text(text);
		if (!*cases[i].problem && status == OK)
			continue;
		assert_int_equal(status, ERR_BAD_VALUE);
		assert_int_equal(plan.line, 4);
		assert_string_equal(plan.word, cases[i].word);
		assert_non_null(strstr(plan.problem, cases[i].problem));
	}
}

static void
pagers_in_a_circle(void **state)
{
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p serves=x pager=y\nprogram b bin/p serves=y pager=z\n"
				   "program c bin/p serves=z"), OK);
	assert_int_equal(read_text("program root bin/p\nprogram a bin/p pager=y\nprogram b bin/p serves=y pager=z\n"
				   "program c bin/p serves=z\nprogram d bin/p serves=z pager=y"), ERR_BAD_VALUE);
	assert_int_equal(plan.line, 2);
	assert_string_equal(plan.word, "y");
}

static void
too_many(void **state)
{
	char text[8192] = "program root bin/p\n";

	for (unsigned i = 0; i <= PLAN_PROGRAMS; i++)
		snprintf(text + strlen(text), 64, "program p%u bin/p\n", i);
	assert_int_equal(read_text(text), ERR_BAD_VALUE);
	assert_int_equal(plan.line, PLAN_PROGRAMS + 2);
	strcpy(text, "program root bin/p\n");
	for (unsigned i = 0; i < 4; i++)
		snprintf(text + strlen(text), 128, "program p%u bin/p serves=%ua,%ub,%uc,%ud,%ue,%uf,%ug\n", i, i, i, i, i, i, i, i);
	assert_int_equal(read_text(text), ERR_BAD_VALUE);
	assert_non_null(strstr(plan.problem, "one service more"));
}

static void
without_a_manifest(void **state)
{
	struct archive archive;

	archive_open(&archive, "", 0);
	assert_int_equal(plan_read(&plan, &archive, RAM), ERR_BAD_VALUE);
	assert_int_equal(plan.line, 0);
}

static void
any_text(void **state)
{
	operations_random(&ops_plan, 20000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_mean),
		cmocka_unit_test(extremes_are_taken),
		cmocka_unit_test(mistakes_have_lines),
		cmocka_unit_test(pagers_in_a_circle),
		cmocka_unit_test(too_many),
		cmocka_unit_test(without_a_manifest),
		cmocka_unit_test(any_text),
	};

	return test_main("plan", tests, ARRAY_SIZE(tests));
}
