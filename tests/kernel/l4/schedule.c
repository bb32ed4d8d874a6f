/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs, and for how long: priorities and their limits, slices, contexts and their budgets. */
#include "schedule.h"

static uint64_t
clock_now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* --- priorities and slices --------------------------------------------------------------------------------------------------- */

static void
test_priorities_exclude(void)
{
	begin(0, spin, 100, SLOT_NONE);
	begin(1, spin, 101, SLOT_NONE);
	sleep_for(4 * SLICE);
	tap_equal(count[0], 0);
	tap_ok(ticks_of(1) > 3 * SLICE, "the higher one has it all");
	call_thread_suspend(W0 + 1);
	sleep_for(SLICE);
	tap_ok(count[0] > 0, "then the lower one");
	stop(0), stop(1);
}

static void
test_slices_share(void)
{
	for (unsigned i = 0; i < 3; i++)
		begin(i, spin, 100, SLOT_NONE);
	sleep_for(30 * SLICE);
	for (unsigned i = 0; i < 3; i++)
		tap_ok(ticks_of(i) > 9 * SLICE - SLACK && ticks_of(i) < 11 * SLICE + SLACK, "a third, to a slice");
	for (unsigned i = 0; i < 3; i++)
		stop(i);
}

/* What `call_yield` gives in rax; all else but rcx and r11 is to be what it was. */
static uint64_t
yield_with_registers(bool *kept)
{
	uint64_t rax = CALL_YIELD, rdi = 1, rsi = 2, rdx = 3, lost = 0;
	register uint64_t r10 __asm__("r10") = 4;
	register uint64_t r8 __asm__("r8") = 5;
	register uint64_t r9 __asm__("r9") = 6;
	register uint64_t r12 __asm__("r12") = 7;
	register uint64_t r15 __asm__("r15") = 8;

	__asm__ volatile("syscall" : "+a"(rax), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(r12), "+r"(r15) : :
		"rcx", "r11", "memory");
	lost |= (rdi ^ 1) | (rsi ^ 2) | (rdx ^ 3) | (r10 ^ 4) | (r8 ^ 5) | (r9 ^ 6) | (r12 ^ 7) | (r15 ^ 8);
	*kept = !lost;
	return rax;
}

static void
yield_for_ever(unsigned long which)
{
	for (bool kept = true;; count[which] += kept)
		if (yield_with_registers(&kept) != OK || !kept)
			call_thread_exit();
}

static void
test_yield_keeps_registers(void)
{
	bool kept;

	tap_status((enum status)yield_with_registers(&kept), OK);
	tap_ok(kept, "alone");
	begin(0, yield_for_ever, ABOVE, SLOT_NONE);
	for (unsigned i = 0; i < 5; i++) {
		tap_status((enum status)yield_with_registers(&kept), OK);
		tap_ok(kept, "and beside another");
	}
	tap_ok(count[0] >= 4, "which has its turns");
	stop(0);
}

static void
test_limit(void)
{
	begin(0, spin, 100, SLOT_NONE);
	tap_status(call_thread_limit(NOTHING, 1), ERR_NO_CAP);
	tap_status(call_thread_limit(W0, 256), ERR_BAD_VALUE);
	tap_status(call_thread_limit(W0, 90), OK);	/* its own priority follows */
	begin(1, spin, 95, SLOT_NONE);
	sleep_for(SLICE);
	tap_equal(count[0], 0);
	stop(0), stop(1);
	call_cap_copy(SPACE, SLOT_OWN, NOTHING, 0);
}

/* A thread with a limit of 100 tries to get above it. */
static void
climb(unsigned long which)
{
	uint64_t id;

	status[which] = call_thread_priority(SLOT_OWN, 101) == ERR_NO_RIGHT && call_thread_limit(SLOT_OWN, 101) == ERR_NO_RIGHT &&
			call_thread_create(SLOT_OWN, W0 + 3, &id) == OK && call_thread_priority(W0 + 3, 101) == ERR_NO_RIGHT &&
			call_thread_priority(SLOT_OWN, 100) == OK;
	call_object_destroy(W0 + 3);
	call_thread_exit();
}

static void
test_limit_is_inherited(void)
{
	uint64_t id;

	status[0] = 0;
	call_thread_create(SLOT_OWN, W0, &id);
	tap_status(call_thread_limit(W0, 100), OK);
	call_thread_start(W0, (uintptr_t)climb, (uintptr_t)stacks[0] + WORKER_STACK - 8, 0);
	sleep_for(SLICE);
	tap_equal(status[0], 1);
}

