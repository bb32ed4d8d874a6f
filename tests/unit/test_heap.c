/* SPDX-License-Identifier: BSD-2-Clause */
/* The allocator of user programs. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"
#include "lib/rt/heap.h"
#include "ops_heap.h"

static int
nothing_is_used(void **state)
{
	size_t used, free;

	heap_check(&used, &free);
	assert_int_equal(used, 0);
	heap_source_allow(HEAP_SPACE, 0);
	return 0;
}

static void
sizes_at_the_edges(void **state)
{
	assert_null(heap_alloc(SIZE_MAX));
	assert_null(heap_alloc(SIZE_MAX - 16));
	assert_null(heap_alloc(1ul << 46));
	assert_null(heap_alloc_aligned(1ul << 47, 1));
	assert_null(heap_alloc_aligned(1ul << 63, SIZE_MAX));
	void *a = heap_alloc(0), *b = heap_alloc(0);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	assert_null(heap_resize(a, SIZE_MAX));
	assert_null(heap_resize(a, 1ul << 46));
	heap_free(a);
	heap_free(b);
}

static void
neighbours_become_one(void **state)
{
	void *p[8];
	size_t used, free, before;

	heap_free(heap_alloc(1));	/* there is a region */
	heap_check(&used, &before);
	for (unsigned i = 0; i < ARRAY_SIZE(p); i++)
		p[i] = heap_alloc(1000);
	static const unsigned order[] = { 1, 3, 5, 7, 0, 2, 6, 4 };
	for (unsigned i = 0; i < ARRAY_SIZE(order); i++)
		heap_free(p[order[i]]);
	heap_check(&used, &free);
	assert_int_equal(free, before);
	void *whole = heap_alloc(before - 16);	/* in one piece */
	heap_check(&used, &free);
	assert_int_equal(free, 0);
	heap_free(whole);
}

static void
regions_that_touch_become_one(void **state)
{
	void *small = heap_alloc(40000);
	size_t taken = heap_source.taken;
	void *large = heap_alloc(200000);	/* what is free at the old region's end is its beginning */
	size_t grown = heap_source.taken - taken;

	assert_non_null(small);
	assert_non_null(large);
	heap_free(small);
	heap_free(large);
	taken = heap_source.taken;
	void *both = heap_alloc(grown + 30000);
	assert_non_null(both);
	assert_int_equal(heap_source.taken, taken);
	heap_free(both);
}

static void
no_memory_changes_nothing(void **state)
{
	void *p[512];
	unsigned n = 0;

	heap_source_allow(100 << 10, 0);
	for (; n < ARRAY_SIZE(p) && (p[n] = heap_alloc(10000)); n++)
		memset(p[n], n, 10000);
	assert_in_range(n, 1, ARRAY_SIZE(p) - 1);
	assert_null(heap_resize(p[0], 50000));
	assert_int_equal(*(unsigned char *)p[0], 0);
	while (n)
		heap_free(p[--n]);
	void *again = heap_alloc(10000);
	assert_non_null(again);
	heap_free(again);
}

static void
resize_keeps_what_fits(void **state)
{
	char *p = heap_alloc(100);

	memset(p, 7, 100);
	char *larger = heap_resize(p, 3000);
	assert_ptr_equal(larger, p);		/* there is room behind it */
	char *wall = heap_alloc(16);
	char *moved = heap_resize(larger, 100000);
	assert_ptr_not_equal(moved, larger);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(moved[i], 7);
	assert_ptr_equal(heap_resize(moved, 10), moved);
	heap_free(moved);
	heap_free(wall);
}

/* The end of a process that runs FN. */
static int
end_of(void (*fn)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		fn();
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
free_twice(void)
{
	void *p = heap_alloc(100), *wall = heap_alloc(16);

	heap_free(p);
	heap_free(p);
	heap_free(wall);
}

static void
free_inside(void)
{
	char *p = heap_alloc(100);

	memset(p, 0, 100);
	heap_free(p + 32);
}

static void
free_misaligned(void)
{
	heap_free((char *)heap_alloc(100) + 1);
}

static void
wrong_pointers_end_the_program(void **state)
{
	assert_int_equal(end_of(free_twice), SIGABRT);
	assert_int_equal(end_of(free_inside), SIGABRT);
	assert_int_equal(end_of(free_misaligned), SIGABRT);
}

static void
random_sequences(void **state)
{
	operations_random(&ops_heap, 100000);
}

static void
stored_finds(void **state)
{
	operations_corpus(&ops_heap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sizes_at_the_edges, nothing_is_used),
		cmocka_unit_test_setup(neighbours_become_one, nothing_is_used),
		cmocka_unit_test_setup(regions_that_touch_become_one, nothing_is_used),
		cmocka_unit_test_setup(no_memory_changes_nothing, nothing_is_used),
		cmocka_unit_test_setup(resize_keeps_what_fits, nothing_is_used),
		cmocka_unit_test_setup(wrong_pointers_end_the_program, nothing_is_used),
		cmocka_unit_test_setup(random_sequences, nothing_is_used),
		cmocka_unit_test_setup(stored_finds, nothing_is_used),
	};

	return test_main("heap", tests, ARRAY_SIZE(tests));
}
