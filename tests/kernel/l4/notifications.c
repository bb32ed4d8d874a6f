/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: signal, wait and poll; bound to an endpoint; and every way in which a wait can end. */
#include <l4/fault.h>
#include "tap.h"
#include "worker.h"

enum { N = 32, E, F, SOME, WEAK, W0, W1, BOUND };	/* slots */

#define AT_ONCE		IPC_AT_ONCE
#define SOON		IPC_TICKS(100, 10)
#define HIGH		200
#define NONE		99u

static char stacks[2][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result[2];
static volatile uint64_t bits[2];
static struct message got[2];

/* Callee-saved registers outlive the call, and so does what it waited for. */
static void
waiter(unsigned long a)
{
	unsigned which = a & 1;
	uint64_t word = NONE;

	result[which] = call_notification_wait(N, a >> 8, &word);
	bits[which] = word;
	call_thread_exit();
}

static void
receiver(unsigned long a)
{
	unsigned which = a & 1;

	result[which] = message_ipc(CALL_IPC_RECEIVE | (uint64_t)(a >> 8) << 32, E, &got[which]);
	call_thread_exit();
}

static void
sender(unsigned long a)
{
	result[a & 1] = message_ipc(CALL_IPC_SEND, E, &got[a & 1]);
	call_thread_exit();
}

static void
start(unsigned which, void (*worker)(unsigned long), unsigned long timeout)
{
	result[which] = NONE;
	if (worker_start(W0 + which, stacks[which], worker, which | timeout << 8) != OK)
		tap_ok(false, "a worker starts");
	call_yield();
}

static unsigned
wait_for(uint64_t *word, unsigned long timeout)
{
	*word = NONE;
	return call_notification_wait(N, timeout, word);
}

/* --- alone ---------------------------------------------------------------------------------------------------------------- */

static void
test_errors(void)
{
	uint64_t word;

	tap_status(call_notification_create(N), OK);
	tap_status(call_notification_create(N), ERR_EXISTS);
	tap_status(call_notification_create(9000), ERR_NO_CAP);
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_notification_signal(E, 1), ERR_NO_CAP);
	tap_status(call_notification_signal(20000, 1), ERR_NO_CAP);
	tap_status(call_notification_wait(E, 0, &word), ERR_NO_CAP);
	tap_status(call_notification_bind(E, E), ERR_NO_CAP);
	tap_status(call_notification_bind(N, N), ERR_NO_CAP);
	tap_status(call_notification_bind(N, WEAK), ERR_NO_CAP);
	tap_status(call_notification_wait(N, 0x10000, &word), ERR_BAD_VALUE);
	tap_status(message_ipc(CALL_IPC_SEND | AT_ONCE << 16, N, &got[0]), ERR_NO_CAP);

	tap_status(call_cap_copy(N, SLOT_OWN, WEAK, RIGHT_SHARE), OK);
	tap_status(call_notification_signal(WEAK, 1), ERR_NO_RIGHT);
	tap_status(call_notification_wait(WEAK, 0, &word), ERR_NO_RIGHT);
	tap_status(call_notification_bind(WEAK, E), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
	tap_status(call_cap_copy(E, SLOT_OWN, WEAK, RIGHT_RECEIVE), OK);
	tap_status(call_notification_bind(N, WEAK), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
}

static void
test_bits(void)
{
	uint64_t word;

	tap_status(wait_for(&word, AT_ONCE), ERR_TIMEOUT);	/* a poll */
	tap_equal(word, NONE);
	tap_status(wait_for(&word, SOON), ERR_TIMEOUT);
	tap_status(call_notification_signal(N, 0), OK);
	tap_status(wait_for(&word, AT_ONCE), ERR_TIMEOUT);	/* no bit is none */
	tap_status(call_notification_signal(N, 5), OK);
	tap_status(call_notification_signal(N, 1ul << 63), OK);
	tap_status(wait_for(&word, AT_ONCE), OK);
	tap_equal(word, 1ul << 63 | 5);
	tap_status(wait_for(&word, AT_ONCE), ERR_TIMEOUT);

	tap_status(call_cap_mint(N, SLOT_OWN, SOME, RIGHT_SEND, 6), OK);
	tap_status(call_notification_signal(SOME, 1), OK);
	tap_status(wait_for(&word, AT_ONCE), ERR_TIMEOUT);	/* not that capability's bit */
	tap_status(call_notification_signal(SOME, 3), OK);
	tap_status(wait_for(&word, 0), OK);
	tap_equal(word, 2);
	call_cap_delete(SOME);
}

/* --- waiters ---------------------------------------------------------------------------------------------------------------- */

static void
test_waiters(void)
{
	start(0, waiter, 0);
	start(1, waiter, SOON);
	tap_status(call_notification_bind(N, E), ERR_WRONG_STATE);
	tap_equal(result[0], NONE);
	tap_status(call_notification_signal(N, 3), OK);
	call_yield();
	tap_equal(result[0], OK);
	tap_equal(bits[0], 3);
	tap_equal(result[1], NONE);
	tap_status(call_notification_signal(N, 4), OK);
	tap_status(call_notification_signal(N, 8), OK);		/* the waiter has gone: it stays */
	call_yield();
	tap_equal(bits[1], 4);
	start(0, waiter, 0);
	tap_equal(bits[0], 8);

	start(0, waiter, 0);					/* of a higher priority: at once */
	call_thread_priority(W0, HIGH);
	tap_status(call_notification_signal(N, 9), OK);
	tap_equal(bits[0], 9);
}

static volatile unsigned woken, rounds, sum;

/* First its time runs out, while another computes. */
static void
repeater(unsigned long a)
{
	uint64_t word;

	woken = call_notification_wait(N, SOON, &word) == ERR_TIMEOUT;
	while (call_notification_wait(N, IPC_NEVER, &word) == OK) {
		sum += word;
		rounds++;
	}
	call_thread_exit();
}

/* It runs within each signal, and waits again before the call returns; whom it preempted goes on, by a call or by an interrupt. */
static void
test_repeatedly(void)
{
	unsigned late = 0;

	start(0, repeater, 0);
	call_thread_priority(W0, HIGH);
	while (!woken)
		;
	for (unsigned i = 1; i <= 100; i++) {
		late += call_notification_signal(N, i) != OK || rounds != i;
	}
	tap_equal(late, 0);
	tap_equal(sum, 5050);
	tap_status(call_thread_cancel(W0), OK);
	tap_status(call_notification_signal(N, 1), OK);
	tap_status(call_notification_signal(N, 2), OK);		/* adds to what nobody has taken */
	tap_equal(rounds, 100);
	tap_status(wait_for(&(uint64_t){ 0 }, AT_ONCE), OK);
}

static void
test_ends(void)
{
	uint64_t word;

	start(0, waiter, 0);
	tap_status(call_thread_cancel(W0), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	start(0, waiter, 0);
	call_object_destroy(W0);				/* dies while it waits */
	tap_status(call_notification_signal(N, 7), OK);
	tap_status(wait_for(&word, AT_ONCE), OK);
	tap_equal(word, 7);

	start(0, waiter, 0);
	start(1, waiter, SOON);
	tap_status(call_object_destroy(N), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	tap_equal(result[1], ERR_CANCELLED);
	tap_status(call_notification_signal(N, 1), ERR_NO_CAP);
	tap_status(call_notification_create(N), OK);

	start(0, waiter, 0);
	call_thread_suspend(W0);
	tap_status(call_notification_signal(N, 1), OK);
	call_yield();
	tap_equal(result[0], NONE);
	call_thread_resume(W0);
	call_yield();
	tap_equal(bits[0], 1);
}

/* --- bound to an endpoint ------------------------------------------------------------------------------------------------------ */

static void
expect_notification(const struct message *m, uint64_t word)
{
	tap_equal(m->kind, IPC_NOTIFICATION);
	tap_equal(m->badge, 4711);
	tap_equal(m->word[0], word);
}

static void
test_bound(void)
{
	struct message m = { 0 };
	uint64_t word;

	tap_status(call_cap_mint(E, SLOT_OWN, BOUND, RIGHT_SEND, 4711), OK);
	tap_status(call_notification_signal(N, 2), OK);
	tap_status(call_notification_bind(N, BOUND), OK);
	tap_status(call_notification_wait(N, 0, &word), ERR_WRONG_STATE);
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)AT_ONCE << 32, E, &m), OK);	/* what was set before */
	expect_notification(&m, 2);
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)AT_ONCE << 32, E, &m), ERR_TIMEOUT);

	start(0, receiver, 0);
	tap_status(call_notification_signal(N, 16), OK);
	call_yield();
	tap_equal(result[0], OK);
	expect_notification(&got[0], 16);

	start(0, sender, 0);					/* before a sender, who waits longer */
	tap_status(call_notification_signal(N, 1), OK);
	tap_status(call_notification_signal(N, 2), OK);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, E, &m), OK);
	expect_notification(&m, 3);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, E, &m), OK);
	tap_equal(m.kind, IPC_FROM_THREAD);
	call_yield();

	tap_status(call_notification_signal(N, 32), OK);
	tap_status(call_notification_bind(N, SLOT_NONE), OK);	/* back, with its bits */
	tap_status(wait_for(&word, AT_ONCE), OK);
	tap_equal(word, 32);
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)AT_ONCE << 32, E, &m), ERR_TIMEOUT);
}

