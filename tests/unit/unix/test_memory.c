/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas, faults, copy on write, and the calls on memory, of a process that is nothing else. */
#include "memory_world.h"

static void
test_reading_shows_the_page_of_zeroes(void **state)
{
	uint64_t at = map(2 * PAGE, READ_WRITE);

	assert_int_equal(memory_fault(process, at + 5, RIGHT_READ), 0);
	assert_int_equal(mapped(process, at).page, shared->memory.zero);
	assert_int_equal(mapped(process, at).rights, RIGHT_READ);
	assert_int_equal(process->memory->pages, 0);
}

static void
test_writing_gives_a_page(void **state)
{
	uint64_t at = map(2 * PAGE, READ_WRITE);

	assert_int_equal(memory_fault(process, at, RIGHT_READ), 0);
	char *page = touch(process, at);
	assert_int_equal(page[0], 0);
	assert_int_not_equal(mapped(process, at).page, shared->memory.zero);
	assert_int_equal(mapped(process, at).rights, RIGHT_READ | RIGHT_WRITE);
	assert_int_equal(process->memory->pages, 1);
}

static void
test_what_is_not_allowed(void **state)
{
	uint64_t at = map(PAGE, PROT_READ), none = map(PAGE, PROT_NONE);

	assert_int_equal(memory_fault(process, at, RIGHT_WRITE), -EACCES);
	assert_int_equal(memory_fault(process, at, RIGHT_EXECUTE), -EACCES);
	assert_int_equal(memory_fault(process, none, RIGHT_READ), -EACCES);
	assert_int_equal(memory_fault(process, 0x1000, RIGHT_READ), -EFAULT);
	assert_int_equal(memory_fault(process, ~0ul, RIGHT_READ), -EFAULT);
}

static void
test_no_page_is_no_memory(void **state)
{
	uint64_t at = map(PAGE, READ_WRITE);
	unsigned saved = fake_pages;

	fake_pages = 0;
	assert_int_equal(memory_fault(process, at, RIGHT_WRITE), -ENOMEM);
	assert_int_equal(memory_fault(process, at, RIGHT_READ), 0);
	assert_int_equal(memory_fault(process, at, RIGHT_WRITE), -ENOMEM);
	fake_pages = saved;
	touch(process, at);
}

static void
test_stack_grows_to_its_limit(void **state)
{
	const struct area_request r = {
		.start = 0x7fff80000000, .bytes = PAGE, .rights = RIGHT_READ | RIGHT_WRITE, .may = RIGHT_READ | RIGHT_WRITE, .grows = true };

	process->limit[RLIMIT_STACK][0] = 16 * PAGE;
	assert_int_equal(memory_map(process, &r), 0);
	touch(process, r.start - 3 * PAGE);
	assert_int_equal(memory_fault(process, r.start - 15 * PAGE, RIGHT_WRITE), 0);
	assert_int_equal(memory_fault(process, r.start - 16 * PAGE, RIGHT_WRITE), -EFAULT);
	assert_int_equal(process->memory->bytes, 16 * PAGE);
}

/* --- fork -------------------------------------------------------------------------------------------------------------------------- */

static void
test_fork_copies_what_is_written(void **state)
{
	uint64_t at = map(2 * PAGE, READ_WRITE);

	touch(process, at)[7] = 'a';
	struct process *child = process_with(memory_fork(process->memory));
	assert_int_equal(mapped(process, at).page, mapped(child, at).page);
	assert_int_equal(mapped(process, at).rights, RIGHT_READ);
	touch(child, at)[7] = 'b';
	assert_int_equal(((char *)page_at(mapped(process, at).page))[7], 'a');
	page_t own = mapped(process, at).page;
	touch(process, at);
	assert_int_equal(mapped(process, at).page, own);
	assert_int_equal(child->memory->pages, 1);
}

static void
test_fork_without_memory(void **state)
{
	touch(process, map(PAGE, READ_WRITE));
	while (arena_take(ARENA_MEMORY))
		fake_shared = 0;
	assert_null(memory_fork(process->memory));
}

