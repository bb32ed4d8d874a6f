/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: every operation's success and errors, every timeout, and every way in which a wait can end. */
#include <string.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, F, S, W0, W1, W2, SPACE };	/* slots */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))	/* 102,400 ticks */
#define LOW		100
#define HIGH		200

static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result[3];	/* a worker's status; NONE while it waits */
static struct message seen[3];		/* what it got */
static volatile unsigned long order, turn[3];

#define NONE 99u

static void
fill(struct message *m, unsigned long seed)
{
	for (int i = 0; i < IPC_WORDS; i++)
		m->word[i] = seed * 1000 + i;
	m->badge = 0;
}

static bool
filled(const struct message *m, unsigned long seed)
{
	for (int i = 0; i < IPC_WORDS; i++)
		if (m->word[i] != seed * 1000 + i)
			return false;
	return true;
}

static void
finish(unsigned long which, unsigned status)
{
	result[which] = status;
	turn[which] = ++order;
	call_thread_exit();
}

/* --- workers: their number in the low byte, timeouts where rax has them ------------------------------------------------ */

static void
do_operation(unsigned long which, uint64_t operation)
{
	fill(&seen[which], which + 1);
	finish(which, message_ipc(operation, E, &seen[which]));
}

static void sender(unsigned long a) { do_operation(a & 0xff, CALL_IPC_SEND | (a & ~0xfful)); }
static void caller(unsigned long a) { do_operation(a & 0xff, CALL_IPC_CALL | (a & ~0xfful)); }
static void receiver(unsigned long a) { do_operation(a & 0xff, CALL_IPC_RECEIVE | (a & ~0xfful)); }

/* Adds 1 to each word of what it is sent and replies, for ever. */
static void
echo(unsigned long which)
{
	struct message m = { 0 };

	for (;;) {
		if (message_ipc(CALL_IPC_REPLY_WAIT, E, &m) != OK)
			finish(which, ERR_CANCELLED);
		seen[which] = m;
		for (int i = 0; i < IPC_WORDS; i++)
			m.word[i]++;
	}
}

/* Takes one call and never replies. */
static void
silent(unsigned long which)
{
	struct message m = { 0 };

	result[which] = message_ipc(CALL_IPC_RECEIVE, E, &m);
	for (;;)
		call_yield();
}

static void
start(unsigned which, void (*worker)(unsigned long), unsigned long timeouts)
{
	result[which] = NONE;
	if (worker_start(W0 + which, stacks[which], worker, which | timeouts) != OK)
		tap_ok(false, "a worker starts");
	call_yield();
}

static void
stop(unsigned which)
{
	call_object_destroy(W0 + which);
}

static unsigned
ipc(uint64_t operation, unsigned long slot)
{
	struct message m;

	fill(&m, 7);
	return message_ipc(operation, slot, &m);
}

/* --- without a partner ---------------------------------------------------------------------------------------------------- */

static void
test_endpoints(void)
{
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_endpoint_create(E), ERR_EXISTS);
	tap_status(call_endpoint_create(9000), ERR_NO_CAP);
	tap_status(call_endpoint_create(-1ul), ERR_NO_CAP);
	tap_status(call_object_destroy(E), OK);
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), ERR_NO_CAP);
	tap_status(call_endpoint_create(E), OK);
}

static void
test_errors(void)
{
	uint64_t id;

	for (uint64_t o = CALL_IPC_CALL; o <= CALL_IPC_RECEIVE; o++) {
		tap_status(ipc(o, F), ERR_NO_CAP);
		tap_status(ipc(o, 20000), ERR_NO_CAP);
		tap_status(ipc(o, 1ul << 32 | E), ERR_NO_CAP);
	}
	tap_status(call_thread_self(W0, &id), OK);
	tap_status(ipc(CALL_IPC_CALL, W0), ERR_NO_CAP);
	tap_status(call_cap_delete(W0), OK);
	tap_status(call_cap_copy(E, SLOT_OWN, F, RIGHTS_ALL & ~RIGHT_SEND), OK);
	tap_status(ipc(CALL_IPC_SEND, F), ERR_NO_RIGHT);
	tap_status(ipc(CALL_IPC_CALL, F), ERR_NO_RIGHT);
	call_cap_delete(F);
	tap_status(call_cap_copy(E, SLOT_OWN, F, RIGHTS_ALL & ~RIGHT_RECEIVE), OK);
	tap_status(ipc(CALL_IPC_RECEIVE, F), ERR_NO_RIGHT);
	tap_status(ipc(CALL_IPC_REPLY_WAIT, F), ERR_NO_RIGHT);
	call_cap_delete(F);
	tap_status(ipc(CALL_IPC_REPLY, 0), ERR_NOT_FOUND);
	tap_status(ipc(CALL_IPC_CALL | 1ul << IPC_TAG, E), ERR_BAD_VALUE);
	tap_status(ipc((CALL_IPC_RECEIVE_FROM + 1ul) | AT_ONCE << 16, E), ERR_NO_CALL);
}

