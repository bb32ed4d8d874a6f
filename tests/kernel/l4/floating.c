/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers that one thread has from another: from the caller, from one that waits, to one that has run; those of nobody else change. */
#include "tap.h"
#include "worker.h"

enum { N = 32, W0, W1, WEAK, E, NOTHING };	/* slots */

#define MXCSR(rounding)	(0x1f80u | (rounding) << 13)
#define NEVER		0

static char stacks[2][WORKER_STACK] __attribute__((aligned(16)));
static volatile uint64_t low[2];
static volatile uint32_t control[2];

static inline void
load(uint64_t word, uint32_t mxcsr)
{
	__asm__ volatile("movq %0, %%xmm15; ldmxcsr %1" : : "r"(word), "m"(mxcsr) : "xmm15");
}

static inline uint64_t
is_now(uint32_t *mxcsr)
{
	uint64_t word;

	__asm__ volatile("movq %%xmm15, %0; stmxcsr %1" : "=r"(word), "=m"(*mxcsr));
	return word;
}

/* Says what it has, each time that it is woken. */
static void
shows(unsigned long which)
{
	for (;;) {
		uint32_t mxcsr;
		uint64_t bits;
		low[which] = is_now(&mxcsr);
		control[which] = mxcsr;
		call_notification_wait(N, NEVER, &bits);
	}
}

static void
has_own(unsigned long which)
{
	load(0x7000 + which, MXCSR(2));
	shows(which);
}

static void
test_of_the_caller(void)
{
	uint32_t mxcsr;
	uint64_t id;

	tap_status(call_thread_create(SLOT_OWN, W0, &id), OK);
	load(0x1234, MXCSR(3));
	unsigned status = call_thread_floating(W0, SLOT_OWN);
	uint64_t word = is_now(&mxcsr);
	load(0, MXCSR(0));
	tap_status(status, OK);
	tap_ok(word == 0x1234 && mxcsr == MXCSR(3), "the caller has its own still");
	tap_status(call_thread_start(W0, (uintptr_t)shows, (uintptr_t)stacks[0] + WORKER_STACK - 8, 0), OK);
	call_yield();
	tap_equal(low[0], 0x1234);
	tap_equal(control[0], MXCSR(3));
}

static void
test_of_one_that_waits(void)
{
	tap_status(worker_start(W1, stacks[1], has_own, 1), OK);
	call_yield();
	tap_status(call_thread_floating(W0, W1), OK);
	call_notification_signal(N, 1);
	call_yield();
	tap_equal(low[0], 0x7001);
	tap_equal(control[0], MXCSR(2));
	call_notification_signal(N, 1);
	call_yield();
	tap_equal(low[1], 0x7001);
}

static void
test_to_the_caller(void)
{
	uint32_t mxcsr;

	load(1, MXCSR(1));
	unsigned status = call_thread_floating(SLOT_OWN, W1);
	uint64_t word = is_now(&mxcsr);
	load(0, MXCSR(0));
	tap_status(status, OK);
	tap_ok(word == 0x7001 && mxcsr == MXCSR(2), "the caller has those of one that waits");
}

static void
test_errors(void)
{
	tap_status(call_cap_copy(W1, SLOT_OWN, WEAK, RIGHTS_ALL & ~RIGHT_CONTROL), OK);
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_thread_floating(NOTHING, W1), ERR_NO_CAP);
	tap_status(call_thread_floating(W0, NOTHING), ERR_NO_CAP);
	tap_status(call_thread_floating(E, W1), ERR_NO_CAP);
	tap_status(call_thread_floating(W0, E), ERR_NO_CAP);
	tap_status(call_thread_floating(WEAK, W0), ERR_NO_RIGHT);
	tap_status(call_thread_floating(W0, WEAK), ERR_NO_RIGHT);
}

int
main(void)
{
	tap_status(call_notification_create(N), OK);
	test_of_the_caller();
	test_of_one_that_waits();
	test_to_the_caller();
	test_errors();
	tap_done();
}
