/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings: sizes and places, who carries, each error, as a reply, and preempted. */
#include "actors.h"

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
ticker_start(void (*worker)(unsigned long), unsigned long argument)
{
	static char stack[WORKER_STACK] __attribute__((aligned(16)));
	uint64_t id;

	tap_status(call_thread_create(SLOT_OWN, TICKER, &id), OK);
	tap_status(call_thread_priority(TICKER, 200), OK);
	tap_status(call_thread_start(TICKER, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument), OK);
}

static void
test_preempted(void)
{
	ticker_start(ticks_on, 0);
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

/* Of the actors one dies, or is cancelled, in the middle of a copy. */
#define DIES	0x100

static void
strikes(unsigned long what)
{
	struct message m = { 0 };
	unsigned slot = what & 0xff;

	do				/* as soon as something of it has arrived */
		message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(100, 9) << IPC_RECEIVE_TIME, NOBODY, &m);
	while (*(const volatile unsigned char *)DST == 0xee);
	ticks = what & DIES ? call_object_destroy(slot) : call_thread_cancel(slot);
	call_thread_exit();
}

static bool
broken_off(void)
{
	const unsigned char *first = (const unsigned char *)DST, *last = first + LIMIT - 1;

	return *first == *(const unsigned char *)SRC && *last == 0xee;
}

static void
test_struck(void)
{
	for (int carries = 0; carries < 2; carries++)
		for (unsigned slot = SENDER; slot <= RECEIVER; slot++)
			for (unsigned dies = 0; dies <= DIES; dies += DIES) {
				bool runs = carries == (slot == SENDER);

				string(SRC, LIMIT, DST, LIMIT);
				wipe(LIMIT);
				ticker_start(strikes, slot | dies);
				start_both(carries, false);
				if (!dies && runs) {		/* it waits in nothing: it cannot be cancelled, and goes on */
					tap_equal(ticks, ERR_WRONG_STATE);
					tap_ok(both(OK, OK), "to the end");
					continue;
				}
				tap_equal(ticks, OK);
				tap_ok(broken_off(), "in the middle");
				unsigned end = dies ? NONE : ERR_CANCELLED;
				tap_ok(slot == SENDER ? both(end, NONE) : both(NONE, end), "the other one waits for somebody else");
				stop_both();
			}
}

int
main(void)
{
	actors_make();
	test_sizes();
	test_several();
	test_errors();
	test_reply();
	test_preempted();
	test_struck();
	tap_done();
}
