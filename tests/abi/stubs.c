/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls the generated stubs, whose `syscall` is a call of the stand-in kernel below. */
#include <assert.h>
#include <test/stubs.h>

struct registers_seen {
	uint64_t rax, arg[6];
};

struct registers_seen asked, answer;
unsigned long results;			/* how many registers of the answer the call changes */

/* Keeps the registers of the call, loads those of the answer, and destroys what a system call destroys. */
__asm__(".text\n"
	"fake_kernel:\n"
	"	mov	%rax, asked\n"
	"	mov	%rdi, asked+8\n"
	"	mov	%rsi, asked+16\n"
	"	mov	%rdx, asked+24\n"
	"	mov	%r10, asked+32\n"
	"	mov	%r8, asked+40\n"
	"	mov	%r9, asked+48\n"
	"	mov	answer, %rax\n"
	"	mov	results, %rcx\n"
	"	jrcxz	1f\n"
	"	mov	answer+8, %rdi\n"
	"	mov	answer+16, %rsi\n"
	"	cmp	$2, %rcx\n"
	"	je	1f\n"
	"	mov	answer+24, %rdx\n"
	"	mov	answer+32, %r10\n"
	"	mov	answer+40, %r8\n"
	"	mov	answer+48, %r9\n"
	"1:	mov	$-1, %rcx\n"
	"	mov	$-1, %r11\n"
	"	ret\n");

static void
answer_with(enum status status, unsigned long count, uint64_t first)
{
	answer.rax = status;
	results = count;
	for (uint64_t i = 0; i < 6; i++)
		answer.arg[i] = first + i;
}

static void
test_arguments(void)
{
	answer_with(ERR_LIMIT, 0, 0);
	assert(call_six(1, 2, 3, 4, 5, 6) == ERR_LIMIT);
	assert(asked.rax == CALL_SIX);
	for (uint64_t i = 0; i < 6; i++)
		assert(asked.arg[i] == i + 1);
}

static void
test_results(void)
{
	uint64_t r[6];

	answer_with(OK, 6, 11);
	assert(call_back(99, &r[0], &r[1], &r[2], &r[3], &r[4], &r[5]) == OK);
	assert(asked.rax == CALL_BACK && asked.arg[0] == 99);
	for (uint64_t i = 0; i < 6; i++)
		assert(r[i] == i + 11);
}

static void
test_failure_writes_nothing(void)
{
	uint64_t p = 7, q = 8;

	answer_with(ERR_LIMIT, 2, 21);
	assert(call_mixed(1, 2, 3, 4, &p, &q) == ERR_LIMIT);
	assert(p == 7 && q == 8);
}

static void
test_what_always_comes(void)
{
	uint64_t done = 7, q = 8;

	answer_with(ERR_LIMIT, 2, 21);
	assert(call_far(1, 2, &done, &q) == ERR_LIMIT);
	assert(done == 21 && q == 8);
	answer_with(OK, 2, 31);
	assert(call_far(1, 2, &done, &q) == OK);
	assert(done == 31 && q == 32);
}

/* The stub must not take registers that the kernel changes for ones that it keeps. */
static void
test_results_in_place_of_arguments(void)
{
	uint64_t p, q, a = 1, b = 2, sum = 0;

	answer_with(OK, 2, 100);
	for (int i = 0; i < 3; i++) {
		assert(call_mixed(a, b, 3, 4, &p, &q) == OK);
		assert(asked.arg[0] == 1 && asked.arg[1] == 2 && asked.arg[2] == 3 && asked.arg[3] == 4);
		sum += p + q + a + b;
	}
	assert(sum == 3 * 204);
}

static void
test_moved_arguments(void)
{
	uint64_t a = 1, b = 2, c = 3, sum = 0;

	answer_with(OK, 2, 100);
	for (int i = 0; i < 3; i++) {
		assert(call_onward(a, b, c) == OK);
		assert(asked.arg[0] == 1 && asked.arg[1] == 2 && asked.arg[2] == 3);
		sum += a + b + c;
	}
	assert(sum == 3 * 6);
}

int
main(void)
{
	answer_with(OK, 0, 0);
	assert(call_null() == OK && asked.rax == 0);
	test_arguments();
	test_results();
	test_failure_writes_nothing();
	test_what_always_comes();
	test_results_in_place_of_arguments();
	test_moved_arguments();
	return 0;
}
