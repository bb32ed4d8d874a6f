/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: sleeping, timer objects, preemption by a tick, and what threads are charged. */
#include "tap.h"
#include "worker.h"

enum { A = 32, B, C, TIMER = 40, TIMERS = 20 };

#define MILLISECOND	1000000ul	/* ticks of the standard machine */
#define LATE		(MILLISECOND / 2)	/* that self-checks may take meanwhile */

static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned long order[8], woken;

static inline uint64_t
now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static void
sleep_and_note(unsigned long milliseconds)
{
	call_sleep(milliseconds * MILLISECOND);
	order[woken++] = milliseconds;
	call_thread_exit();
}

static unsigned long
expired(unsigned long timer)
{
	uint64_t count = -1ul, pending;

	call_timer_info(timer, &count, &pending);
	return count;
}

/* --- sleep -------------------------------------------------------------------------------------------------------------- */

static void
test_sleep_lasts(void)
{
	uint64_t before = now();

	tap_status(call_sleep(3 * MILLISECOND), OK);
	uint64_t slept = now() - before;
	tap_ok(slept >= 3 * MILLISECOND, "not shorter than asked for");
	tap_ok(slept < 3 * MILLISECOND + LATE, "nor much longer");
	tap_status(call_sleep(0), OK);
}

static void
test_sleepers_wake_in_order(void)
{
	woken = 0;
	tap_status(worker_start(A, stacks[0], sleep_and_note, 5), OK);
	tap_status(worker_start(B, stacks[1], sleep_and_note, 1), OK);
	tap_status(worker_start(C, stacks[2], sleep_and_note, 3), OK);
	tap_status(call_sleep(10 * MILLISECOND), OK);
	tap_equal(woken, 3);
	tap_equal(order[0], 1);
	tap_equal(order[1], 3);
	tap_equal(order[2], 5);
}

/* --- timers ------------------------------------------------------------------------------------------------------------- */

static void
test_timer_expires_once(void)
{
	uint64_t count = 0, pending = 0;

	tap_status(call_timer_create(TIMER), OK);
	tap_status(call_timer_create(TIMER), ERR_EXISTS);
	tap_status(call_timer_set(TIMER, MILLISECOND), OK);
	tap_status(call_timer_info(TIMER, &count, &pending), OK);
	tap_equal(count, 0);
	tap_equal(pending, 1);
	call_sleep(3 * MILLISECOND);
	tap_status(call_timer_info(TIMER, &count, &pending), OK);
	tap_equal(count, 1);
	tap_equal(pending, 0);
}

static void
test_timer_is_cancelled_and_moved(void)
{
	tap_status(call_timer_set(TIMER, MILLISECOND), OK);
	tap_status(call_timer_cancel(TIMER), OK);
	tap_status(call_timer_cancel(TIMER), OK);
	call_sleep(2 * MILLISECOND);
	tap_equal(expired(TIMER), 1);
	tap_status(call_timer_set(TIMER, MILLISECOND), OK);
	tap_status(call_timer_set(TIMER, 4 * MILLISECOND), OK);
	call_sleep(2 * MILLISECOND);
	tap_equal(expired(TIMER), 1);
	call_sleep(3 * MILLISECOND);
	tap_equal(expired(TIMER), 2);
}

static void
test_extreme_deadlines(void)
{
	tap_status(call_timer_set(TIMER, 0), OK);
	call_null_full();
	tap_equal(expired(TIMER), 3);		/* due when it was set */
	tap_status(call_timer_set(TIMER, -1ul), OK);
	call_sleep(MILLISECOND);
	tap_equal(expired(TIMER), 3);		/* never */
	tap_status(call_object_destroy(TIMER), OK);
	tap_status(call_timer_set(TIMER, 0), ERR_NO_CAP);
}

/* All due at one moment, in one interrupt or several. */
static void
test_many_at_once(void)
{
	unsigned long count = 0, failed = 0;
	uint64_t deadline = now() + 2 * MILLISECOND;

	for (unsigned long t = TIMER; t < TIMER + TIMERS; t++) {
		failed += call_timer_create(t) != OK;
		failed += call_timer_set(t, deadline - now()) != OK;
	}
	tap_equal(failed, 0);
	call_sleep(4 * MILLISECOND);
	for (unsigned long t = TIMER; t < TIMER + TIMERS; t++) {
		count += expired(t);
		failed += call_object_destroy(t) != OK;
	}
	tap_equal(count, TIMERS);
	tap_equal(failed, 0);
}

static void
test_destroyed_while_set(void)
{
	tap_status(call_timer_create(TIMER), OK);
	tap_status(call_timer_set(TIMER, MILLISECOND), OK);
	tap_status(call_object_destroy(TIMER), OK);
	tap_status(call_sleep(2 * MILLISECOND), OK);
}

/* --- preemption and accounting ----------------------------------------------------------------------------------------------- */

static void __attribute__((noreturn))
spin(unsigned long which)
{
	for (;;)
		order[which]++;
}

/* A thread that never enters the kernel is left when one of higher priority wakes. */
static void
test_timer_preempts(void)
{
	uint64_t id, state, suspended, ticks = 0, switches = 0;
	uint64_t before = now();

	order[0] = 0;
	tap_status(call_thread_priority(PROBE_OWN, 1), OK);
	tap_status(call_thread_create(PROBE_OWN, 0, A, &id), OK);
	tap_status(call_thread_priority(A, 0), OK);
	tap_status(call_thread_start(A, (uintptr_t)spin, (uintptr_t)stacks[1] - 8, 0), OK);
	tap_equal(order[0], 0);
	tap_status(call_sleep(2 * MILLISECOND), OK);
	tap_ok(now() - before < 2 * MILLISECOND + LATE, "woken while another spins");
	tap_ok(order[0] > 100000, "which ran meanwhile");
	tap_status(call_thread_info(A, &id, &state, &suspended, &ticks, &switches), OK);
	tap_ok(ticks > 2 * MILLISECOND - LATE && ticks < 2 * MILLISECOND + LATE, "and was charged for it");
	tap_equal(switches, 1);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_thread_priority(PROBE_OWN, 0), OK);
}

static void
test_errors(void)
{
	uint64_t count;

	tap_status(call_timer_set(A, 1), ERR_NO_CAP);
	tap_status(call_timer_create(1ul << 32), ERR_NO_CAP);
	tap_status(call_tick(1, &count), ERR_BAD_VALUE);
	tap_status(call_tick(MILLISECOND, &count), OK);
	tap_status(call_sleep(1), ERR_WRONG_STATE);
	tap_status(call_tick(0, &count), OK);
}

/* So late that the clock does not get there: it does not come round and find itself in the past. */
static void
test_endless_tick(void)
{
	uint64_t before = 0, after = 1;

	tap_status(call_tick(~0ul, &before), OK);
	for (volatile unsigned i = 0; i < 1000; i++)
		;
	tap_status(call_tick(0, &after), OK);
	tap_equal(after, before);
}

int
main(void)
{
	test_sleep_lasts();
	test_sleepers_wake_in_order();
	test_timer_expires_once();
	test_timer_is_cancelled_and_moved();
	test_extreme_deadlines();
	test_many_at_once();
	test_destroyed_while_set();
	test_timer_preempts();
	test_errors();
	test_endless_tick();
	tap_done();
}
