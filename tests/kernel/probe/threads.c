/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: creation, states, registers, priorities, and destruction at any moment. */
#include <janus/layout.h>
#include <janus/registers.h>
#include "tap.h"
#include "worker.h"

enum { A = 32, B, C, SELF };		/* slots */

enum { STOPPED, RUNNABLE, BLOCKED };

static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned long turns[3];
static volatile unsigned long seen;

static unsigned
make(unsigned long slot)
{
	uint64_t id;

	return call_thread_create(PROBE_OWN, 0, slot, &id);
}

static unsigned long
state_of(unsigned long slot)
{
	uint64_t id, state = -1ul, suspended, ticks, switches;

	call_thread_info(slot, &id, &state, &suspended, &ticks, &switches);
	return state;
}

static void __attribute__((noreturn))
count_turns(unsigned long which)
{
	for (;;) {
		turns[which]++;
		call_yield();
	}
}

static void
note_and_exit(unsigned long argument)
{
	seen = argument;
	call_thread_exit();
}

static void __attribute__((noreturn))
destroy_itself(unsigned long slot)
{
	call_object_destroy(slot);
	seen = -1ul;			/* not reached */
	for (;;)
		call_yield();
}

static void
sleep_long(unsigned long argument)
{
	call_sleep(argument);
	call_thread_exit();
}

static void
suspend_itself(unsigned long argument)
{
	call_thread_suspend(PROBE_OWN);
	seen = argument;
	call_thread_exit();
}

/* --- errors ----------------------------------------------------------------------------------------------------------- */

static void
test_creation_errors(void)
{
	uint64_t id;

	tap_status(call_thread_create(A, 0, A, &id), ERR_NO_CAP);
	tap_status(call_thread_create(PROBE_OWN, 2, A, &id), ERR_BAD_VALUE);
	tap_status(call_thread_create(PROBE_OWN, 0, 1ul << 40, &id), ERR_NO_CAP);
	tap_status(make(A), OK);
	tap_status(make(A), ERR_EXISTS);
	tap_status(call_thread_create(A, 0, B, &id), ERR_NO_CAP);	/* a thread is no space */
	tap_equal(state_of(A), STOPPED);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_object_destroy(A), ERR_NO_CAP);
}

static void
test_start_errors(void)
{
	uintptr_t ip = (uintptr_t)note_and_exit;

	tap_status(call_thread_start(A, ip, 0, 0), ERR_NO_CAP);
	tap_status(make(A), OK);
	tap_status(call_thread_start(A, 0, 0, 0), ERR_BAD_ADDRESS);
	tap_status(call_thread_start(A, USER_END, 0, 0), ERR_BAD_ADDRESS);
	tap_status(call_thread_start(A, 0xffffffff80200000, 0, 0), ERR_BAD_ADDRESS);
	tap_status(call_thread_start(A, ip, 0x800000000000, 0), ERR_BAD_ADDRESS);
	tap_equal(state_of(A), STOPPED);
	tap_status(call_thread_start(A, ip, (uintptr_t)stacks[1] - 8, 0), OK);
	tap_status(call_thread_start(A, ip, (uintptr_t)stacks[1] - 8, 0), ERR_WRONG_STATE);
	call_object_destroy(A);
}

/* --- running ---------------------------------------------------------------------------------------------------------- */

static void
test_runs_and_exits(void)
{
	uint64_t first = 0, second = 0;

	tap_status(worker_start(A, stacks[0], note_and_exit, 4711), OK);
	tap_equal(seen, 0);			/* of the same priority: not before this thread yields */
	call_yield();
	tap_equal(seen, 4711);
	tap_status(call_thread_suspend(A), ERR_NO_CAP);	/* its capability went with it */
	call_thread_create(PROBE_OWN, 0, A, &first);
	call_object_destroy(A);
	call_thread_create(PROBE_OWN, 0, A, &second);
	call_object_destroy(A);
	tap_ok(first < second, "identifiers do not repeat");
}

static void
test_suspension(void)
{
	turns[0] = 0;
	tap_status(worker_start(A, stacks[0], count_turns, 0), OK);
	call_yield();
	tap_equal(turns[0], 1);
	tap_status(call_thread_suspend(A), OK);
	tap_status(call_thread_suspend(A), OK);
	call_yield();
	tap_equal(turns[0], 1);
	tap_status(call_yield_to(A), ERR_WRONG_STATE);
	tap_status(call_thread_resume(A), OK);
	call_yield();
	tap_equal(turns[0], 2);
	tap_equal(state_of(A), RUNNABLE);
	call_object_destroy(A);
}

static void
test_suspends_itself(void)
{
	seen = 0;
	tap_status(worker_start(A, stacks[0], suspend_itself, 7), OK);
	call_yield();
	call_yield();
	tap_equal(seen, 0);
	tap_status(call_thread_resume(A), OK);
	call_yield();
	tap_equal(seen, 7);
}

