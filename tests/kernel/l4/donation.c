/* SPDX-License-Identifier: BSD-2-Clause */
/* What a call hands on: its client's priority and time, along a chain, when time ends on the way, and when something fails there. */
#include "schedule.h"

static volatile uint64_t work;		/* ticks that a server works for a call */

/* --- workers ------------------------------------------------------------------------------------------------------------- */

static void
spin_for(uint64_t ticks)
{
	for (uint64_t left = ticks / 4; left; left--)
		__asm__ volatile("nop");
}

/* Calls E over and over. */
static void
call_e(unsigned long which)
{
	for (;;) {
		status[which] = ipc_signal(CALL_IPC_CALL, E);
		count[which]++;
	}
}

/* Calls E once. */
static void
call_once(unsigned long which)
{
	status[which] = 1 + ipc_signal(CALL_IPC_CALL, E);
	call_thread_exit();
}

/* Serves E, with so much work a call. */
static void
serve(unsigned long which)
{
	while (ipc_signal(CALL_IPC_REPLY_WAIT, E) == OK) {
		count[which]++;
		spin_for(work);
	}
	call_thread_exit();
}

static void
serve_f(unsigned long which)
{
	while (ipc_signal(CALL_IPC_REPLY_WAIT, F) == OK) {
		count[which]++;
		spin_for(work);
	}
	call_thread_exit();
}

/* Serves E by calling F; status is what became of that. */
static void
serve_by_f(unsigned long which)
{
	while (ipc_signal(CALL_IPC_REPLY_WAIT, E) == OK) {
		status[which] = ipc_signal(CALL_IPC_CALL, F);
		count[which]++;
		spin_for(work);
	}
	call_thread_exit();
}

/* Serves E: makes thread W3, which spins. */
static void
serve_by_making(unsigned long which)
{
	uint64_t id;

	while (ipc_signal(CALL_IPC_REPLY_WAIT, E) == OK) {
		status[which] = 1 + (call_thread_create(SLOT_OWN, W0 + 3, &id) ||
				     call_thread_start(W0 + 3, (uintptr_t)spin, (uintptr_t)stacks[3] + WORKER_STACK - 8, 3));
		count[which]++;
	}
	call_thread_exit();
}

/* Calls E once, and waits for the reply no longer than 10 PERIODs. */
static void
call_impatiently(unsigned long which)
{
	status[which] = ipc_signal(CALL_IPC_CALL | (uint64_t)IPC_TICKS(10 * PERIOD / 16384, 14) << IPC_RECEIVE_TIME, E);
	call_thread_exit();
}

/* --- whose time ---------------------------------------------------------------------------------------------------------- */

/* A server without time of its own works on its client's, and waits with it. */
static void
test_passive_server(void)
{
	call_context_create(C, BUDGET, PERIOD);
	call_context_create(D, 0, PERIOD);
	begin(0, serve, 120, SLOT_NONE);
	sleep_for(PERIOD);
	tap_status(call_thread_context(W0, D), OK);	/* it waits for its first client */
	work = 3 * BUDGET;
	begin(1, call_e, 100, C);
	uint64_t before = used(C);
	sleep_for(10 * PERIOD);
	tap_ok(count[1] >= 2, "calls are served");
	tap_ok(used(C) - before <= 11 * BUDGET + SLACK && used(C) - before >= 9 * BUDGET, "on the client's budget");
	tap_equal(used(D), 0);
	stop(0), stop(1);
	call_object_destroy(C);
	call_object_destroy(D);
}

/* Two clients, the first of which has too little time: of both the server has what they asked for after so many periods, but only the second its answer. */
static void
two_call(uint64_t periods)
{
	begin(1, call_once, 100, C);
	begin(2, call_once, 90, SLOT_NONE);
	sleep_for(periods * PERIOD);
	tap_equal(count[0], 2);
	tap_equal(status[2], 1);		/* OK */
	tap_equal(status[1], 0);
}

/* A client's budget ends while it is served: the server goes on by itself, the next client is served, the first one waits for its time. */
static void
test_client_without_time_does_not_stall(void)
{
	call_context_create(C, BUDGET, 100 * PERIOD);
	work = 2 * BUDGET;
	begin(0, serve, 120, SLOT_NONE);
	sleep_for(PERIOD);
	two_call(4);
	tap_ok(used(C) <= BUDGET + SLACK, "the first client used what it had");
	sleep_for(100 * PERIOD);
	tap_equal(status[1], 1);
	stop(0);
	call_object_destroy(C);
}

/* The same through two servers, the middle one of which is in its own call when the time ends. */
static void
test_time_ends_in_a_chain(void)
{
	call_context_create(C, BUDGET, 100 * PERIOD);
	work = 2 * BUDGET;
	begin(3, serve_f, 121, SLOT_NONE);
	begin(0, serve_by_f, 120, SLOT_NONE);
	sleep_for(PERIOD);
	two_call(8);
	sleep_for(100 * PERIOD);
	tap_equal(status[1], 1);
	stop(0), stop(3);
	call_object_destroy(C);
}