/* --- contexts ------------------------------------------------------------------------------------------------------------------ */

static void
test_context_errors(void)
{
	uint64_t budget = 0, period = 0, ticks = 0;

	tap_status(call_context_create(C, BUDGET, PERIOD), OK);
	tap_status(call_context_create(C, BUDGET, PERIOD), ERR_EXISTS);
	tap_status(call_context_create(1 << 20, BUDGET, PERIOD), ERR_NO_CAP);
	tap_status(call_context_create(D, PERIOD + 1, PERIOD), ERR_BAD_VALUE);
	tap_status(call_context_create(D, 1, PERIOD), ERR_BAD_VALUE);
	tap_status(call_context_create(D, BUDGET, ~0ul), ERR_BAD_VALUE);
	tap_status(call_thread_context(SLOT_OWN, NOTHING), ERR_NO_CAP);
	tap_status(call_thread_context(NOTHING, C), ERR_NO_CAP);
	tap_status(call_context_info(NOTHING, &budget, &period, &ticks), ERR_NO_CAP);
	tap_status(call_context_info(C, &budget, &period, &ticks), OK);
	tap_ok(budget == BUDGET && period == PERIOD && ticks == 0, "what it was made with");
	tap_status(call_cap_copy(C, SLOT_OWN, D, RIGHT_SHARE), OK);
	tap_status(call_thread_context(SLOT_OWN, D), ERR_NO_RIGHT);
	tap_status(call_context_info(D, &budget, &period, &ticks), ERR_NO_RIGHT);
	call_cap_delete(D);
	tap_status(call_object_destroy(C), OK);
}

/* In every interval as long as the period: what a higher thread sees each period, whatever it is out of step. */
static void
test_no_thread_runs_past_its_budget(void)
{
	uint64_t last = 0, most = 0;

	call_context_create(C, BUDGET, PERIOD);
	begin(0, spin, 100, C);
	for (unsigned i = 0; i < 20; i++) {
		sleep_for(PERIOD - 1000 * i);
		uint64_t now = used(C);
		most = now - last > most ? now - last : most;
		last = now;
	}
	tap_ok(most <= BUDGET + SLACK, "not more than the budget in any of twenty periods");
	tap_ok(last >= 18 * BUDGET, "and nearly all of it");
	tap_ok(ticks_of(0) < last + SLACK && ticks_of(0) + SLACK > last, "the thread's own account agrees");
	begin(1, spin, 101, C);			/* two threads, one budget */
	last = used(C);
	sleep_for(10 * PERIOD);
	tap_ok(used(C) - last <= 11 * BUDGET + SLACK && used(C) - last >= 9 * BUDGET, "two threads of a context have it together");
	stop(0), stop(1);
	call_object_destroy(C);
}

/* Runs on a context and tries to get away from it; then works. */
static void
escape(unsigned long which)
{
	uint64_t id;

	status[which] = call_context_create(D, PERIOD, PERIOD) == ERR_NO_RIGHT &&
			call_thread_context(SLOT_OWN, SLOT_NONE) == ERR_NO_RIGHT &&
			call_thread_create(SLOT_OWN, W0 + 3, &id) == OK && call_thread_context(W0 + 3, SLOT_NONE) == ERR_NO_RIGHT &&
			call_thread_start(W0 + 3, (uintptr_t)spin, (uintptr_t)stacks[3] + WORKER_STACK - 8, 3) == OK;
	spin(which);
}

static void
test_nobody_gets_away(void)
{
	call_context_create(C, BUDGET, PERIOD);
	begin(0, escape, 100, C);
	sleep_for(4 * SLICE);
	tap_equal(status[0], 1);
	tap_ok(ticks_of(0) + ticks_of(3) <= (4 * SLICE / PERIOD + 1) * BUDGET + SLACK, "a thread and the one that it made have one budget");
	tap_ok(ticks_of(3) > 0, "both of them some");
	stop(0), stop(3);
	call_object_destroy(C);
}