static void __attribute__((noreturn))
return_to(unsigned long slot)
{
	for (;;) {
		turns[2]++;
		call_yield_to(slot);
	}
}

static void
test_names_itself(void)
{
	uint64_t id = 0;

	tap_status(call_thread_self(SELF, &id), OK);
	tap_equal(id, 1);
	tap_status(call_thread_self(SELF, &id), ERR_EXISTS);
	tap_status(worker_start(A, stacks[0], return_to, SELF), OK);
	tap_status(call_yield_to(A), OK);	/* and straight back */
	tap_status(call_yield_to(A), OK);
	tap_equal(turns[2], 2);
	call_object_destroy(A);
}

static void
test_priorities(void)
{
	seen = 0;
	tap_status(make(A), OK);
	tap_status(call_thread_priority(A, 256), ERR_BAD_VALUE);
	tap_status(call_thread_priority(A, 200), OK);
	tap_status(call_thread_start(A, (uintptr_t)note_and_exit, (uintptr_t)stacks[1] - 8, 5), OK);
	tap_equal(seen, 5);			/* higher: it ran at once */
	tap_status(worker_start(B, stacks[1], sleep_long, 1ul << 40), OK);
	tap_equal(state_of(B), RUNNABLE);
	tap_status(call_thread_priority(B, 1), OK);
	tap_equal(state_of(B), BLOCKED);	/* raised above this thread while it was ready */
	call_object_destroy(B);
}

static void
test_yield_to(void)
{
	turns[0] = turns[1] = 0;
	tap_status(worker_start(A, stacks[0], count_turns, 0), OK);
	tap_status(worker_start(B, stacks[1], count_turns, 1), OK);
	tap_status(call_yield_to(B), OK);
	tap_equal(turns[1], 1);
	tap_equal(turns[0], 0);			/* this thread was still the first among equals when B yielded */
	call_object_destroy(A);
	call_object_destroy(B);
}

/* --- registers -------------------------------------------------------------------------------------------------------- */

static void
test_exchange(void)
{
	struct registers r = { 0 };

	tap_status(worker_start(A, stacks[0], count_turns, 0), OK);
	call_yield();
	tap_status(call_thread_suspend(A), OK);
	tap_status(call_thread_exchange(A, 0, (uintptr_t)&r), OK);
	tap_equal(r.rax, OK);			/* of its call, yield */
	tap_ok(r.rsp > (uintptr_t)stacks[0] && r.rsp <= (uintptr_t)stacks[1], "its stack pointer is on its stack");

	r = (struct registers){ .rip = (uintptr_t)note_and_exit, .rsp = (uintptr_t)stacks[1] - 8, .rdi = 99, .rflags = ~0ul };
	seen = 0;
	tap_status(call_thread_exchange(A, REGISTERS_RDI | REGISTERS_RIP | REGISTERS_RSP, (uintptr_t)&r), OK);
	tap_status(call_thread_resume(A), OK);
	call_yield();
	tap_equal(seen, 99);
}

static void
test_exchange_sanitises(void)
{
	struct registers r = { .rflags = ~0ul };

	tap_status(make(A), OK);
	tap_status(call_thread_exchange(A, REGISTERS_RFLAGS, (uintptr_t)&r), OK);
	tap_status(call_thread_exchange(A, 0, (uintptr_t)&r), OK);
	tap_equal(r.rflags & 0x3000, 0);	/* IOPL */
	tap_equal(r.rflags & 0x4000, 0);	/* NT */
	tap_equal(r.rflags & 0x20000, 0);	/* VM */
	tap_equal(r.rflags & 0x202, 0x202);	/* interrupts on */
	r.rip = 0xffffffff80200000;
	tap_status(call_thread_exchange(A, REGISTERS_RIP, (uintptr_t)&r), ERR_BAD_ADDRESS);
	r.rip = 0x800000000000;
	tap_status(call_thread_exchange(A, REGISTERS_RIP, (uintptr_t)&r), ERR_BAD_ADDRESS);
	r.fs_base = 0x800000000000;
	tap_status(call_thread_exchange(A, REGISTERS_BASES, (uintptr_t)&r), ERR_BAD_ADDRESS);
	tap_status(call_thread_exchange(A, REGISTERS_ALL + 1ul, (uintptr_t)&r), ERR_BAD_VALUE);
	tap_status(call_thread_exchange(A, 0, 8), ERR_BAD_ADDRESS);
	tap_status(call_thread_exchange(A, 0, 0xffffffff80200000), ERR_BAD_ADDRESS);
	tap_status(call_thread_exchange(B, 0, (uintptr_t)&r), ERR_NO_CAP);
	tap_status(call_thread_exchange(PROBE_OWN, 0, (uintptr_t)&r), ERR_WRONG_STATE);
	call_object_destroy(A);
}

