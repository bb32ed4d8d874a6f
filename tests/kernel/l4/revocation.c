/* SPDX-License-Identifier: BSD-2-Clause */
/* A capability goes while threads wait through it: they have an error, and others at the same endpoint wait on. */
#include <l4/kinds.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, WEAK, MOVED, THREAD, SERVER, N, W0 };	/* WEAK is derived from E and what the workers use */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define LATER		((uint64_t)IPC_TICKS(1000, 30))
#define NONE		99u
#define WORKERS		3
#define MANY		200
#define MINE		((struct utcb *)0x10000000)
#define ITS		((struct utcb *)0x10001000)
#define ITEMS(n)	((uint64_t)IPC_TAG_OF(0, n, 0) << IPC_TAG)

static char stacks[WORKERS][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result[WORKERS];

struct wait {
	uint64_t operation;
	unsigned slot;
};
static struct wait waits[WORKERS];

static void
waits_so(unsigned long who)
{
	struct message m = { .word = { THREAD } };
	uint64_t bits;

	result[who] = waits[who].operation ? message_ipc(waits[who].operation, waits[who].slot, &m) : call_notification_wait(N, 0, &bits);
	call_thread_exit();
}

static void
start(unsigned who, uint64_t operation, unsigned slot)
{
	result[who] = NONE;
	waits[who] = (struct wait){ operation, slot };
	if (worker_start(W0 + who, stacks[who], waits_so, who))
		tap_ok(false, "a worker starts");
	call_yield();
}

static void
stop(unsigned who)
{
	call_object_destroy(W0 + who);
	call_yield();
}

enum removal { DELETE, REVOKE, MOVE_DELETE, MOVE_REVOKE, REMOVALS };

static void
take_away(enum removal how)
{
	unsigned slot = WEAK;

	if (how == MOVE_DELETE || how == MOVE_REVOKE) {
		tap_status(call_cap_move(WEAK, SLOT_OWN, MOVED), OK);
		slot = MOVED;
	}
	for (unsigned who = 0; who < WORKERS; who++)
		tap_equal(result[who], NONE);
	tap_status(how == DELETE || how == MOVE_DELETE ? call_cap_delete(slot) : call_cap_revoke(E), OK);
	call_yield();
}

static const uint64_t operations[] = {
	CALL_IPC_SEND, CALL_IPC_CALL, CALL_IPC_RECEIVE, CALL_IPC_REPLY_WAIT, CALL_IPC_RECEIVE_FROM,
	CALL_IPC_SEND | LATER << IPC_SEND_TIME, CALL_IPC_RECEIVE | LATER << IPC_RECEIVE_TIME,
};

#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

/* Two wait through what goes, one through what stays; of those who wait for one partner there is one. */
static void
test_states(void)
{
	for (unsigned i = 0; i < OPERATIONS; i++)
		for (enum removal how = 0; how < REMOVALS; how++) {
			bool alone = operations[i] == CALL_IPC_RECEIVE_FROM;

			tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
			start(0, operations[i], WEAK);
			start(1, alone ? CALL_IPC_RECEIVE : operations[i], alone ? E : WEAK);
			start(2, alone ? CALL_IPC_RECEIVE : operations[i], E);
			take_away(how);
			tap_equal(result[0], ERR_CANCELLED);
			tap_equal(result[1], alone ? NONE : ERR_CANCELLED);
			tap_equal(result[2], NONE);
			stop(1);
			stop(2);
		}
}

/* The one whom the fast path finds. */
static void
test_alone(void)
{
	for (enum removal how = 0; how < REMOVALS; how++) {
		tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
		result[1] = result[2] = NONE;
		start(0, CALL_IPC_RECEIVE, WEAK);
		take_away(how);
		tap_equal(result[0], ERR_CANCELLED);
	}
}

static void
serves(unsigned long slot)
{
	struct message m = { 0 };

	while ((result[0] = message_ipc(CALL_IPC_REPLY_WAIT, slot, &m)) == OK)
		;
	call_thread_exit();
}

/* A server that waits since its last reply, by the fast path in a kernel that has one. */
static void
test_server(void)
{
	struct message m = { 0 };

	for (enum removal how = 0; how < REMOVALS; how++) {
		tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
		tap_status(worker_start(W0, stacks[0], serves, WEAK), OK);
		call_yield();
		for (int i = 0; i < 3; i++)
			tap_status(message_ipc(CALL_IPC_CALL, E, &m), OK);
		result[0] = result[1] = result[2] = NONE;
		take_away(how);
		tap_equal(result[0], ERR_CANCELLED);
		tap_status(message_ipc(CALL_IPC_CALL | AT_ONCE << IPC_SEND_TIME, E, &m), ERR_TIMEOUT);
	}
}

static const struct ipc_item moves_weak = { .kind = ITEM_CAP_MOVE, .rights = RIGHTS_ALL, .from = WEAK };

/* Waits through WEAK, which its reply hands to its caller. */
static void
hands_over_its_way(unsigned long who)
{
	struct message m = { 0 };

	if (message_ipc(CALL_IPC_RECEIVE, WEAK, &m))
		tap_ok(false, "a call comes");
	ITS->out[0] = moves_weak;
	result[who] = message_ipc(CALL_IPC_REPLY_WAIT | ITEMS(1), WEAK, &m);
	call_thread_exit();
}

/*
 * Waits through WEAK, which a message that it refuses for its second item has moved by its first.  Preempted between the two it has nothing to wait
 * through, for its call is executed again.
 */
static void
loses_its_way(unsigned long who)
{
	struct message m = { 0 };

	ITS->window = (struct ipc_window){ .slot = MOVED, .slots = 1 };
	result[who] = message_ipc(CALL_IPC_RECEIVE, WEAK, &m);
	call_thread_exit();
}

static void
start_with_utcb(void (*code)(unsigned long))
{
	tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
	result[0] = NONE;
	tap_status(worker_start(W0, stacks[0], code, 0), OK);
	tap_status(call_thread_utcb(W0, (uintptr_t)ITS), OK);
}

/* W0 waits through WEAK, which is MOVED by now: alone, or in the list when others come. */
static void
waits_through_moved(bool alone)
{
	if (!alone) {
		start(1, CALL_IPC_RECEIVE, E);
		start(2, CALL_IPC_RECEIVE, E);
	}
	tap_equal(result[0], NONE);
	tap_status(call_cap_delete(WEAK), ERR_NO_CAP);
	tap_status(call_cap_delete(MOVED), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	if (!alone) {
		tap_equal(result[1], NONE);
		tap_equal(result[2], NONE);
		stop(1);
		stop(2);
	}
}

/* What moves the capability is the message before the wait. */
static void
test_moved_by_message(void)
{
	struct message m = { 0 };

	tap_status(call_thread_utcb(THREAD, (uintptr_t)MINE), OK);
	for (int alone = 0; alone < 2; alone++) {
		start_with_utcb(hands_over_its_way);
		MINE->window = (struct ipc_window){ .slot = MOVED, .slots = 1 };
		tap_status(message_ipc(CALL_IPC_CALL, E, &m), OK);
		waits_through_moved(alone);

		start_with_utcb(loses_its_way);
		MINE->out[0] = moves_weak;
		MINE->out[1] = (struct ipc_item){ .kind = 99 };
		unsigned sent = message_ipc(CALL_IPC_SEND | LATER << IPC_SEND_TIME | ITEMS(2), E, &m);
		tap_status(sent, result[0] == ERR_NO_CAP ? ERR_TIMEOUT : ERR_BAD_VALUE);
		if (result[0] == ERR_NO_CAP)
			tap_status(call_cap_delete(MOVED), OK);
		else
			waits_through_moved(alone);
	}
}

static void
test_notification(void)
{
	tap_status(call_notification_create(N), OK);
	tap_status(call_cap_move(N, SLOT_OWN, MOVED), OK);
	tap_status(call_cap_copy(MOVED, SLOT_OWN, N, RIGHTS_ALL), OK);
	start(0, 0, 0);
	tap_equal(result[0], NONE);
	tap_status(call_cap_revoke(MOVED), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	tap_status(call_object_destroy(MOVED), OK);
}

/* A reply is due by whoever has the call: the way by which it came does not matter any more. */
static void
test_reply_stays(void)
{
	struct message m = { 0 };

	tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
	start(0, CALL_IPC_CALL, WEAK);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(call_cap_delete(WEAK), OK);
	call_yield();
	tap_equal(result[0], NONE);
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	call_yield();
	tap_equal(result[0], OK);
}

static void
reads_nothing(unsigned long address)
{
	(void)*(volatile uint64_t *)address;
	call_thread_exit();
}

/* The thread waits to tell its pager of a fault, and the pager's endpoint is taken away: its handler is told. */
static void
test_fault(void)
{
	struct message m = { 0 };
	uint64_t id;

	tap_status(call_endpoint_create(SERVER), OK);
	for (int waits_in_queue = 0; waits_in_queue < 2; waits_in_queue++) {
		tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
		tap_status(call_thread_create(SLOT_OWN, W0, &id), OK);
		tap_status(call_thread_pager(W0, WEAK), OK);
		tap_status(call_thread_handler(W0, SERVER), OK);
		tap_status(call_thread_start(W0, (uintptr_t)reads_nothing, (uintptr_t)stacks[0] + WORKER_STACK - 8, 0x70000000), OK);
		call_yield();
		if (waits_in_queue)
			tap_status(call_cap_revoke(E), OK);
		else
			tap_status(call_thread_pager(W0, SLOT_NONE), OK);
		call_yield();
		tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, E, &m), ERR_TIMEOUT);
		tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, SERVER, &m), OK);
		call_cap_delete(WEAK);
		stop(0);
	}
}