static void
test_context_destroyed(void)
{
	call_context_create(C, BUDGET, PERIOD);
	call_context_create(D, BUDGET, PERIOD);
	begin(0, spin, 100, C);
	begin(1, spin, 100, C);
	sleep_for(PERIOD);
	tap_status(call_object_destroy(C), OK);
	uint64_t before = count[0] + count[1];
	sleep_for(10 * PERIOD);
	tap_equal(count[0] + count[1], before);
	tap_status(call_thread_context(W0, D), OK);
	sleep_for(PERIOD);
	tap_ok(count[0] + count[1] > before, "with another one it goes on");
	tap_status(call_thread_context(W0 + 1, SLOT_NONE), OK);
	before = count[1];
	sleep_for(PERIOD);
	tap_ok(count[1] > before, "and without limit");
	stop(0), stop(1);
	call_object_destroy(D);
}

/* Contexts of three spaces' threads: the capability is what is handed over. */
static void
test_handed_over(void)
{
	call_context_create(C, BUDGET, PERIOD);
	begin(0, spin, 100, SLOT_NONE);
	sleep_for(2 * PERIOD);
	tap_status(call_cap_copy(C, SLOT_OWN, D, RIGHT_CONTROL | RIGHT_READ), OK);
	tap_status(call_thread_context(W0, D), OK);
	uint64_t before = ticks_of(0);
	sleep_for(10 * PERIOD);
	tap_ok(ticks_of(0) - before <= 11 * BUDGET + SLACK, "limited from then on");
	call_cap_delete(D);
	stop(0);
	call_object_destroy(C);
}

#define PLACES		4095		/* for contexts, of the machine */
#define FIRST_CONTEXT	64		/* slots of their own */

/* Makes contexts until it may no more. */
static void
take_places(unsigned long which)
{
	enum status last = OK;

	for (unsigned long slot = FIRST_CONTEXT; last == OK; slot++) {
		last = call_cap_grow(SLOT_OWN, slot);
		last = last == OK ? call_context_create(slot, 0, PERIOD) : last;
		count[which] += last == OK;
	}
	status[which] = last;
	call_thread_exit();
}

/* Of WHICH in a space of its own; how many contexts that has in the end. */
static uint64_t
places_taken(unsigned which)
{
	count[which] = status[which] = 0;
	tap_status(space_share(SPACE + which), OK);
	for (unsigned i = 0; i < 20; i++)
		call_space_donate(SPACE + which, 16);
	tap_status(worker_start_in(SPACE + which, W0 + which, stacks[which], take_places, which), OK);
	while (status[which] == OK)
		sleep_for(SLICE);
	tap_status(status[which], ERR_LIMIT);
	return count[which];
}

/* Who takes all that it can get leaves as much to others: alone a half, beside another a third together with it, and so on. */
static void
test_places_are_shared(void)
{
	uint64_t first = places_taken(0);

	tap_equal(first, (PLACES + 1) / 2);
	tap_equal(places_taken(1), (PLACES - first + 1) / 2);
	tap_status(call_context_create(C, 0, PERIOD), OK);
	call_object_destroy(C);
	call_object_destroy(SPACE);
	call_object_destroy(SPACE + 1);
	stop(0), stop(1);
}

static void
test_places_for_contexts_end(void)
{
	unsigned made = 0;

	for (unsigned i = 0; i < 30; i++)
		call_space_donate(SLOT_OWN, 16);
	enum status last = OK;

	for (unsigned long slot = 64; last == OK && made < SHARED_BITS && call_cap_grow(SLOT_OWN, slot) == OK; slot++) {
		last = call_context_create(slot, 0, PERIOD);
		made += last == OK;
	}
	tap_status(last, ERR_LIMIT);
	tap_equal(made, PLACES);
	for (unsigned i = 0; i < made; i++)
		call_object_destroy(64 + i);
}

int
main(void)
{
	call_thread_priority(SLOT_OWN, ABOVE);
	call_endpoint_create(SLEEP);
	uint64_t start = clock_now();
	sleep_for(SLICE);
	tap_ok(clock_now() - start < SLICE + SLACK, "a sleep is as long as it should");
	test_priorities_exclude();
	test_slices_share();
	test_yield_keeps_registers();
	test_limit();
	test_limit_is_inherited();
	test_context_errors();
	test_no_thread_runs_past_its_budget();
	test_nobody_gets_away();
	test_context_destroyed();
	test_handed_over();
	test_places_are_shared();
	test_places_for_contexts_end();
	tap_done();
}
