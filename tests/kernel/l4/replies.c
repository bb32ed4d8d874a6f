/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply capabilities: callers put aside and answered later, in any order and by anybody; and every way in which that can end otherwise. */
#include <janus/registers.h>
#include <l4/fault.h>
#include <l4/kinds.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, F, SPACE, NOTE, W0, W1, W2, R0, R1, R2, NOWHERE = 4000 };	/* slots */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define LATER		((uint64_t)IPC_TICKS(400, 10))
#define NONE		99u
#define TAG(words, items) ((uint64_t)IPC_TAG_OF(words, items, 0) << IPC_TAG)
#define MINE		((struct utcb *)0x10000000)
#define ITS		((struct utcb *)0x10001000)
#define PAGE_MISSING	0x20000000ul
#define PAGE_GIVEN	0x30000000ul

static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result[3];
static struct message got[3];
static volatile unsigned long seen;

static void
finish(unsigned which, unsigned status)
{
	result[which] = status;
	call_thread_exit();
}

/* --- callers ------------------------------------------------------------------------------------------------------------- */

static void
caller(unsigned long which)
{
	got[which].word[0] = 100 + which;
	finish(which, message_ipc(CALL_IPC_CALL, E, &got[which]));
}

static void
caller_in_time(unsigned long which)
{
	got[which].word[0] = 100 + which;
	finish(which, message_ipc(CALL_IPC_CALL | LATER << IPC_RECEIVE_TIME, E, &got[which]));
}

static void
reader(unsigned long which)
{
	seen = *(volatile unsigned long *)PAGE_MISSING;
	finish(which, OK);
}

extern const char undefined_at[];

static void
undefined(unsigned long which)
{
	unsigned long given = which;

	__asm__ volatile(".globl undefined_at\nundefined_at: ud2" : "+a"(given) : : "memory");
	seen = given;
	finish(which, OK);
}

static void
foreign(unsigned long which)
{
	unsigned long number = 1000 + which;

	__asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
	seen = number;
	for (;;)				/* each further call is foreign, too */
		__asm__ volatile("pause");
}

static void
start(unsigned which, void (*worker)(unsigned long))
{
	result[which] = NONE;
	if (worker_start(W0 + which, stacks[which], worker, which) != OK)
		tap_ok(false, "a worker starts");
	call_yield();
}

/* The caller WHICH is put aside in R0 + WHICH. */
static void
start_and_save(unsigned which, void (*worker)(unsigned long))
{
	struct message m = { 0 };

	start(which, worker);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_equal(m.word[0], 100 + which);
	tap_status(call_caller_save(R0 + which), OK);
}

static bool
is_empty(unsigned slot)
{
	return call_caller_load(slot) == ERR_NO_CAP;
}

static enum status
reply(unsigned long word)
{
	struct message m = { .word[0] = word };
	enum status status = message_ipc(CALL_IPC_REPLY, 0, &m);

	call_yield();
	return status;
}

/* --- what they are for ---------------------------------------------------------------------------------------------------- */

static void
test_errors(void)
{
	uint64_t badge;

	tap_status(call_caller_save(R0), ERR_NOT_FOUND);
	tap_status(call_caller_save(NOWHERE), ERR_NO_CAP);
	tap_status(call_caller_save(E), ERR_EXISTS);
	tap_status(call_caller_load(R0), ERR_NO_CAP);
	tap_status(call_caller_load(E), ERR_NO_CAP);
	start_and_save(0, caller);
	tap_status(call_caller_save(R1), ERR_NOT_FOUND);	/* only once */
	tap_status(call_cap_lookup(R0, KIND_REPLY, 0, &badge), OK);
	tap_status(call_cap_copy(R0, SLOT_OWN, R1, RIGHTS_ALL), ERR_NO_RIGHT);
	tap_status(call_cap_mint(R0, SLOT_OWN, R1, RIGHTS_ALL, 1), ERR_NO_RIGHT);
	tap_status(call_object_destroy(R0), ERR_NO_RIGHT);
	tap_status(call_cap_revoke(R0), OK);			/* nothing is derived from it */
	start(1, caller);
	tap_status(ipc_signal(CALL_IPC_RECEIVE, E), OK);
	tap_status(call_caller_load(R0), ERR_WRONG_STATE);	/* a reply is due */
	tap_status(reply(1), OK);
	tap_equal(result[1], OK);
	tap_status(call_caller_load(R0), OK);
	tap_ok(is_empty(R0), "it is gone with that");
	tap_status(reply(2), OK);
	tap_equal(got[0].word[0], 2);
	tap_status(reply(3), ERR_NOT_FOUND);
}