/* As many as there may be: revoking stops for interrupts and goes on. */
static char many_stacks[MANY][256] __attribute__((aligned(16)));
static volatile unsigned cancelled;

static void
one_of_many(unsigned long slot)
{
	if (ipc_signal(CALL_IPC_CALL, slot) == ERR_CANCELLED)
		cancelled++;
	call_thread_exit();
}

static void
test_many(void)
{
	uint64_t id;

	tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHTS_ALL), OK);
	for (unsigned i = 0; i < MANY; i++) {
		call_cap_grow(SLOT_OWN, 1000 + i);
		if (call_thread_create(SLOT_OWN, 1000 + i, &id) ||
		    call_thread_start(1000 + i, (uintptr_t)one_of_many, (uintptr_t)many_stacks[i] + 248, WEAK))
			tap_ok(false, "one of many starts");
	}
	call_yield();
	tap_equal(cancelled, 0);
	tap_status(call_cap_revoke(E), OK);
	call_yield();
	tap_equal(cancelled, MANY);
}

int
main(void)
{
	uint64_t id;

	tap_status(call_endpoint_create(E), OK);
	tap_status(call_thread_self(THREAD, &id), OK);
	test_states();
	test_alone();
	test_server();
	test_moved_by_message();
	test_notification();
	test_reply_stays();
	test_fault();
	test_many();
	tap_done();
}
