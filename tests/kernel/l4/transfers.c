/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of a string that are missing, on either side, and every way in which a transfer that waits for one can end; items of many pages. */
#include <janus/registers.h>
#include "actors.h"

#define CASES	4		/* who carries, and on which side the page is missing */

static struct message fault;

/* A string of three pages, of which the second is missing on one side: its fault comes to us. */
static bool
missing(unsigned which, uint64_t time)
{
	bool carries = which & 1, of_sender = which & 2;

	call_unmap(SLOT_OWN, HOLE, 3, 0, 1);
	call_unmap(SPACE, HOLE, 3, 0, 1);
	call_space_map(of_sender ? SLOT_OWN : SPACE, HOLE, (of_sender ? SRC : DST), 1, RW);
	call_space_map(of_sender ? SLOT_OWN : SPACE, HOLE + 2 * PAGE, (of_sender ? SRC : DST) + 2 * PAGE, 1, RW);
	string(of_sender ? HOLE : SRC, 3 * PAGE, of_sender ? DST : HOLE, 3 * PAGE);
	actor(SENDER)->utcb.transfer_time = which & 1 ? time : 0;
	actor(RECEIVER)->utcb.transfer_time = which & 1 ? 0 : time;
	wipe(3 * PAGE);
	start_both(carries, true);
	memset(&fault, 0, sizeof(fault));
	if (message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, PAGER, &fault))
		return false;
	return fault.kind == IPC_PAGE_FAULT && fault.word[PAGE_FAULT_ADDRESS] == HOLE + PAGE &&
	       fault.word[PAGE_FAULT_ACCESS] == (of_sender ? RIGHT_READ : RIGHT_WRITE);
}

/* The page that is missing, to be mapped where it is. */
static unsigned
put(unsigned which)
{
	struct message m = { 0 };

	MINE->out[0] = (struct ipc_item){ .kind = ITEM_MAP, .rights = RW, .from = (which & 2 ? SRC : DST) + PAGE, .size = 12, .at = HOLE + PAGE };
	return message_ipc(CALL_IPC_REPLY | (uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG, 0, &m);
}

/* And time for who has it to go on. */
static unsigned
supply(unsigned which)
{
	unsigned status = put(which);

	call_yield();
	call_yield();
	return status;
}

/* The transfer that was interrupted has left nothing behind: another one works. */
static void
works_again(void)
{
	stop_both();
	string(SRC, 100, DST, 100);
	wipe(PAGE);
	start_both(true, true);
	tap_ok(both(OK, OK) && arrived(0, 100, 0), "the next one works");
}

static void
test_paged(void)
{
	for (unsigned which = 0; which < CASES; which++) {
		tap_ok(missing(which, 0), "its pager is asked");
		tap_ok(both(NONE, NONE), "both wait");
		tap_status(supply(which), OK);
		tap_ok(both(OK, OK), "it goes on");
		tap_ok(arrived(0, 3 * PAGE, 0), "to the byte");
	}
}

static void
test_refused(void)
{
	for (unsigned which = 0; which < CASES; which++) {
		struct message m = { .word = { FAULT_REFUSED } };

		tap_ok(missing(which, 0), "its pager is asked");
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
		call_yield();
		tap_ok(both(which & 2 ? ERR_BAD_ADDRESS : ERR_PARTNER_FAULT, NONE), "refused: the sender's error");
		works_again();

		tap_ok(missing(which, 0), "its pager is asked");
		message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, NOBODY, &m);	/* gives it up */
		call_yield();
		tap_ok(both(which & 2 ? ERR_BAD_ADDRESS : ERR_PARTNER_FAULT, NONE), "given up: the same");
		works_again();
	}
}

static void
test_pager_gone(void)
{
	for (unsigned which = 0; which < CASES; which++) {
		struct message m = { 0 };

		/* It is not received yet. */
		call_unmap(SLOT_OWN, HOLE, 3, 0, 1);
		call_unmap(SPACE, HOLE, 3, 0, 1);
		string(which & 2 ? HOLE : SRC, 10, which & 2 ? DST : HOLE, 10);
		start_both(which & 1, true);
		tap_ok(both(NONE, NONE), "both wait");
		tap_status(call_object_destroy(PAGER), OK);
		call_yield();
		tap_ok(both(which & 2 ? ERR_BAD_ADDRESS : ERR_PARTNER_FAULT, NONE), "without a pager: the sender's error");
		stop_both();
		call_endpoint_create(PAGER);
		tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, PAGER, &m), ERR_TIMEOUT);
	}
}

