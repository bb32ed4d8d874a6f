/* SPDX-License-Identifier: BSD-2-Clause */
/* Receiving from one partner alone: who comes through, who waits, and every way in which the wait can end. */
#include "tap.h"
#include "worker.h"

enum { E = 32, F, WEAK, W0, W1, W2 };	/* slots */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define NONE		99u

static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result[3];
static struct message got[3];

static void
finish(unsigned which, unsigned status)
{
	result[which] = status;
	call_thread_exit();
}

static void
sender(unsigned long which)
{
	got[which].word[0] = 100 + which;
	finish(which, message_ipc(CALL_IPC_SEND, E, &got[which]));
}

static void
caller(unsigned long which)
{
	got[which].word[0] = 100 + which;
	finish(which, message_ipc(CALL_IPC_CALL, E, &got[which]));
}

static void
idle(unsigned long which)
{
	for (;;)
		call_yield();
}

static volatile unsigned may_go, call;

/* Sends or calls when it is let. */
static void
late(unsigned long which)
{
	while (!may_go)
		call_yield();
	if (call)
		caller(which);
	sender(which);
}

static void
waits_for_next(unsigned long which)
{
	got[which].word[0] = W0 + which + 1;
	finish(which, message_ipc(CALL_IPC_RECEIVE_FROM, E, &got[which]));
}

static void
waits_soon(unsigned long which)
{
	got[which].word[0] = W0 + which + 1;
	finish(which, message_ipc(CALL_IPC_RECEIVE_FROM | SOON << 32, E, &got[which]));
}

static void
receiver(unsigned long which)
{
	finish(which, message_ipc(CALL_IPC_RECEIVE, E, &got[which]));
}

static void
start(unsigned which, void (*worker)(unsigned long))
{
	result[which] = NONE;
	if (worker_start(W0 + which, stacks[which], worker, which) != OK)
		tap_ok(false, "a worker starts");
	call_yield();
}

static void
let(unsigned go)
{
	may_go = go;
	for (int i = 0; i < 3; i++)
		call_yield();
}

static unsigned
from(struct message *m, unsigned long partner, uint64_t timeout)
{
	m->word[0] = partner;
	return message_ipc(CALL_IPC_RECEIVE_FROM | timeout << 32, E, m);
}

static void
test_errors(void)
{
	struct message m = { 0 };

	tap_status(call_endpoint_create(E), OK);
	tap_status(from(&m, W0, 0), ERR_NO_CAP);
	tap_status(from(&m, E, 0), ERR_NO_CAP);
	tap_status(from(&m, SLOT_OWN, 0), ERR_BAD_VALUE);
	start(0, idle);
	m.word[0] = W0;
	tap_status(message_ipc(CALL_IPC_RECEIVE_FROM, F, &m), ERR_NO_CAP);
	tap_status(call_cap_copy(E, SLOT_OWN, F, RIGHT_SEND), OK);
	tap_status(message_ipc(CALL_IPC_RECEIVE_FROM, F, &m), ERR_NO_RIGHT);
	tap_status(call_cap_copy(W0, SLOT_OWN, WEAK, RIGHTS_ALL & ~RIGHT_RECEIVE), OK);
	tap_status(from(&m, WEAK, 0), ERR_NO_RIGHT);
	tap_status(from(&m, W0, AT_ONCE), ERR_TIMEOUT);
	tap_status(from(&m, W0, SOON), ERR_TIMEOUT);
	call_object_destroy(W0);
}

/* The partner was there first, behind others. */
static void
test_partner_waits(void)
{
	struct message m = { 0 };

	start(0, sender);
	start(1, caller);
	start(2, sender);
	tap_status(from(&m, W2, 0), OK);
	tap_equal(m.word[0], 102);
	tap_status(from(&m, W1, 0), OK);
	tap_equal(m.word[0], 101);
	m.word[0] = 7;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	call_yield();
	tap_equal(result[1], OK);
	tap_equal(got[1].word[0], 7);
	tap_equal(result[2], OK);
	tap_equal(result[0], NONE);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_equal(m.word[0], 100);
	call_yield();
}

/* The partner comes later, with a send or a call; who came before it waits on. */
static void
test_partner_comes(void)
{
	struct message m = { 0 };

	for (unsigned i = 0; i < 2; i++) {
		call = i;
		start(1, late);
		start(0, waits_for_next);
		start(2, sender);
		tap_equal(result[0], NONE);
		tap_status(from(&m, W1, AT_ONCE), ERR_EXISTS);
		let(1);
		tap_equal(result[0], OK);
		tap_equal(got[0].word[0], 101);
		tap_equal(result[1], call ? ERR_CANCELLED : OK);	/* who received it has ended without a reply */
		tap_equal(result[2], NONE);
		tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
		let(0);
	}
}

static void
test_ends(void)
{
	struct message m = { 0 };

	start(1, idle);
	start(0, waits_for_next);
	call_object_destroy(W1);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);			/* the partner has died */

	start(1, idle);
	start(0, waits_soon);
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(400, 10) << 32, E, &m), ERR_TIMEOUT);
	tap_equal(result[0], ERR_TIMEOUT);
	start(0, waits_for_next);
	tap_status(call_thread_cancel(W0), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	start(0, waits_for_next);
	call_object_destroy(W0);				/* nobody awaits the partner any more */
	tap_status(from(&m, W1, AT_ONCE), ERR_TIMEOUT);
	start(0, waits_for_next);
	tap_status(call_object_destroy(E), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	tap_status(call_endpoint_create(E), OK);
	call_object_destroy(W1);
}

/* Who receives from anybody goes first. */
static void
test_open_receiver(void)
{
	call = 0;
	start(1, late);
	start(0, waits_for_next);
	start(2, receiver);
	let(1);
	tap_equal(result[2], OK);
	tap_equal(got[2].word[0], 101);
	tap_equal(result[1], OK);
	tap_equal(result[0], ERR_CANCELLED);			/* for its partner has ended */
	let(0);
}

int
main(void)
{
	test_errors();
	test_partner_waits();
	test_partner_comes();
	test_ends();
	test_open_receiver();
	tap_done();
}