/* A child that cannot be finished gives back what it had. */
static void
test_fork_runs_out_in_the_midst(void **state)
{
	struct area *taken[256];
	unsigned n = 0;

	for (int i = 0; i < 4; i++)
		touch(process, (uint64_t)unix_mmap(task, 0x10000000ul * (i + 1), PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0));
	struct memory *first = memory_fork(process->memory);
	memory_drop(first);
	fake_shared = 0;
	while (n < 256 && (taken[n] = arena_take(ARENA_AREA)))
		n++;
	arena_give(ARENA_AREA, taken[--n]);
	arena_give(ARENA_AREA, taken[--n]);
	assert_null(memory_fork(process->memory));
	while (n)
		arena_give(ARENA_AREA, taken[--n]);
}

/* --- calls ---------------------------------------------------------------------------------------------------------------------------- */

static void
test_mmap_refuses(void **state)
{
	assert_int_equal(unix_mmap(task, 0, 0, PROT_READ, ANONYMOUS, -1, 0), -EINVAL);
	assert_int_equal(unix_mmap(task, 0, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0), -EINVAL);
	assert_int_equal(unix_mmap(task, 1, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0), -EINVAL);
	assert_int_equal(unix_mmap(task, 0, PAGE, PROT_READ, ANONYMOUS, -1, 5), -EINVAL);
	assert_int_equal(unix_mmap(task, 0, ~0ul, PROT_READ, ANONYMOUS, -1, 0), -ENOMEM);
	assert_int_equal(unix_mmap(task, 0, 1ul << 47, PROT_READ, ANONYMOUS, -1, 0), -ENOMEM);
	assert_int_equal(unix_mmap(task, 0x7ffffffff000, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED, -1, 0), -ENOMEM);
	uint64_t at = map(PAGE, PROT_READ);
	assert_int_equal(unix_mmap(task, at, PAGE, PROT_READ, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), -EEXIST);
	process->limit[RLIMIT_AS][0] = 2 * PAGE;
	assert_int_equal(unix_mmap(task, 0, 2 * PAGE, PROT_READ, ANONYMOUS, -1, 0), -ENOMEM);
}