static void
test_transfer_times(void)
{
	struct message m = { 0 };

	for (unsigned which = 0; which < CASES; which++) {
		tap_ok(!missing(which, AT_ONCE), "at once: no pager is asked");
		tap_ok(both(ERR_TIMEOUT, NONE), "the sender's error");
		works_again();
		tap_ok(missing(which, SOON), "soon: the pager has so long");
		tap_status(supply(which), OK);
		tap_ok(both(OK, OK), "in time");
		tap_ok(missing(which, SOON), "soon again");
		tap_status(message_ipc(CALL_IPC_SEND | (uint64_t)IPC_TICKS(400, 10) << IPC_SEND_TIME, NOBODY, &m), ERR_TIMEOUT);
		tap_ok(both(ERR_TIMEOUT, NONE), "too late");
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		works_again();
	}
}

/* One side goes away, or is made to go on, while the other waits for a page, in all four cases. */
static void
test_ends(void)
{
	struct message m = { 0 };

	for (unsigned which = 0; which < CASES; which++) {
		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_object_destroy(SENDER), OK);
		call_yield();
		tap_equal(actor(RECEIVER)->status, NONE);		/* goes on waiting */
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		works_again();

		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_object_destroy(RECEIVER), OK);
		call_yield();
		tap_equal(actor(SENDER)->status, NONE);		/* waits for somebody */
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		works_again();

		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_thread_cancel(SENDER), OK);
		call_yield();
		tap_ok(both(ERR_CANCELLED, NONE), "the sender is cancelled");
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		works_again();

		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_thread_cancel(RECEIVER), OK);
		call_yield();
		tap_ok(both(NONE, ERR_CANCELLED), "the receiver is cancelled");
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		works_again();
	}
}

static void
test_endpoint_destroyed(void)
{
	struct message m = { 0 };

	for (unsigned which = 0; which < CASES; which++) {
		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_object_destroy(E), OK);
		call_yield();
		tap_status(actor(which & 1 ? RECEIVER : SENDER)->status, ERR_CANCELLED);	/* who waited there */
		tap_status(actor(which & 1 ? SENDER : RECEIVER)->status, ERR_NO_CAP);	/* who carried finds no endpoint */
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		capabilities();
		works_again();
	}
}

/* The receiver's capability goes: it waits through it, or does not find it when it goes on. */
static void
test_revoked(void)
{
	struct message m = { 0 };

	for (unsigned which = 0; which < CASES; which++) {
		tap_ok(missing(which, 0), "a page is missing");
		tap_status(call_cap_revoke(E), OK);
		if (which & 1) {
			tap_ok(both(NONE, ERR_CANCELLED), "the receiver waits no longer");
			tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
		} else {
			tap_ok(both(NONE, NONE), "it waits for a page");
			tap_status(supply(which), OK);
			tap_ok(both(NONE, ERR_NO_CAP), "and then has an error");
		}
		tap_status(call_cap_copy(E, SPACE, E, RIGHTS_ALL), OK);
		works_again();
	}
}

/* The receiver is taken by somebody else meanwhile: the carrier begins anew with the next one. */
static void
test_overtaken(void)
{
	struct message m = { 0 };

	tap_ok(missing(1, 0), "a page of the receiver's is missing");
	tap_status(message_ipc(CALL_IPC_SEND | AT_ONCE << IPC_SEND_TIME, E, &m), OK);
	call_yield();
	tap_ok(both(NONE, OK), "another message comes to it");
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_NOT_FOUND);
	string(0, 0, DST, 3 * PAGE);
	start(RECEIVER, CALL_IPC_RECEIVE, true);
	call_yield();
	tap_ok(both(OK, OK) && arrived(0, 3 * PAGE, 0), "the string goes to who comes then");
}