/* Answered in another order than they came in; by ipc_reply and by ipc_reply_wait, the last with the fast path. */
static void
test_any_order(void)
{
	struct message m = { 0 };

	for (unsigned i = 0; i < 3; i++)
		start_and_save(i, i == 1 ? caller_in_time : caller);
	tap_status(call_caller_load(R2), OK);
	tap_status(reply(12), OK);
	tap_equal(got[2].word[0], 12);
	tap_status(call_caller_load(R0), OK);
	m.word[0] = 10;
	start(2, caller);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, E, &m), OK);
	tap_equal(m.word[0], 102);
	tap_status(call_caller_save(R2), OK);
	call_yield();
	tap_equal(got[0].word[0], 10);
	tap_status(call_caller_load(R1), OK);
	tap_status(reply(11), OK);
	tap_equal(got[1].word[0], 11);
	tap_status(call_caller_load(R2), OK);
	tap_status(reply(13), OK);
	tap_equal(got[2].word[0], 13);
	tap_equal(result[0] + result[1] + result[2], OK);
}

/* A server that puts each caller aside and takes it back; the fast paths carry it, there and back. */
static void
aside(unsigned long which)
{
	enum status status = ipc_signal(CALL_IPC_RECEIVE, E);

	while (status == OK && call_caller_save(R0) == OK && call_caller_load(R0) == OK)
		status = ipc_signal(CALL_IPC_REPLY_WAIT, E);
	finish(which, status);
}

static void
test_in_turns(void)
{
	start(0, aside);
	for (unsigned i = 0; i < 5; i++)
		tap_status(ipc_signal(CALL_IPC_CALL, E), OK);
	call_object_destroy(W0);
}

/* What is in UTCBs comes, too. */
static void
caller_of_more(unsigned long which)
{
	ITS->word[0] = 7;
	ITS->window = (struct ipc_window){ .slot = R2, .slots = 1 };
	unsigned status = message_ipc(CALL_IPC_CALL | TAG(1, 0), E, &got[which]);
	seen = ITS->word[0];
	finish(which, status);
}

static void
test_more_than_words(void)
{
	struct message m = { 0 };
	uint64_t id;

	tap_status(call_thread_create(SLOT_OWN, W0, &id), OK);
	tap_status(call_thread_utcb(W0, (uintptr_t)ITS), OK);
	tap_status(call_thread_start(W0, (uintptr_t)caller_of_more, (uintptr_t)stacks[0] + WORKER_STACK - 8, 0), OK);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_equal(MINE->word[0], 7);
	tap_status(call_caller_save(R0), OK);
	tap_status(call_caller_load(R0), OK);
	MINE->word[0] = 8;
	MINE->out[0] = (struct ipc_item){ .kind = ITEM_CAP_COPY, .rights = RIGHT_SEND, .from = E };
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(1, 1), 0, &m), OK);
	call_yield();
	tap_equal(result[0], OK);
	tap_equal(seen, 8);
	tap_status(call_cap_delete(R2), OK);
}

static void
settle(void)
{
	tap_status(ipc_signal(CALL_IPC_RECEIVE | SOON << IPC_RECEIVE_TIME, E), ERR_TIMEOUT);
}

/* --- what the kernel asks ----------------------------------------------------------------------------------------------------- */

static void
start_with_handler(unsigned long space, void (*worker)(unsigned long), unsigned is_foreign)
{
	uint64_t id;

	seen = 0;
	result[0] = NONE;
	tap_status(call_thread_create(space, W0, &id), OK);
	call_thread_priority(W0, 100);
	tap_status(call_thread_pager(W0, E), OK);
	tap_status(call_thread_handler(W0, E), OK);
	tap_status(call_thread_foreign(W0, is_foreign), OK);
	tap_status(call_thread_start(W0, (uintptr_t)worker, (uintptr_t)stacks[0] + WORKER_STACK - 8, 0), OK);
}