static void
test_timeouts_alone(void)
{
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_CALL | AT_ONCE << 16, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_RECEIVE | AT_ONCE << 32, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_REPLY_WAIT | AT_ONCE << 32, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_SEND | SOON << 16, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_CALL | SOON << 16, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_RECEIVE | SOON << 32, E), ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_REPLY_WAIT | SOON << 32, E), ERR_TIMEOUT);
}

/* --- messages ------------------------------------------------------------------------------------------------------------- */

static void
test_call(void)
{
	struct message m;

	start(0, echo, 0);
	for (unsigned long i = 1; i < 4; i++) {
		fill(&m, i);
		m.badge = 4711;
		tap_status(message_ipc(CALL_IPC_CALL, E, &m), OK);
		tap_ok(filled(&seen[0], i), "the server gets every word");
		tap_ok(m.word[0] == i * 1000 + 1 && m.word[10] == i * 1000 + 11, "so does the caller");
		tap_equal(m.badge, 0);
	}
	tap_status(call_cap_mint(E, SLOT_OWN, F, RIGHT_SEND, 17), OK);
	tap_status(message_ipc(CALL_IPC_CALL, F, &m), OK);
	tap_equal(seen[0].badge, 17);
	call_cap_delete(F);
	tap_status(message_ipc(CALL_IPC_CALL | SOON << 16 | SOON << 32, E, &m), OK);
	tap_status(message_ipc(CALL_IPC_CALL | AT_ONCE << 16, E, &m), OK);
	stop(0);
}

static void
test_send_first(void)
{
	struct message m = { 0 };

	start(0, sender, 0);
	start(1, caller, 0);
	start(2, sender, SOON << 16);
	tap_equal(result[0], NONE);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_ok(filled(&m, 1), "the first who came");
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_ok(filled(&m, 2), "the second");
	fill(&m, 5);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, E, &m), OK);
	tap_ok(filled(&m, 3), "the third, with the reply to the second");
	call_yield();
	tap_equal(result[0], OK);
	tap_equal(result[1], OK);
	tap_equal(result[2], OK);
	tap_ok(filled(&seen[1], 5), "the reply");
	tap_status(ipc(CALL_IPC_REPLY, 0), ERR_NOT_FOUND);
}

static void
test_receive_first(void)
{
	start(0, receiver, 0);
	start(1, receiver, 0);
	start(2, receiver, SOON << 32);
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), OK);
	call_yield();
	tap_equal(result[0], OK);
	tap_equal(result[1], NONE);
	tap_ok(filled(&seen[0], 7), "a message");
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), OK);
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), OK);
	tap_status(ipc(CALL_IPC_SEND | AT_ONCE << 16, E), ERR_TIMEOUT);
	call_yield();
	tap_equal(result[1], OK);
	tap_equal(result[2], OK);
}

/* --- ends of a wait --------------------------------------------------------------------------------------------------------- */

typedef void worker(unsigned long);
static worker *const waiters[] = { sender, caller, receiver };

static void
test_endpoint_destroyed(void)
{
	for (int i = 0; i < 3; i++) {
		for (unsigned w = 0; w < 3; w++)
			start(w, waiters[i], w == 1 ? SOON << 16 | SOON << 32 : 0);
		tap_status(call_object_destroy(E), OK);
		call_yield();
		for (unsigned w = 0; w < 3; w++)
			tap_equal(result[w], ERR_CANCELLED);
		tap_equal(seen[0].word[3], 0);
		call_endpoint_create(E);
	}
}

static void
test_cancelled(void)
{
	for (int i = 0; i < 3; i++) {
		start(0, waiters[i], 0);
		start(1, waiters[i], 0);
		tap_status(call_thread_cancel(W0), OK);
		call_yield();
		tap_equal(result[0], ERR_CANCELLED);
		tap_equal(result[1], NONE);
		stop(1);			/* dies while it waits */
		tap_status(ipc((i == 2 ? CALL_IPC_SEND : CALL_IPC_RECEIVE) | AT_ONCE << 16 | AT_ONCE << 32, E), ERR_TIMEOUT);
	}
	tap_status(call_thread_cancel(SLOT_OWN), ERR_WRONG_STATE);
	tap_status(call_thread_cancel(W0), ERR_NO_CAP);
}