/* The pager has waited, and answers; the partner leaves before the carrier has run, which waits for no page any more, and for somebody else then. */
static void
test_left_behind(void)
{
	uint64_t id;

	string(HOLE + PAGE, 100, DST, 100);
	call_unmap(SLOT_OWN, HOLE, 3, 0, 1);
	start(RECEIVER, CALL_IPC_RECEIVE, true);
	actor(SENDER)->status = NONE;
	actor(SENDER)->operation = CALL_IPC_SEND | STRINGS(1);
	tap_status(call_thread_create(SLOT_OWN, SENDER, &id), OK);
	tap_status(call_thread_utcb(SENDER, (uintptr_t)utcb_at(SENDER)), OK);
	tap_status(call_thread_pager(SENDER, PAGER), OK);
	tap_status(call_thread_priority(SENDER, 1), OK);
	tap_status(call_thread_start(SENDER, (uintptr_t)acts, (uintptr_t)actor(SENDER)->stack + WORKER_STACK - 8, SENDER), OK);
	tap_status(message_ipc(CALL_IPC_RECEIVE | SOON << IPC_RECEIVE_TIME, PAGER, &fault), OK);
	tap_equal(fault.kind, IPC_PAGE_FAULT);
	tap_status(put(3), OK);
	tap_status(call_thread_cancel(RECEIVER), OK);
	tap_ok(both(NONE, ERR_CANCELLED), "the partner is gone, the carrier waits");
	works_again();
}

/* The partner is the pager: nobody could answer. */
static void
test_partner_is_pager(void)
{
	for (int carries = 0; carries < 2; carries++) {
		string(HOLE + 8 * PAGE, 10, DST, 10);
		pager = E;
		start_both(carries, true);
		pager = PAGER;
		tap_ok(both(ERR_BAD_ADDRESS, NONE), "the sender has an error");
		stop_both();
	}
}

#define MANY	18			/* logarithm of the bytes of 64 pages */

static char many[1 << MANY] __attribute__((aligned(1 << MANY)));

/* Pages, one by one: the receiver has them all already, and then is granted them.  Interrupts are looked for often enough: tests/kernel/run.py measures it. */
static void
test_many_pages(void)
{
	static const uint64_t to[] = { [ITEM_MAP] = (uintptr_t)many, [ITEM_GRANT] = HOLE };

	for (uint32_t kind = ITEM_MAP; kind <= ITEM_GRANT; kind++) {
		string(0, 0, 0, 0);
		actor(SENDER)->utcb.out[0] = (struct ipc_item){ .kind = kind, .rights = RW, .from = (uintptr_t)many, .size = MANY };
		actor(RECEIVER)->utcb.window = (struct ipc_window){ .address = to[kind], .size = MANY, .offset = IPC_SENDER_CHOOSES };
		start(RECEIVER, CALL_IPC_RECEIVE, false);
		start(SENDER, CALL_IPC_SEND | (uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG, false);
		tap_ok(both(OK, OK), "many pages come over");
		stop_both();
	}
}

/* The sender's message becomes another one while it waits for a page of the first: no piece of that one counts for it. */
static void
test_another_message(void)
{
	struct registers other = { .rax = CALL_IPC_SEND | STRINGS(2) };

	call_unmap(SLOT_OWN, HOLE, 3, 0, 1);
	string(HOLE + PAGE, 100, DST, 100);
	actor(SENDER)->utcb.string[1] = (struct ipc_string){ SRC, 50 };
	actor(RECEIVER)->utcb.buffer[1] = (struct ipc_string){ DST + 1000, 50 };
	actor(SENDER)->utcb.out[0] = (struct ipc_item){ .kind = ITEM_CAP_COPY, .rights = RIGHTS_ALL, .from = E };
	actor(RECEIVER)->utcb.window = (struct ipc_window){ .slot = NOBODY, .slots = 1 };
	wipe(PAGE);
	start(RECEIVER, CALL_IPC_RECEIVE, true);
	start(SENDER, CALL_IPC_SEND | (uint64_t)IPC_TAG_OF(0, 1, 1) << IPC_TAG, true);
	tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, PAGER, &fault), OK);
	tap_status(put(2), OK);
	tap_status(call_thread_exchange(SENDER, REGISTERS_RAX, (uintptr_t)&other), OK);
	tap_ok(both(OK, OK), "it goes on as the other");
	tap_ok(arrived(PAGE, 100, 0) && arrived(0, 50, 1000), "which comes as a whole");
	tap_equal(actor(RECEIVER)->utcb.received[0], 100);
	tap_equal(actor(RECEIVER)->utcb.received[1], 50);
	stop_both();
}

int
main(void)
{
	actors_make();
	test_paged();
	test_refused();
	test_pager_gone();
	test_transfer_times();
	test_ends();
	test_endpoint_destroyed();
	test_revoked();
	test_overtaken();
	test_left_behind();
	test_partner_is_pager();
	test_many_pages();
	test_another_message();
	tap_done();
}
