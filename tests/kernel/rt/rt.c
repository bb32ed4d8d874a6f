/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program may rely on from its first line on: arguments, thread block, heap, musl's pure functions. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tap.h"

#define LONG_LINE	1500

static _Thread_local int local_number = 42;
static _Thread_local char local_zeros[100];
static _Thread_local struct aligned {
	long value;
} __attribute__((aligned(128))) local_aligned = { 77 };

static int
compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
test_arguments(int argc, char **argv)
{
	tap_equal(argc, 4);
	tap_ok(strcmp(argv[0], "test") == 0, "argument 0 is the program's name");
	tap_ok(strcmp(argv[1], "one") == 0 && strcmp(argv[2], "two words") == 0, "words and quoted words are arguments");
	tap_ok(strcmp(argv[3], "a=b") == 0, "a quoted = is no setting");
	tap_ok(argv[4] == NULL, "NULL ends the vector");
	tap_equal((uintptr_t)__builtin_frame_address(0) % 16, 0);
}

static void *
thread_pointer(void)
{
	void *p;

	__asm__("mov %%fs:0, %0" : "=r"(p));
	return p;
}

static void
test_thread_block(void)
{
	static char page[4096] __attribute__((aligned(4096)));
	char *memory = page + THREAD_BLOCK_ALIGN;	/* no more aligned than it must be */

	struct aligned *aligned = &local_aligned;
	__asm__("" : "+r"(aligned));		/* the compiler knows the answer, but not whether it is true */
	tap_equal(local_number, 42);
	tap_ok(memcmp(local_zeros, (char[100]){ 0 }, 100) == 0, "thread-local variables without a value are 0");
	tap_equal(aligned->value, 77);
	tap_equal((uintptr_t)aligned % 128, 0);
	local_number = 43;
	tap_ok(thread_block_bytes() <= sizeof(page) - THREAD_BLOCK_ALIGN, "a thread block fits in a page");
	char *block = (char *)thread_block_init(memory);
	ptrdiff_t offset = (char *)&local_number - (char *)thread_pointer();
	tap_equal(*(int *)(block + offset), 42);
	tap_equal((uintptr_t)block % 128, 0);
	tap_ok(*(char **)block == block, "a thread block begins with its own address");
	errno = 0;
	tap_equal(strtoul("99999999999999999999", NULL, 10), ULONG_MAX);
	tap_equal(errno, ERANGE);
}

static void
test_heap(void)
{
	/* What compilers know of malloc and calloc, that they succeed and leave errno alone, is not to be used. */
	void *(*volatile allocate)(size_t) = malloc;
	void *(*volatile allocate_clear)(size_t, size_t) = calloc;
	char *p = malloc(1000);

	memset(p, 'x', 1000);
	p = realloc(p, 20000);
	tap_ok(p && p[0] == 'x' && p[999] == 'x', "realloc keeps the contents");
	int *zeros = calloc(1000, sizeof(int));
	unsigned sum = 0;
	for (unsigned i = 0; i < 1000; i++)
		sum += zeros[i];
	tap_equal(sum, 0);
	void *aligned = aligned_alloc(4096, 100);
	tap_ok(aligned && (uintptr_t)aligned % 4096 == 0, "aligned_alloc aligns");
	errno = 0;
	tap_ok(allocate(SIZE_MAX / 2) == NULL && errno == ENOMEM, "malloc of too much fails with ENOMEM");
	tap_ok(allocate_clear(SIZE_MAX / 2, 4) == NULL, "calloc of a size that overflows fails");
	char *copy = strdup("musl's strdup uses rt's malloc");
	tap_ok(strcmp(copy, "musl's strdup uses rt's malloc") == 0, "strdup");
	free(copy);
	free(aligned);
	free(zeros);
	free(p);
	free(NULL);
}

static void
test_functions(void)
{
	static jmp_buf jump;
	int numbers[] = { 3, 1, 2 };
	char text[64];

	tap_equal(snprintf(text, sizeof(text), "%5d|%-5s|%#lx|%c|%.3f|%zu", -42, "ab", 255ul, 'z', 2.5, sizeof(text)), 27);
	tap_ok(strcmp(text, "  -42|ab   |0xff|z|2.500|64") == 0, text);
	qsort(numbers, 3, sizeof(int), compare_ints);
	tap_ok(numbers[0] == 1 && numbers[1] == 2 && numbers[2] == 3, "qsort");
	tap_ok(strtod("0.125", NULL) == 0.125, "strtod");
	tap_ok(strcmp(status_string(ERR_NO_KMEM), "ERR_NO_KMEM") == 0, "status_string");
	tap_ok(setjmp(jump) || (longjmp(jump, 1), 0), "setjmp and longjmp");
}

static void
test_output(void)
{
	char line[LONG_LINE + 1];

	memset(line, '=', LONG_LINE);
	line[LONG_LINE] = '\0';
	tap_equal(printf("# %send\n", line), LONG_LINE + 6);
	tap_equal(printf("%s", ""), 0);
}

int
main(int argc, char **argv)
{
	test_arguments(argc, argv);
	test_thread_block();
	test_heap();
	test_functions();
	test_output();
	tap_done();
}