static void
test_neighbours_become_one(void **state)
{
	unix_mmap(task, 0x10000000, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
	unix_mmap(task, 0x10002000, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
	unix_mmap(task, 0x10001000, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
	assert_int_equal(shared->list[ARENA_AREA].taken, 1);
	assert_int_equal(process->memory->first->end, 0x10003000);
}

static void
test_munmap_makes_a_hole(void **state)
{
	uint64_t at = map(3 * PAGE, READ_WRITE);

	touch(process, at + PAGE);
	assert_int_equal(unix_munmap(task, at + PAGE, 1), 0);
	assert_int_equal(memory_fault(process, at + PAGE, RIGHT_READ), -EFAULT);
	assert_int_equal(memory_fault(process, at + 2 * PAGE, RIGHT_READ), 0);
	assert_int_equal(unix_munmap(task, at + 1, PAGE), -EINVAL);
	assert_int_equal(unix_munmap(task, at, 0), -EINVAL);
	assert_int_equal(unix_munmap(task, at, ~0ul), -EINVAL);
}

static void
test_mprotect(void **state)
{
	uint64_t at = map(3 * PAGE, READ_WRITE);

	touch(process, at + PAGE)[0] = 'x';
	assert_int_equal(unix_mprotect(task, at + PAGE, PAGE, PROT_NONE), 0);
	assert_int_equal(memory_fault(process, at + PAGE, RIGHT_READ), -EACCES);
	assert_int_equal(mapped(process, at + PAGE).rights, 0);
	assert_int_equal(unix_mprotect(task, at, 3 * PAGE, READ_WRITE), 0);
	assert_int_equal(mapped(process, at + PAGE).rights, RIGHT_READ | RIGHT_WRITE);
	assert_int_equal(touch(process, at + PAGE)[0], 'x');
	assert_int_equal(shared->list[ARENA_AREA].taken, 1);
	assert_int_equal(unix_mprotect(task, at + 1, PAGE, PROT_READ), -EINVAL);
	assert_int_equal(unix_mprotect(task, at, PAGE, 1 << 20), -EINVAL);
	assert_int_equal(unix_mprotect(task, at, 4 * PAGE, PROT_READ), -ENOMEM);
	assert_int_equal(memory_fault(process, at, RIGHT_WRITE), -EACCES);
}

static void
test_brk(void **state)
{
	assert_int_equal(unix_brk(task, 0), 0x600000);
	assert_int_equal(unix_brk(task, 0x600123), 0x600123);
	touch(process, 0x600000);
	assert_int_equal(unix_brk(task, 0x603000), 0x603000);
	touch(process, 0x602fff);
	assert_int_equal(shared->list[ARENA_AREA].taken, 1);
	assert_int_equal(unix_brk(task, 0x601000), 0x601000);
	assert_int_equal(memory_fault(process, 0x602000, RIGHT_READ), -EFAULT);
	assert_int_equal(unix_brk(task, 1ul << 60), 0x601000);
	unix_mmap(task, 0x610000, PAGE, READ_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
	assert_int_equal(unix_brk(task, 0x620000), 0x601000);
}

static void
test_mremap(void **state)
{
	uint64_t at = map(2 * PAGE, READ_WRITE);

	touch(process, at)[3] = 'm';
	int64_t moved = unix_mremap(task, at, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE, 0);
	assert_true(moved > 0);
	assert_int_equal(touch(process, (uint64_t)moved)[3], 'm');
	assert_int_equal(unix_mremap(task, (uint64_t)moved, 8 * PAGE, PAGE, 0, 0), moved);
	assert_int_equal(unix_mremap(task, (uint64_t)moved, PAGE, 3 * PAGE, 0, 0), moved);
	assert_int_equal(unix_mremap(task, (uint64_t)moved, PAGE, PAGE, MREMAP_FIXED, 0x20000000), -EINVAL);
	assert_int_equal(unix_mremap(task, (uint64_t)moved, PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, 0x20000000), 0x20000000);
	assert_int_equal(touch(process, 0x20000000)[3], 'm');
	assert_int_equal(unix_mremap(task, 0x30000000, PAGE, PAGE, 0, 0), -EFAULT);
	assert_int_equal(unix_mremap(task, 0x20000001, PAGE, PAGE, 0, 0), -EINVAL);
}

static void
test_advice_forgets(void **state)
{
	uint64_t at = map(2 * PAGE, READ_WRITE);

	touch(process, at)[0] = 'z';
	assert_int_equal(unix_madvise(task, at, PAGE, MADV_DONTNEED), 0);
	assert_int_equal(touch(process, at)[0], 0);
	assert_int_equal(unix_madvise(task, at, PAGE, 77), -EINVAL);
	assert_int_equal(unix_madvise(task, at + 7, PAGE, MADV_DONTNEED), -EINVAL);
	assert_int_equal(unix_madvise(task, at, 3 * PAGE, MADV_DONTNEED), -ENOMEM);
}

/* --- nodes ------------------------------------------------------------------------------------------------------------------------------ */

static void
test_shared_memory_is_one(void **state)
{
	int64_t at = unix_mmap(task, 0, 2 * PAGE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(at > 0);
	struct process *child = process_with(memory_fork(process->memory));
	touch(child, (uint64_t)at)[1] = 's';
	assert_int_equal(touch(process, (uint64_t)at)[1], 's');
	assert_int_equal(memory_fault(process, (uint64_t)at + 2 * PAGE, RIGHT_READ), -EFAULT);
}

static void
test_private_view_of_a_node(void **state)
{
	struct node *n = node_anonymous(PAGE);
	struct area_request r = {
		.start = 0x40000000, .bytes = 2 * PAGE, .node = n, .rights = RIGHT_READ | RIGHT_WRITE, .may = RIGHT_READ | RIGHT_WRITE };
	page_t page;

	assert_int_equal(node_page(n, 0, &page), 0);
	strcpy(page_at(page), "file");
	assert_int_equal(memory_map(process, &r), 0);
	node_drop(n);
	assert_int_equal(memory_fault(process, r.start, RIGHT_READ), 0);
	assert_int_equal(mapped(process, r.start).page, page);
	strcpy(touch(process, r.start), "mine");
	assert_string_equal(page_at(page), "file");
	assert_int_equal(memory_fault(process, r.start + PAGE, RIGHT_READ), -ENXIO);
	memory_forget(n, 0);
	assert_int_equal(mapped(process, r.start).rights, 0);
}

/* Between areas nothing, of zeroes nothing, of a node what it has: without making it. */
static void
test_view(void **state)
{
	struct node *n = node_anonymous(3 * PAGE);
	struct area_request r = { .start = 0x40000000, .bytes = 4 * PAGE, .node = n, .rights = RIGHT_READ | RIGHT_WRITE, .may = RIGHT_READ | RIGHT_WRITE };
	page_t page;

	assert_null(memory_view(process->memory, 0x30000000).page);
	assert_int_equal(memory_view(process->memory, 0x30000000).end, MEMORY_END);
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_view(process->memory, 0x30000000).end, r.start);
	assert_null(memory_view(process->memory, r.start + PAGE).page);
	assert_int_equal(node_page(n, 1, &page), 0);
	struct memory_view v = memory_view(process->memory, r.start + PAGE);
	assert_int_equal(v.end, r.start + 3 * PAGE);
	assert_int_equal(v.rights, RIGHT_READ);
	assert_int_equal(v.page[0], page);
	assert_int_equal(v.page[1], 0);
	assert_null(memory_view(process->memory, r.start + 3 * PAGE).page);
	node_drop(n);
	r = (struct area_request){ .start = 0x50000000, .bytes = PAGE, .rights = RIGHT_READ, .may = RIGHT_READ };
	assert_int_equal(memory_map(process, &r), 0);
	v = memory_view(process->memory, r.start);
	assert_null(v.page);
	assert_int_equal(v.end, r.start + PAGE);
}

/* A page of a program's image that is read and executed: one of its own, with the same rights; shared again after fork. */
static void
test_patch_makes_a_page_its_own(void **state)
{
	struct node *n = node_anonymous(PAGE);
	struct area_request r = { .start = 0x40000000, .bytes = PAGE, .node = n, .rights = RIGHT_READ | RIGHT_EXECUTE, .may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE };
	page_t page, own, again;

	assert_int_equal(node_page(n, 0, &page), 0);
	strcpy(page_at(page), "file");
	assert_int_equal(memory_map(process, &r), 0);
	node_drop(n);
	assert_int_equal(memory_patch(process, r.start + 5, &own), 0);
	assert_int_not_equal(own, page);
	assert_string_equal(page_at(own), "file");
	assert_int_equal(mapped(process, r.start).page, own);
	assert_int_equal(mapped(process, r.start).rights, RIGHT_READ | RIGHT_EXECUTE);
	assert_int_equal(memory_patch(process, r.start, &again), 0);
	assert_int_equal(again, own);
	struct process *child = process_with(memory_fork(process->memory));
	assert_int_equal(memory_patch(child, r.start, &again), 0);
	assert_int_not_equal(again, own);
	assert_int_equal(mapped(process, r.start).page, own);
}

static void
test_patch_refuses(void **state)
{
	struct node *n = node_anonymous(PAGE);
	struct area_request r = { .start = 0x40000000, .bytes = 2 * PAGE, .node = n, .rights = RIGHT_READ | RIGHT_EXECUTE, .may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE };
	page_t page;

	assert_int_equal(memory_patch(process, r.start, &page), -EACCES);
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_patch(process, r.start + PAGE, &page), -ENXIO);
	r.rights |= RIGHT_WRITE;
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_patch(process, r.start, &page), -EACCES);
	r.rights = RIGHT_READ;
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_patch(process, r.start, &page), -EACCES);
	r.rights = RIGHT_READ | RIGHT_EXECUTE;
	r.sharing = true;
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_patch(process, r.start, &page), -EACCES);
	r.sharing = false;
	r.node = NULL;
	assert_int_equal(memory_map(process, &r), 0);
	assert_int_equal(memory_patch(process, r.start, &page), -EACCES);
	node_drop(n);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(test_reading_shows_the_page_of_zeroes), TEST(test_writing_gives_a_page), TEST(test_what_is_not_allowed), TEST(test_no_page_is_no_memory),
		TEST(test_stack_grows_to_its_limit), TEST(test_fork_copies_what_is_written), TEST(test_fork_without_memory),
		TEST(test_fork_runs_out_in_the_midst), TEST(test_mmap_refuses), TEST(test_neighbours_become_one), TEST(test_munmap_makes_a_hole),
		TEST(test_mprotect), TEST(test_brk), TEST(test_mremap), TEST(test_advice_forgets), TEST(test_shared_memory_is_one),
		TEST(test_private_view_of_a_node), TEST(test_view), TEST(test_patch_makes_a_page_its_own), TEST(test_patch_refuses),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
