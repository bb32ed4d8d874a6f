/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a hostile client can do to a server and to its other clients: nothing that lasts.  One server, one client that behaves and must be served
 * each time within a bound, and one attempt after the other beside them.
 */
#include "schedule.h"

#include <janus/registers.h>

#define WAIT		((uint64_t)IPC_TICKS(1000, 10) << IPC_RECEIVE_TIME)	/* a million ticks */
#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define CALLS		50		/* of the one that behaves, beside each attempt */
#define BOUND		(4 * SLICE)	/* ticks for one of them: two others of its priority, and a slice of grace */

enum { SERVER, VICTIM, ATTACKER, SECOND };
enum { BACK = 60, BADGED };			/* the attacker's own endpoint; a capability to E with a badge */

static volatile uint64_t served, worst;

static uint64_t
clock_now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* Adds 1 to the first word; calls back whom the second word asks for, but waits for that no longer than it has time. */
static void
server(unsigned long which)
{
	struct message m = { 0 };

	for (;;) {
		if (message_ipc(CALL_IPC_REPLY_WAIT, E, &m) != OK)
			continue;
		if (m.word[1] == BACK) {
			struct message back = { 0 };
			message_ipc(CALL_IPC_CALL | AT_ONCE << IPC_SEND_TIME | (uint64_t)IPC_TICKS(100, 10) << IPC_RECEIVE_TIME, BACK, &back);
		}
		m.word[0]++;
		count[which]++;
	}
}

static void
victim(unsigned long which)
{
	struct message m = { .word = { 0 } };

	for (unsigned i = 0; i < CALLS; i++) {
		m.word[0] = i;
		m.word[1] = 0;
		uint64_t before = clock_now();
		if (message_ipc(CALL_IPC_CALL, E, &m) == OK && m.word[0] == i + 1)
			served++;
		uint64_t took = clock_now() - before;
		worst = took > worst ? took : worst;
	}
	status[which] = 1;
	call_thread_exit();
}

/* --- attempts: each for ever ------------------------------------------------------------------------------------------------- */

/* Calls without end. */
static void
flood_calls(unsigned long which)
{
	struct message m = { 0 };

	for (;;)
		message_ipc(CALL_IPC_CALL, BADGED, &m);
}

/* Sends that want no answer, and have no patience. */
static void
flood_sends(unsigned long which)
{
	for (;;)
		ipc_signal(CALL_IPC_SEND | AT_ONCE << IPC_SEND_TIME, BADGED);
}

/* Wants an answer at once, so that it is gone when the server has one. */
static void
no_patience(unsigned long which)
{
	for (;;)
		ipc_signal(CALL_IPC_CALL | AT_ONCE << IPC_RECEIVE_TIME, BADGED);
}

/* Has the server call it, takes that call, and never answers. */
static void
never_replies(unsigned long which)
{
	struct message m = { .word = { 0, BACK } };

	message_ipc(CALL_IPC_CALL | AT_ONCE << IPC_RECEIVE_TIME, BADGED, &m);
	message_ipc(CALL_IPC_RECEIVE, BACK, &m);
	for (;;)
		call_yield();
}

/* Has the server call it, and does not even receive. */
static void
never_receives(unsigned long which)
{
	struct message m = { .word = { 0, BACK } };

	for (;;)
		message_ipc(CALL_IPC_CALL | AT_ONCE << IPC_RECEIVE_TIME, BADGED, &m);
}

/* A tag of everything, from a thread that has no UTCB, with words that make no sense. */
static void
senseless(unsigned long which)
{
	uint64_t random = 1;

	for (;;) {
		random = random * 6364136223846793005 + 1442695040888963407;
		ipc_signal(CALL_IPC_CALL | random >> 48 << IPC_TAG | AT_ONCE << IPC_SEND_TIME | AT_ONCE << IPC_RECEIVE_TIME, random >> 32 & 127);
	}
}

/* Would serve in the server's place. */
static void
impostor(unsigned long which)
{
	for (;;)
		status[which] = ipc_signal(CALL_IPC_RECEIVE, BADGED);
}

static void
beside(const char *attempt, void (*attack)(unsigned long), unsigned long context)
{
	served = worst = 0;
	begin(ATTACKER, attack, 100, context);
	begin(SECOND, attack, 100, context);
	begin(VICTIM, victim, 100, SLOT_NONE);
	for (unsigned i = 0; i < 60 && !status[VICTIM]; i++)
		sleep_for(2 * SLICE);
	printf("# %s: the worst call took %lu ticks\n", attempt, worst);
	tap_equal(served, CALLS);
	tap_ok(worst < BOUND, attempt);
	stop(VICTIM), stop(ATTACKER), stop(SECOND);
}

/* --- attempts that somebody else finishes ------------------------------------------------------------------------------------- */

/* At whatever point of its call it is: dies, is suspended, has other registers. */
static void
test_ends_anywhere(void)
{
	struct registers registers = { 0 };
	bool all = true;

	for (unsigned ticks = 100; ticks < 6000; ticks += 173) {
		begin(ATTACKER, flood_calls, 100, SLOT_NONE);
		sleep_for(ticks);
		if (ticks % 3 == 1)
			call_thread_suspend(W0 + ATTACKER);
		if (ticks % 3 == 2)
			call_thread_exchange(W0 + ATTACKER, REGISTERS_RAX, (uintptr_t)&registers);
		if (ticks % 3 != 1)
			stop(ATTACKER);
		served = 0;
		begin(VICTIM, victim, 100, SLOT_NONE);
		sleep_for(SLICE);
		all &= served == CALLS;
		stop(VICTIM);
		stop(ATTACKER);
	}
	tap_ok(all, "all calls are served after each of them");
}

int
main(void)
{
	call_thread_priority(SLOT_OWN, ABOVE);
	call_endpoint_create(SLEEP);
	call_endpoint_create(E);
	call_endpoint_create(BACK);
	call_cap_mint(E, SLOT_OWN, BADGED, RIGHT_SEND, 666);
	call_context_create(C, BUDGET, 100 * PERIOD);
	begin(SERVER, server, 120, SLOT_NONE);
	beside("two that only run", spin, SLOT_NONE);
	beside("floods of calls", flood_calls, SLOT_NONE);
	beside("floods of messages", flood_sends, SLOT_NONE);
	beside("calls without patience", no_patience, SLOT_NONE);
	beside("never replying", never_replies, SLOT_NONE);
	beside("never receiving", never_receives, SLOT_NONE);
	beside("senseless calls", senseless, SLOT_NONE);
	beside("calls whose time ends", flood_calls, C);
	beside("receiving without the right", impostor, SLOT_NONE);
	tap_equal(count[SERVER] > 0, 1);
	test_ends_anywhere();
	tap_done();
}