/* The message is taken, its sender put aside while another is served, and taken back. */
static struct message
receive_aside(unsigned kind)
{
	struct message m = { 0 }, other = { 0 };

	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_equal(m.kind, kind);
	tap_status(call_caller_save(R0), OK);
	start(1, caller);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &other), OK);
	tap_equal(other.word[0], 101);
	tap_status(reply(1), OK);
	tap_equal(result[1], OK);
	tap_equal(result[0], NONE);
	tap_status(call_caller_load(R0), OK);
	return m;
}

static void
test_faults(void)
{
	struct message m;
	uint64_t frame;

	tap_status(call_frame_take(~0ul, 0, PAGE_GIVEN, RIGHT_READ | RIGHT_WRITE, &frame), OK);
	*(volatile unsigned long *)PAGE_GIVEN = 4711;
	start_with_handler(SLOT_OWN, reader, 0);
	m = receive_aside(IPC_PAGE_FAULT);
	tap_equal(m.word[PAGE_FAULT_ADDRESS], PAGE_MISSING);
	MINE->out[0] = (struct ipc_item){ .kind = ITEM_MAP, .rights = RIGHT_READ, .from = PAGE_GIVEN, .size = 12, .at = PAGE_MISSING };
	m.word[FAULT_ANSWER] = 0;
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(0, 1), 0, &m), OK);
	settle();
	tap_equal(seen, 4711);
	tap_equal(result[0], OK);

	start_with_handler(SLOT_OWN, undefined, 0);
	m = receive_aside(IPC_EXCEPTION);
	m.word[FAULT_ANSWER] = REGISTERS_RIP | REGISTERS_RAX;
	m.word[FAULT_RAX] = 55;
	m.word[FAULT_IP] = (uintptr_t)undefined_at + 2;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(seen, 55);
	tap_equal(result[0], OK);

	start_with_handler(SLOT_OWN, foreign, 1);
	m = receive_aside(IPC_FOREIGN_CALL);
	tap_equal(m.word[FOREIGN_RAX], 1000);
	m = (struct message){ .word[FAULT_ANSWER] = REGISTERS_RAX, .word[FAULT_RAX] = 56 };
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(seen, 56);
	call_object_destroy(W0);
}

/* Who faulted asks its handler when the pager's reply capability goes; then nobody is left. */
static void
test_forsaken(void)
{
	uint64_t id, state, suspended = 0, ticks, switches;
	struct message m = { 0 };

	tap_status(space_share(SPACE), OK);
	start_with_handler(SPACE, reader, 0);
	for (unsigned kind = IPC_PAGE_FAULT; kind <= IPC_EXCEPTION; kind++) {
		tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
		tap_equal(m.kind, kind);
		tap_status(call_caller_save(R0), OK);
		tap_status(call_cap_delete(R0), OK);
	}
	tap_status(call_thread_info(W0, &id, &state, &suspended, &ticks, &switches), OK);
	tap_equal(suspended, 1);
	tap_status(call_object_destroy(SPACE), OK);
}

/* --- ends --------------------------------------------------------------------------------------------------------------------- */

static void
test_ends(void)
{
	start_and_save(0, caller);
	tap_status(call_cap_delete(R0), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
	tap_equal(got[0].word[0], 0);

	start_and_save(0, caller);
	tap_status(call_thread_cancel(W0), OK);
	tap_ok(is_empty(R0), "the caller was cancelled");
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);

	start_and_save(0, caller_in_time);
	tap_status(ipc_signal(CALL_IPC_RECEIVE | SOON << IPC_RECEIVE_TIME, E), ERR_TIMEOUT);
	tap_status(ipc_signal(CALL_IPC_RECEIVE | LATER << IPC_RECEIVE_TIME, E), ERR_TIMEOUT);
	tap_equal(result[0], ERR_TIMEOUT);
	tap_ok(is_empty(R0), "the caller's time has passed");

	start_and_save(0, caller);
	tap_status(call_object_destroy(W0), OK);
	tap_ok(is_empty(R0), "the caller has died");

	start_and_save(0, caller);
	start(1, caller);
	tap_status(ipc_signal(CALL_IPC_RECEIVE, E), OK);
	tap_status(call_thread_cancel(W1), OK);
	tap_status(call_caller_load(R0), OK);			/* no reply was due any more */
	tap_status(ipc_signal(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, E), ERR_TIMEOUT);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);			/* received again without a reply */
}