/* A context that goes away while a server works on it. */
static void
test_context_destroyed_in_a_call(void)
{
	call_context_create(C, 40 * BUDGET, 100 * PERIOD);
	work = 10 * BUDGET;
	begin(0, serve, 80, SLOT_NONE);
	sleep_for(PERIOD);
	begin(1, call_once, 100, C);
	sleep_for(PERIOD);
	tap_equal(count[0], 1);
	tap_status(call_object_destroy(C), OK);
	begin(2, call_once, 90, SLOT_NONE);
	sleep_for(8 * PERIOD);
	tap_equal(status[2], 1);
	tap_equal(status[1], 0);
	stop(1);
	stop(0);
}

/* Who has no time any more makes nobody who has some, not even while it works on a client's. */
static void
test_no_time_to_give(void)
{
	call_context_create(D, BUDGET, PERIOD);
	begin(0, serve_by_making, 80, SLOT_NONE);
	sleep_for(PERIOD);
	tap_status(call_thread_context(W0, D), OK);
	tap_status(call_object_destroy(D), OK);
	count[3] = 0;
	begin(1, call_once, 100, SLOT_NONE);
	sleep_for(4 * PERIOD);
	tap_equal(status[1], 1);
	tap_equal(status[0], 1);
	tap_equal(count[3], 0);
	stop(0), stop(3);
}

/*
 * A chain of three below an urgent client, each of lower own priority, and somebody between who would run for ever.  He gets nothing while the
 * chain works for the client.
 */
static void
test_no_inversion(void)
{
	work = BUDGET;
	begin(3, serve_f, 50, SLOT_NONE);
	begin(0, serve_by_f, 60, SLOT_NONE);
	sleep_for(PERIOD);
	begin(2, spin, 100, SLOT_NONE);
	begin(1, call_once, 200, SLOT_NONE);
	sleep_for(PERIOD / 10);
	uint64_t before = ticks_of(2);
	sleep_for(PERIOD / 8);
	tap_equal(ticks_of(2), before);		/* in the midst of the call */
	sleep_for(2 * PERIOD);
	tap_equal(status[1], 1);
	tap_ok(ticks_of(2) > before, "afterwards he does");
	for (unsigned i = 0; i < WORKERS; i++)
		stop(i);
}

/* The middle of the chain loses its server: it is its client's urgency that it goes on with. */
static void
test_no_inversion_after_a_failure(void)
{
	work = BUDGET;
	begin(3, serve_f, 50, SLOT_NONE);
	begin(0, serve_by_f, 60, SLOT_NONE);
	sleep_for(PERIOD);
	begin(2, spin, 100, SLOT_NONE);
	begin(1, call_once, 200, SLOT_NONE);
	sleep_for(PERIOD / 10);
	uint64_t before = ticks_of(2);
	stop(3);
	sleep_for(PERIOD / 10);
	tap_equal(status[0], ERR_CANCELLED);
	tap_equal(ticks_of(2), before);
	sleep_for(PERIOD);
	tap_equal(status[1], 1);
	for (unsigned i = 0; i < WORKERS; i++)
		stop(i);
}

/* The client waits no longer: none of the chain is urgent any more. */
static void
test_client_leaves_a_chain(void)
{
	work = 400 * BUDGET;
	begin(3, serve_f, 50, SLOT_NONE);
	begin(0, serve_by_f, 60, SLOT_NONE);
	sleep_for(PERIOD);
	begin(2, spin, 100, SLOT_NONE);
	begin(1, call_impatiently, 200, SLOT_NONE);
	sleep_for(9 * PERIOD);
	uint64_t before = ticks_of(2);
	sleep_for(PERIOD / 2);
	tap_equal(ticks_of(2), before);
	sleep_for(2 * PERIOD);
	tap_equal(status[1], ERR_TIMEOUT);
	tap_ok(ticks_of(2) > before, "who is between runs from then on");
	for (unsigned i = 0; i < WORKERS; i++)
		stop(i);
}

/* A change of the client's priority reaches who works for it. */
static void
test_change_reaches_the_chain(void)
{
	work = 4 * BUDGET;
	begin(3, serve_f, 50, SLOT_NONE);
	begin(0, serve_by_f, 60, SLOT_NONE);
	sleep_for(PERIOD);
	begin(1, call_once, 90, SLOT_NONE);
	sleep_for(PERIOD / 10);
	begin(2, spin, 100, SLOT_NONE);
	sleep_for(PERIOD / 10);
	uint64_t before = ticks_of(3);
	sleep_for(PERIOD / 10);
	tap_equal(ticks_of(3), before);
	tap_status(call_thread_priority(W0 + 1, 110), OK);
	sleep_for(PERIOD / 10);
	tap_ok(ticks_of(3) > before, "above the one between from now on");
	for (unsigned i = 0; i < WORKERS; i++)
		stop(i);
}

int
main(void)
{
	call_thread_priority(SLOT_OWN, ABOVE);
	call_endpoint_create(SLEEP);
	call_endpoint_create(E);
	call_endpoint_create(F);
	test_passive_server();
	test_client_without_time_does_not_stall();
	test_time_ends_in_a_chain();
	test_context_destroyed_in_a_call();
	test_no_time_to_give();
	test_no_inversion();
	test_no_inversion_after_a_failure();
	test_client_leaves_a_chain();
	test_change_reaches_the_chain();
	tap_done();
}
