/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages that come ahead of a run of writes; and a host that does not write everything down. */
#include "memory_world.h"

static unsigned
mapped_pages(uint64_t at, unsigned pages)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pages; i++)
		n += mapped(process, at + i * PAGE).page != 0;
	return n;
}

/* Touches what is not there, and says how many times. */
static unsigned
faults(uint64_t at, unsigned pages, unsigned access)
{
	unsigned n = 0;

	for (unsigned i = 0; i < pages; i++) {
		if (mapped(process, at + i * PAGE).page)
			continue;
		assert_int_equal(memory_fault(process, at + i * PAGE, access), 0);
		n++;
	}
	return n;
}

static void
test_a_run_of_pages_comes_ahead(void **state)
{
	uint64_t at = map(128 * PAGE, READ_WRITE);

	assert_int_equal(faults(at, 8, RIGHT_WRITE), 8);
	assert_int_equal(mapped_pages(at, 128), 8);
	touch(process, at + 8 * PAGE);
	assert_int_equal(mapped_pages(at, 128), 10);
	assert_int_equal(process->memory->pages, 10);
	assert_true(faults(at, 112, RIGHT_WRITE) < 40);
	assert_true(mapped_pages(at, 128) <= 112 + 7);
}

static void
test_nothing_comes_ahead_of_single_pages(void **state)
{
	uint64_t at = map(64 * PAGE, READ_WRITE);

	for (unsigned i = 0; i < 64; i += 2)
		touch(process, at + i * PAGE);
	assert_int_equal(mapped_pages(at, 64), 32);
}

static void
test_a_run_ends_at_what_is_there(void **state)
{
	uint64_t at = map(16 * PAGE, READ_WRITE);

	touch(process, at + 9 * PAGE)[0] = 'h';
	assert_int_equal(faults(at, 9, RIGHT_WRITE), 9);
	assert_int_equal(((char *)page_at(mapped(process, at + 9 * PAGE).page))[0], 'h');
	assert_int_equal(mapped_pages(at, 16), 10);
}

/* Pages that nobody has asked for are not what a program dies of. */
static void
test_a_run_takes_what_memory_there_is(void **state)
{
	uint64_t at = map(16 * PAGE, READ_WRITE);

	assert_int_equal(faults(at, 8, RIGHT_WRITE), 8);
	unsigned saved = fake_pages;
	fake_pages = 1;
	touch(process, at + 8 * PAGE);
	assert_int_equal(mapped_pages(at, 16), 9);
	fake_pages = saved - 1;
}

/* To whom it is only read, and to the core, a page comes alone. */
static void
test_nothing_comes_ahead_of_what_is_read(void **state)
{
	uint64_t at = map(32 * PAGE, READ_WRITE);
	page_t page;

	assert_int_equal(faults(at, 16, RIGHT_READ), 16);
	for (unsigned i = 16; i < 32; i++)
		assert_int_equal(memory_page(process, at + i * PAGE, RIGHT_WRITE, &page), 0);
	assert_int_equal(process->memory->pages, 16);
	assert_int_equal(mapped_pages(at, 32), 32);
}

/* --- a host that writes down only what is counted ------------------------------------------------------------------------------------ */

static void
test_the_host_forgets(void **state)
{
	struct node *n = node_anonymous(2 * PAGE);
	struct area_request r = {
		.start = 0x40000000, .bytes = 2 * PAGE, .node = n, .rights = RIGHT_READ | RIGHT_WRITE, .may = RIGHT_READ | RIGHT_WRITE };
	page_t page, again;

	fake_forgets = true;
	assert_int_equal(memory_map(process, &r), 0);
	node_drop(n);
	assert_int_equal(memory_fault(process, r.start, RIGHT_READ), 0);
	assert_int_equal(mapped(process, r.start).page, 0);
	assert_int_equal(memory_page(process, r.start, RIGHT_READ, &page), 0);
	strcpy(page_at(page), "file");
	assert_int_equal(memory_page(process, r.start, RIGHT_READ, &again), 0);
	assert_int_equal(page, again);
	strcpy(touch(process, r.start), "mine");
	assert_string_equal(page_at(page), "file");
	struct process *child = process_with(memory_fork(process->memory));
	assert_int_equal(memory_page(child, r.start, RIGHT_READ, &again), 0);
	assert_string_equal(page_at(again), "mine");
	assert_int_equal(memory_page(child, r.start + PAGE, RIGHT_READ, &again), 0);
	assert_int_equal(mapped(child, r.start + PAGE).page, 0);
	assert_int_equal(memory_page(child, map(PAGE, PROT_READ), RIGHT_READ, &page), -EFAULT);
	assert_int_equal(memory_page(process, map(PAGE, PROT_READ), RIGHT_READ, &page), 0);
	assert_int_equal(page, shared->memory.zero);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_a_run_of_pages_comes_ahead), TEST(test_nothing_comes_ahead_of_single_pages), TEST(test_a_run_ends_at_what_is_there),
		TEST(test_a_run_takes_what_memory_there_is), TEST(test_nothing_comes_ahead_of_what_is_read), TEST(test_the_host_forgets),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