static void
test_server_dies(void)
{
	struct message m = { 0 };

	start(0, silent, 0);
	start(1, caller, 0);
	tap_equal(result[0], OK);
	tap_equal(result[1], NONE);
	stop(0);
	call_yield();
	tap_equal(result[1], ERR_CANCELLED);

	start(1, caller, 0);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(ipc(CALL_IPC_RECEIVE | AT_ONCE << 32, E), ERR_TIMEOUT);	/* gives the caller up */
	call_yield();
	tap_equal(result[1], ERR_CANCELLED);
}

static void
test_caller_gone(void)
{
	struct message m = { 0 };

	start(0, caller, 0);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	stop(0);
	tap_status(ipc(CALL_IPC_REPLY, 0), ERR_NOT_FOUND);

	start(0, caller, 0);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(call_thread_cancel(W0), OK);
	tap_status(ipc(CALL_IPC_REPLY, 0), ERR_NOT_FOUND);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);

	start(0, caller, SOON << 32);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(ipc(CALL_IPC_SEND | (uint64_t)IPC_TICKS(400, 10) << 16, E), ERR_TIMEOUT);
	tap_equal(result[0], ERR_TIMEOUT);
	tap_status(ipc(CALL_IPC_REPLY, 0), ERR_NOT_FOUND);

	start(0, caller, SOON << 32);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(ipc(CALL_IPC_REPLY_WAIT | AT_ONCE << 32, E), ERR_TIMEOUT);
	call_yield();
	tap_equal(result[0], OK);
}

/* --- suspended partners ------------------------------------------------------------------------------------------------------ */

static void
test_suspended(void)
{
	start(0, receiver, 0);
	call_thread_suspend(W0);
	tap_status(ipc(CALL_IPC_SEND, E), OK);
	call_yield();
	tap_equal(result[0], NONE);
	call_thread_resume(W0);
	call_yield();
	tap_equal(result[0], OK);

	start(0, echo, 0);
	call_thread_suspend(W0);
	start(1, caller, 0);
	tap_equal(result[1], NONE);
	call_thread_resume(W0);
	call_yield();
	tap_equal(result[1], OK);

	start(1, caller, 0);
	stop(0);
	call_yield();
}

/* --- priorities ---------------------------------------------------------------------------------------------------------------- */

static void
test_priorities(void)
{
	struct message m = { 0 };

	tap_status(call_thread_priority(SLOT_OWN, 256), ERR_BAD_VALUE);
	tap_status(call_thread_priority(W0, 1), ERR_NO_CAP);
	start(0, echo, 0);
	tap_status(call_thread_priority(W0, LOW), OK);
	tap_status(message_ipc(CALL_IPC_CALL, E, &m), OK);	/* on this thread's priority */
	stop(0);

	order = 0;
	start(0, receiver, 0);
	start(1, receiver, 0);
	tap_status(call_thread_priority(W1, HIGH), OK);
	tap_status(ipc(CALL_IPC_SEND, E), OK);
	tap_equal(order, 0);			/* of this priority: not yet */
	tap_status(ipc(CALL_IPC_SEND, E), OK);
	tap_equal(order, 1);			/* of a higher one: at once */
	call_yield();
	tap_equal(turn[1], 1);
	tap_equal(turn[0], 2);
}

/* --- another space ---------------------------------------------------------------------------------------------------------------- */

static void
test_two_spaces(void)
{
	struct message m;

	tap_status(space_share(SPACE), OK);
	tap_status(call_cap_grow(SPACE, E), OK);
	tap_status(call_cap_copy(E, SPACE, E, RIGHTS_ALL), OK);
	result[0] = NONE;
	tap_status(worker_start_in(SPACE, W0, stacks[0], echo, 0), OK);
	call_yield();
	fill(&m, 3);
	tap_status(message_ipc(CALL_IPC_CALL, E, &m), OK);
	tap_ok(filled(&seen[0], 3), "the other space gets every word");
	tap_equal(m.word[5], 3006);
	tap_status(call_object_destroy(SPACE), OK);
	tap_status(ipc(CALL_IPC_CALL | AT_ONCE << 16, E), ERR_TIMEOUT);
}

int
main(void)
{
	test_endpoints();
	test_errors();
	test_timeouts_alone();
	test_call();
	test_send_first();
	test_receive_first();
	test_endpoint_destroyed();
	test_cancelled();
	test_server_dies();
	test_caller_gone();
	test_suspended();
	test_priorities();
	test_two_spaces();
	tap_done();
}