/* --- destruction ------------------------------------------------------------------------------------------------------ */

static void
test_destruction_in_every_state(void)
{
	tap_status(make(A), OK);
	tap_status(call_object_destroy(A), OK);			/* stopped */

	turns[0] = 0;
	worker_start(A, stacks[0], count_turns, 0);
	call_yield();
	tap_status(call_object_destroy(A), OK);			/* ready */
	call_yield();
	tap_equal(turns[0], 1);

	worker_start(A, stacks[0], sleep_long, 1ul << 40);
	call_yield();
	tap_equal(state_of(A), BLOCKED);
	tap_status(call_object_destroy(A), OK);			/* asleep, its timeout pending */

	worker_start(A, stacks[0], sleep_long, 1ul << 40);
	call_yield();
	call_thread_suspend(A);
	tap_status(call_object_destroy(A), OK);			/* asleep and suspended */

	seen = 0;
	worker_start(A, stacks[0], destroy_itself, A);
	call_yield();
	tap_equal(seen, 0);					/* running */
	tap_status(call_thread_info(A, &(uint64_t){0}, &(uint64_t){0}, &(uint64_t){0}, &(uint64_t){0}, &(uint64_t){0}),
		   ERR_NO_CAP);
}

/* More in turn than any pool holds; then as many as the pool holds, and all of them gone again, twice. */
static void
test_nothing_leaks(void)
{
	unsigned long made[2], failed = 0;

	for (unsigned i = 0; i < 3000; i++) {
		failed += worker_start(A, stacks[0], i % 2 ? note_and_exit : destroy_itself, A) != OK;
		call_yield();
	}
	tap_equal(failed, 0);
	for (unsigned round = 0; round < 2; round++) {
		for (made[round] = 0; made[round] < 16 && make(SELF + 1 + made[round]) == OK;)
			made[round]++;
		for (unsigned long i = 0; i < made[round]; i++)
			call_object_destroy(SELF + 1 + i);
	}
	tap_equal(made[0], 16);
	tap_equal(made[1], 16);
}

/* --- floating point ----------------------------------------------------------------------------------------------------- */

static void
leave_in_xmm(unsigned long value)
{
	for (unsigned i = 0; i < 3; i++) {
		unsigned long found;

		__asm__ volatile("movq %1, %%xmm3; movq %%xmm3, %%xmm15" : "=&r"(found) : "r"(value) : "xmm3", "xmm15");
		call_yield();
		__asm__ volatile("movq %%xmm15, %0" : "=r"(found));
		seen += found != value;
	}
	call_thread_exit();
}

static void
look_at_xmm(unsigned long argument)
{
	unsigned long found = argument;
	unsigned mxcsr;

	__asm__ volatile("movq %%xmm3, %0" : "=r"(found));
	__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
	turns[0] = found;
	turns[1] = mxcsr;
	call_thread_exit();
}

static void
test_floating_point_is_a_threads_own(void)
{
	seen = 0;
	worker_start(A, stacks[0], leave_in_xmm, 0x1111111111111111);
	worker_start(B, stacks[1], leave_in_xmm, 0x2222222222222222);
	call_yield();
	worker_start(C, stacks[2], look_at_xmm, 0);
	for (unsigned i = 0; i < 4; i++)
		call_yield();
	tap_equal(seen, 0);
	tap_equal(turns[0], 0);			/* a new thread's registers are 0, whatever ran before */
	tap_equal(turns[1], 0x1f80);
}

static void
note_vector(unsigned long vector)
{
	seen = vector;
	call_thread_exit();
}

static void
use_xmm(unsigned long value)
{
	call_exception_handler((uintptr_t)note_vector);
	__asm__ volatile("movq %0, %%xmm3" :: "r"(value) : "xmm3");
	call_thread_exit();
}

static void
test_declared_without_floating_point(void)
{
	uint64_t id;

	seen = 0;
	tap_status(call_thread_create(PROBE_OWN, 1, A, &id), OK);
	tap_status(call_thread_start(A, (uintptr_t)use_xmm, (uintptr_t)stacks[1] - 8, 0), OK);
	call_yield();
	tap_equal(seen, 7);			/* device not available */
}

int
main(void)
{
	test_creation_errors();
	test_start_errors();
	test_runs_and_exits();
	test_suspension();
	test_suspends_itself();
	test_names_itself();
	test_priorities();
	test_yield_to();
	test_exchange();
	test_exchange_sanitises();
	test_destruction_in_every_state();
	test_nothing_leaks();
	test_floating_point_is_a_threads_own();
	test_declared_without_floating_point();
	tap_done();
}
