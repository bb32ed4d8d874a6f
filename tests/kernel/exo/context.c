/* SPDX-License-Identifier: BSD-2-Clause */
/* Upcalls in C: a handler sees and changes what it interrupted, nothing else is lost, and it can make the interrupted code call a function. */
#include <math.h>
#include <string.h>
#include <exo/context.h>
#include <exo/stubs.h>
#include "tap.h"

enum { UNDEFINED = 6, PAGE_FAULT = 14 };

static unsigned caught, called;
static uint64_t vector, address;
static volatile double scratch = 1;

static void
skip(struct context *c)
{
	caught++;
	vector = c->area.vector;
	address = c->area.address;
	c->area.rip += vector == UNDEFINED ? 2 : 7;
	scratch = sqrt(scratch + 1);			/* in registers that the program uses too */
	c->rax = 42;
}

static void
test_change(void)
{
	uint64_t rax = 1, rbx = 2, r15 = 3;
	double kept = 0.5;

	tap_status(context_begin(skip), OK);
	__asm__ volatile("ud2" : "+a"(rax), "+b"(rbx), "+x"(kept));
	tap_equal(rax, 42);
	tap_equal(rbx, 2);
	tap_ok(kept == 0.5, "floating-point registers are as they were");
	__asm__ volatile("mov %1, %%r15; movb 0x1234, %%al; mov %%r15, %1" : "+a"(rax), "+r"(r15) : : "r15");
	tap_equal(vector, PAGE_FAULT);
	tap_equal(address, 0x1234);
	tap_equal(r15, 3);
	tap_equal(caught, 2);
}

/* On the interrupted code's stack, with upcalls on: it may fault itself. */
static void
a_function(void)
{
	volatile char area[600];

	memset((char *)area, 0xff, sizeof(area));
	scratch = sqrt(scratch + 1);
	if (called++ == 0)
		__asm__ volatile("ud2");
}

static void
make_call(struct context *c)
{
	c->area.rip += 2;
	context_call(c, a_function);
}

/* A leaf with its data in the red zone and everything in registers. */
static uint64_t __attribute__((noinline))
leaf(uint64_t a)
{
	uint64_t result, flags;

	__asm__ volatile("mov %2, -8(%%rsp); mov %2, -128(%%rsp); stc; ud2; setc %b1; movzbl %b1, %k1; mov -8(%%rsp), %0; add -128(%%rsp), %0"
			 : "=&r"(result), "=&r"(flags) : "r"(a) : "memory");
	return result + flags;
}

static void
test_call(void)
{
	double kept = 0.25;
	uint64_t result;

	tap_status(context_begin(make_call), OK);
	__asm__ volatile("" : "+x"(kept));
	result = leaf(20);
	__asm__ volatile("" : "+x"(kept));
	tap_equal(result, 41);
	tap_equal(called, 2);
	tap_ok(kept == 0.25, "floating-point registers are as they were");
}

static unsigned sums[2];

/* An entry comes while the handler is busy with the one before: it is asked again. */
static void
take_entries(struct context *c)
{
	uint64_t from = 0, word[4], left;

	caught++;
	if (!call_entry_take(&from, &word[0], &word[1], &word[2], &word[3], &left))
		sums[0] += word[0];
	if (sums[0] == 1)
		call_transfer_later(from, 10, 0, 0, 0);
	sums[1] += from != 0;
	context_call(c, a_function);
}

static void
test_entries(void)
{
	uint64_t own = 0, rax = 5;

	caught = called = 0;
	tap_status(call_entry(0, &own), OK);
	tap_status(call_entry_queue(4), OK);
	tap_status(entries_begin(take_entries), OK);
	__asm__ volatile("" : "+b"(rax));
	tap_status(call_transfer_later(own, 1, 0, 0, 0), OK);
	__asm__ volatile("" : "+b"(rax));
	for (int i = 0; i < 10 && caught < 2; i++)
		call_yield();
	tap_equal(rax, 5);
	tap_equal(sums[0], 11);
	tap_equal(sums[1], 2);
	tap_equal(called, 3);			/* twice, and once more from the exception that the first of them caused */
}

int
main(void)
{
	test_change();
	test_call();
	test_entries();
	tap_done();
}