static void
test_bound_ends(void)
{
	struct message m = { 0 };
	uint64_t word;

	tap_status(call_notification_bind(N, BOUND), OK);
	tap_status(call_notification_signal(N, 1), OK);
	tap_status(call_object_destroy(E), OK);
	tap_status(call_notification_signal(N, 2), OK);
	tap_status(call_notification_wait(N, AT_ONCE, &word), ERR_WRONG_STATE);
	tap_status(call_notification_bind(N, SLOT_NONE), OK);
	tap_status(wait_for(&word, AT_ONCE), OK);
	tap_equal(word, 3);

	tap_status(call_endpoint_create(E), OK);
	tap_status(call_cap_mint(E, SLOT_OWN, BOUND, RIGHT_SEND, 4711), OK);
	tap_status(call_notification_bind(N, BOUND), OK);
	tap_status(call_notification_signal(N, 1), OK);
	tap_status(call_object_destroy(N), OK);			/* its message goes with it */
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)AT_ONCE << 32, E, &m), ERR_TIMEOUT);
}

/* Two bound to one endpoint, in the order of coming; the way is free again behind them. */
static void
test_two(void)
{
	struct message m = { 0 };

	tap_status(call_notification_create(N), OK);
	tap_status(call_notification_create(F), OK);
	call_notification_bind(N, BOUND);
	call_notification_bind(F, E);
	call_notification_signal(F, 1);
	call_notification_signal(N, 2);
	call_notification_signal(F, 4);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_equal(m.word[0] | m.badge << 8, 5);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	expect_notification(&m, 2);
	start(0, receiver, 0);
	tap_status(message_ipc(CALL_IPC_SEND | AT_ONCE << 16, E, &m), OK);
	call_yield();
	tap_equal(got[0].kind, IPC_FROM_THREAD);
}

int
main(void)
{
	test_errors();
	test_bits();
	test_waiters();
	test_repeatedly();
	test_ends();
	test_bound();
	test_bound_ends();
	test_two();
	tap_done();
}
