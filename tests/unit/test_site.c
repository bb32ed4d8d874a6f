/* SPDX-License-Identifier: BSD-2-Clause */
/* Which call sites of programs can be rewritten (libos/unix/site.c). */
#include <string.h>
#include "libos/unix/site.h"
#include "test.h"

#define SYSCALL 0x0f, 0x05

/* The last bytes before and at a `syscall'; what is before them is 0x90. */
static bool
fits(const uint8_t *bytes, size_t count, uint64_t rax)
{
	uint8_t code[SITE_BEFORE + SITE_BYTES];

	memset(code, 0x90, sizeof(code));
	memcpy(code + sizeof(code) - count, bytes, count);
	return site_fits(code, rax);
}
#define FITS(rax, ...) fits((const uint8_t[]){ __VA_ARGS__, SYSCALL }, sizeof((const uint8_t[]){ __VA_ARGS__, SYSCALL }), rax)

static void
a_mov_fits(void **state)
{
	assert_true(FITS(39, 0xb8, 39, 0, 0, 0));
	assert_true(FITS(0, 0xb8, 0, 0, 0, 0));
	assert_true(FITS(262, 0xb8, 6, 1, 0, 0));
	assert_true(FITS(257, 0x48, 0x89, 0xe7, 0xb8, 1, 1, 0, 0));		/* mov %rsp, %rdi */
	assert_true(FITS(257, 0x49, 0x89, 0xca, 0xb8, 1, 1, 0, 0));		/* mov %rcx, %r10 */
	assert_true(FITS(257, 0x45, 0x31, 0xc0, 0xb8, 1, 1, 0, 0));		/* xor %r8d, %r8d */
	assert_true(FITS(14, 0x31, 0xff, 0xb8, 14, 0, 0, 0));			/* xor %edi, %edi */
}

static void
another_number_does_not(void **state)
{
	assert_false(FITS(40, 0xb8, 39, 0, 0, 0));
	assert_false(FITS(39ul << 32 | 39, 0xb8, 39, 0, 0, 0));
	assert_false(FITS(39, 0xb8, 39, 0, 0, 1));
}

static void
other_instructions_do_not(void **state)
{
	assert_false(FITS(39, 0xb9, 39, 0, 0, 0));				/* mov $39, %ecx */
	assert_false(FITS(39, 0x89, 0xf8, 0x90, 0x90, 0x90));			/* mov %edi, %eax */
	assert_false(fits((const uint8_t[]){ 0xb8, 39, 0, 0, 0, 0xcd, 0x80 }, 7, 39));	/* int $0x80 */
}

/* What ends with the same bytes and is longer. */
static void
ends_of_others_do_not(void **state)
{
	assert_false(FITS(0, 0x41, 0xb8, 0, 0, 0, 0));				/* mov $0, %r8d */
	assert_false(FITS(14, 0x49, 0xb8, 14, 0, 0, 0));			/* part of a movabs to r8 */
	assert_false(FITS(14, 0xc7, 0x45, 0xb8, 14, 0, 0, 0));			/* movl $14, -0x48(%rbp) */
	assert_false(FITS(14, 0xc7, 0x44, 0x24, 0xb8, 14, 0, 0, 0));		/* movl $14, -0x48(%rsp) */
	assert_false(FITS(14, 0xc7, 0x53, 0xb8, 14, 0, 0, 0));			/* of another base */
	assert_false(FITS(14, 0x81, 0x7b, 0xb8, 14, 0, 0, 0));			/* cmpl $14, -0x48(%rbx) */
	assert_false(FITS(264, 0x49, 0x8b, 0xb8, 8, 1, 0, 0));			/* mov 0x108(%r8), %rdi */
	assert_false(FITS(264, 0x41, 0x0f, 0xb6, 0xb8, 8, 1, 0, 0));		/* movzbl 0x108(%r8), %edi */
	assert_false(FITS(264, 0x49, 0x8b, 0xb4, 0xb8, 8, 1, 0, 0));		/* mov 0x108(%r8,%rdi,4), %rsi */
	assert_false(FITS(264, 0x41, 0x0f, 0xb6, 0xb4, 0xb8, 8, 1, 0, 0));	/* movzbl 0x108(%r8,%rdi,4), %esi */
	assert_false(FITS(257, 0x48, 0xbf, 1, 2, 3, 0xb8, 1, 1, 0, 0));	/* movabs $0x101b8030201, %rdi */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mov_fits),
		cmocka_unit_test(another_number_does_not),
		cmocka_unit_test(other_instructions_do_not),
		cmocka_unit_test(ends_of_others_do_not),
	};

	return test_main("site", tests, ARRAY_SIZE(tests));
}