/* Endpoint and server may go: who has the capability can still reply. */
static void
saver(unsigned long which)
{
	enum status status = ipc_signal(CALL_IPC_RECEIVE, E);

	if (status == OK)
		status = call_caller_save(R0);
	finish(which, status);
}

static void
test_outlives_server(void)
{
	start(1, saver);
	start(0, caller);
	call_yield();
	tap_equal(result[1], OK);
	tap_status(call_object_destroy(E), OK);
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_caller_load(R0), OK);
	tap_status(reply(31), OK);
	tap_equal(got[0].word[0], 31);
}

/* Moved to another slot, to a space, from where another replies, and to a space that ends. */
static void
answers(unsigned long word)
{
	struct message m = { .word[0] = word };
	enum status status = call_caller_load(R0);

	finish(1, status ? status : message_ipc(CALL_IPC_REPLY, 0, &m));
}

static void
test_moves(void)
{
	tap_status(space_share(SPACE), OK);
	start_and_save(0, caller);
	tap_status(call_cap_move(R0, SLOT_OWN, R1), OK);
	tap_ok(is_empty(R0), "it was moved");
	tap_status(call_cap_move(R1, SPACE, R0), OK);
	result[1] = NONE;
	tap_status(worker_start_in(SPACE, W1, stacks[1], answers, 77), OK);
	call_yield();
	call_yield();
	tap_equal(result[1], OK);
	tap_equal(result[0], OK);
	tap_equal(got[0].word[0], 77);

	start_and_save(0, caller);
	tap_status(call_cap_move(R0, SPACE, R0), OK);
	tap_status(call_object_destroy(SPACE), OK);
	call_yield();
	tap_equal(result[0], ERR_CANCELLED);
}

/* --- time ----------------------------------------------------------------------------------------------------------------------- */

static volatile unsigned order, ran_first, saved_at;

static void
runs(unsigned long which)
{
	ran_first = 1 + which;
	finish(which, OK);
}

static void
start_prioritised(unsigned which, void (*worker)(unsigned long), unsigned priority)
{
	uint64_t id;

	result[which] = NONE;
	call_thread_create(SLOT_OWN, W0 + which, &id);
	call_thread_priority(W0 + which, priority);
	call_thread_start(W0 + which, (uintptr_t)worker, (uintptr_t)stacks[which] + WORKER_STACK - 8, which);
}

/* On its caller's priority until it has put the caller aside, and again when it has taken it back. */
static void
saves_while_others_wait(unsigned long which)
{
	ipc_signal(CALL_IPC_RECEIVE, E);
	start_prioritised(2, runs, 100);
	order = ran_first;				/* 0: the other has not run */
	call_caller_save(R0);
	saved_at = ran_first;				/* it has now: this thread's own priority is lower */
	call_caller_load(R0);
	ran_first = 0;
	start_prioritised(2, runs, 100);
	seen = ran_first;
	ipc_signal(CALL_IPC_REPLY, 0);
	finish(which, OK);
}

static void
test_priority(void)
{
	ran_first = 0;
	start_prioritised(0, saves_while_others_wait, 90);
	tap_status(ipc_signal(CALL_IPC_CALL, E), OK);
	tap_equal(order, 0);
	tap_equal(saved_at, 3);
	tap_equal(seen, 0);
	settle();
	tap_equal(result[0], OK);
	tap_equal(ran_first, 3);

	start_and_save(0, caller);				/* a priority that changes meanwhile */
	tap_status(call_thread_priority(W0, 90), OK);
	tap_status(call_caller_load(R0), OK);
	tap_status(reply(5), OK);
	settle();
	tap_equal(result[0], OK);
}

int
main(void)
{
	tap_status(call_endpoint_create(E), OK);
	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)MINE), OK);
	test_errors();
	test_any_order();
	test_in_turns();
	test_more_than_words();
	test_faults();
	test_forsaken();
	test_ends();
	test_outlives_server();
	test_moves();
	test_priority();
	tap_done();
}
