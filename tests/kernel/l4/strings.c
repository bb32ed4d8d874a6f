/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings between two actors, in a space each, while this thread is their pager: sizes and places, who carries, pages that are missing on either
 * side, and every way in which a transfer that waits for one can end.
 */
#include <string.h>
#include <l4/fault.h>
#include <l4/memory.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, PAGER, SPACE, SENDER, RECEIVER, TICKER, NOBODY };

#define NONE		99u
#define PAGE		4096ul
#define RW		(RIGHT_READ | RIGHT_WRITE)
#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define STRINGS(n)	((uint64_t)IPC_TAG_OF(0, 0, n) << IPC_TAG)
#define LIMIT		IPC_STRING_LIMIT
#define MINE		((struct utcb *)0x10000000)
#define SRC		0x100000000ul		/* of the sender, in this space */
#define DST		0x200000000ul		/* of the receiver, in SPACE; its pages are this space's at the same place */
#define HOLE		0x300000000ul		/* nothing is there, in neither */

/* Slot SENDER or RECEIVER says who. */
struct actor {
	char stack[WORKER_STACK] __attribute__((aligned(16)));
	struct utcb utcb;		/* before and after */
	struct message message;
	volatile unsigned status;	/* NONE while it waits */
	uint64_t operation;
};
static struct actor actors[2];
static unsigned pager = PAGER;	/* of the actors that have one */

static inline struct actor *
actor(unsigned slot)
{
	return &actors[slot - SENDER];
}

static struct utcb *
utcb_at(unsigned slot)
{
	return (struct utcb *)(0x10000000 + slot * PAGE);
}

static void
acts(unsigned long slot)
{
	struct actor *a = actor(slot);

	*utcb_at(slot) = a->utcb;
	unsigned status = message_ipc(a->operation, E, &a->message);
	a->utcb = *utcb_at(slot);
	a->status = status;
	call_thread_exit();
}

static void
start(unsigned slot, uint64_t operation, bool paged)
{
	uint64_t id;

	actor(slot)->status = NONE;
	actor(slot)->operation = operation;
	if (call_thread_create(slot == SENDER ? SLOT_OWN : SPACE, slot, &id) || call_thread_utcb(slot, (uintptr_t)utcb_at(slot)) ||
	    (paged && call_thread_pager(slot, pager)) ||
	    call_thread_start(slot, (uintptr_t)acts, (uintptr_t)actor(slot)->stack + WORKER_STACK - 8, slot))
		tap_ok(false, "an actor starts");
	call_yield();
}

/* What is sent and where it may come; the rest of both UTCBs is 0. */
static void
string(uint64_t src, uint64_t bytes, uint64_t dst, uint64_t room)
{
	memset(&actor(SENDER)->utcb, 0, sizeof(struct utcb));
	memset(&actor(RECEIVER)->utcb, 0, sizeof(struct utcb));
	actor(SENDER)->utcb.string[0] = (struct ipc_string){ src, bytes };
	actor(RECEIVER)->utcb.buffer[0] = (struct ipc_string){ dst, room };
}

/* Who comes second carries. */
static void
start_both(bool sender_carries, bool paged)
{
	if (sender_carries)
		start(RECEIVER, CALL_IPC_RECEIVE, paged);
	start(SENDER, CALL_IPC_SEND | STRINGS(1), paged);
	if (!sender_carries)
		start(RECEIVER, CALL_IPC_RECEIVE, paged);
	call_yield();
}

static void
stop_both(void)
{
	call_object_destroy(SENDER);
	call_object_destroy(RECEIVER);
	call_yield();
}

/* --- memory -------------------------------------------------------------------------------------------------------------- */

static void
memory_make(void)
{
	uint64_t frame;

	for (uint64_t at = 0; at < LIMIT + 2 * PAGE; at += 2ul << 20)
		if (call_frame_take(FRAME_ANY, FRAME_2M, SRC + at, RW, &frame) || call_frame_take(FRAME_ANY, FRAME_2M, DST + at, RW, &frame))
			tap_ok(false, "memory");
	for (uint64_t i = 0; i < LIMIT / 8 + 512; i++)
		((uint64_t *)SRC)[i] = i * 0x9e3779b97f4a7c15;
	tap_status(call_space_map(SPACE, DST, DST, LIMIT / PAGE + 2, RW), OK);
}

/* BYTES are at DST + TO as they are at SRC + FROM, and nothing beside them was written. */
static bool
arrived(uint64_t from, uint64_t bytes, uint64_t to)
{
	const unsigned char *d = (const unsigned char *)DST + to;

	return memcmp(d, (const void *)(SRC + from), bytes) == 0 && d[bytes] == 0xee && (to == 0 || *(const unsigned char *)(DST + to - 1) == 0xee);
}

static void
wipe(uint64_t bytes)
{
	memset((void *)DST, 0xee, bytes + 2 * PAGE);
}

/* --- sizes and places ------------------------------------------------------------------------------------------------------- */

static void
test_sizes(void)
{
	static const uint64_t sizes[] = { 0, 1, 7, 8, 4095, 4096, 4097, 12345, 65536, 1 << 20, LIMIT - 1, LIMIT };
	static const uint64_t places[][2] = { { 0, 0 }, { 1, 0 }, { 0, 4095 }, { 4093, 8 } };

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned p = 0; p < 4; p++) {
			string(SRC + places[p][0], sizes[i], DST + places[p][1], sizes[i]);
			wipe(sizes[i]);
			start_both(p % 2, false);
			tap_ok(actor(SENDER)->status == OK && actor(RECEIVER)->status == OK, "sent and received");
			tap_ok(arrived(places[p][0], sizes[i], places[p][1]), "to the byte");
			tap_equal(actor(RECEIVER)->utcb.received[0], sizes[i]);
			tap_equal(actor(RECEIVER)->message.tag, IPC_TAG_OF(0, 0, 1));
		}
}

static void
test_several(void)
{
	string(0, 0, 0, 0);
	for (unsigned i = 0; i < IPC_STRINGS; i++) {
		actor(SENDER)->utcb.string[i] = (struct ipc_string){ SRC + 100 * i, 50 + i };
		actor(RECEIVER)->utcb.buffer[i] = (struct ipc_string){ DST + 1000 * i, 100 };
	}
	wipe(PAGE);
	start(RECEIVER, CALL_IPC_RECEIVE, false);
	start(SENDER, CALL_IPC_SEND | STRINGS(4), false);
	call_yield();
	for (unsigned i = 0; i < IPC_STRINGS; i++) {
		tap_ok(arrived(100 * i, 50 + i, 1000 * i), "each in its buffer");
		tap_equal(actor(RECEIVER)->utcb.received[i], 50 + i);
	}
	start(SENDER, CALL_IPC_SEND | STRINGS(5), false);
	tap_status(actor(SENDER)->status, ERR_BAD_VALUE);
}

/* A message whose transfer fails, whoever carries: the sender is told, the receiver waits. */
static void
fails(unsigned status)
{
	for (int carries = 0; carries < 2; carries++) {
		struct actor before[2];

		memcpy(before, actors, sizeof(before));
		start_both(carries, false);
		tap_equal(actor(SENDER)->status, status);
		tap_equal(actor(SENDER)->utcb.failed, 0);
		tap_equal(actor(RECEIVER)->status, NONE);
		stop_both();
		memcpy(&actor(SENDER)->utcb, &before[0].utcb, sizeof(struct utcb));
		memcpy(&actor(RECEIVER)->utcb, &before[1].utcb, sizeof(struct utcb));
	}
}

static void
test_errors(void)
{
	string(SRC, LIMIT + 1, DST, LIMIT + 1);
	fails(ERR_BAD_VALUE);
	string(SRC, -1ul, DST, -1ul);
	fails(ERR_BAD_VALUE);
	string(SRC, 11, DST, 10);
	fails(ERR_NO_WINDOW);
	string(HOLE, 10, DST, 10);
	fails(ERR_BAD_ADDRESS);
	string(SRC, 10, HOLE, 10);
	fails(ERR_PARTNER_FAULT);
	string(0, 10, DST, 10);
	fails(ERR_BAD_ADDRESS);
	string(-8ul, 100, DST, 100);
	fails(ERR_BAD_ADDRESS);
	string(0xffff800000000000, 100, DST, 100);
	fails(ERR_BAD_ADDRESS);
	string(SRC, 100, 0xffffffff80200000, 100);
	fails(ERR_PARTNER_FAULT);
	string(SRC, 100, -50ul, 100);
	fails(ERR_PARTNER_FAULT);
	string(SRC + LIMIT + (2ul << 20) - 10, 20, DST, 20);	/* runs off its end */
	fails(ERR_BAD_ADDRESS);
	tap_status(call_space_map(SPACE, HOLE, SRC, 1, RIGHT_READ), OK);
	string(SRC + PAGE, 10, HOLE, 10);			/* it may only read there */
	fails(ERR_PARTNER_FAULT);
	tap_status(call_unmap(SPACE, HOLE, 1, 0, 1), OK);
	string((uintptr_t)utcb_at(SENDER), 10, DST, 10);		/* a UTCB is no memory for strings */
	fails(ERR_BAD_ADDRESS);
}

/* --- a page is missing ------------------------------------------------------------------------------------------------------ */

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
supply(unsigned which)
{
	struct message m = { 0 };

	MINE->out[0] = (struct ipc_item){ .kind = ITEM_MAP, .rights = RW, .from = (which & 2 ? SRC : DST) + PAGE, .size = 12, .at = HOLE + PAGE };
	unsigned status = message_ipc(CALL_IPC_REPLY | (uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG, 0, &m);
	call_yield();
	call_yield();
	return status;
}

static bool
both(unsigned sender, unsigned receiver)
{
	for (int i = 0; i < 3; i++)
		call_yield();
	return actor(SENDER)->status == sender && actor(RECEIVER)->status == receiver;
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
capabilities(void)
{
	call_endpoint_create(E);
	call_endpoint_create(NOBODY);
	call_cap_copy(E, SPACE, E, RIGHTS_ALL);
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

/* --- a reply ------------------------------------------------------------------------------------------------------------------- */

/* The caller's buffer is missing when the server replies. */
static void
test_reply(void)
{
	struct message m = { 0 };

	string(0, 0, HOLE, PAGE);
	tap_status(call_unmap(SPACE, HOLE, 3, 0, 1), OK);
	start(RECEIVER, CALL_IPC_CALL, true);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	MINE->string[0] = (struct ipc_string){ SRC, 100 };
	MINE->transfer_time = SOON;
	tap_status(message_ipc(CALL_IPC_REPLY | STRINGS(1), 0, &m), ERR_TIMEOUT);	/* its pager does not answer: it is this thread */
	tap_equal(actor(RECEIVER)->status, NONE);
	tap_status(call_thread_pager(RECEIVER, E), OK);			/* where this thread has received */
	tap_status(message_ipc(CALL_IPC_REPLY | STRINGS(1), 0, &m), ERR_PARTNER_FAULT);
	tap_status(call_space_map(SPACE, HOLE, DST, 1, RW), OK);
	wipe(PAGE);
	tap_status(message_ipc(CALL_IPC_REPLY | STRINGS(1), 0, &m), OK);
	call_yield();
	tap_equal(actor(RECEIVER)->status, OK);
	tap_ok(arrived(0, 100, 0), "as a reply");
	MINE->transfer_time = 0;
}

/* --- preemption ------------------------------------------------------------------------------------------------------------------ */

static volatile unsigned long ticks;

static void
ticks_on(unsigned long unused)
{
	struct message m = { 0 };

	for (;;) {
		message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(20, 10) << IPC_RECEIVE_TIME, NOBODY, &m);
		ticks++;
	}
}

static void
test_preempted(void)
{
	static char stack[WORKER_STACK] __attribute__((aligned(16)));
	uint64_t id;

	tap_status(call_thread_create(SLOT_OWN, TICKER, &id), OK);
	tap_status(call_thread_priority(TICKER, 200), OK);
	tap_status(call_thread_start(TICKER, (uintptr_t)ticks_on, (uintptr_t)stack + WORKER_STACK - 8, 0), OK);
	for (int carries = 0; carries < 2; carries++) {
		string(SRC + 3, LIMIT, DST + 5, LIMIT);
		wipe(LIMIT);
		unsigned long before = ticks;
		start_both(carries, false);
		tap_ok(ticks - before > 10, "others run while it is copied");
		tap_ok(both(OK, OK) && arrived(3, LIMIT, 5), "to the byte");
	}
	tap_status(call_object_destroy(TICKER), OK);
}

int
main(void)
{
	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)MINE), OK);
	tap_status(call_endpoint_create(PAGER), OK);
	tap_status(space_share(SPACE), OK);
	capabilities();
	memory_make();
	test_sizes();
	test_several();
	test_errors();
	test_paged();
	test_refused();
	test_pager_gone();
	test_transfer_times();
	test_ends();
	test_endpoint_destroyed();
	test_overtaken();
	test_partner_is_pager();
	test_reply();
	test_preempted();
	tap_done();
}
