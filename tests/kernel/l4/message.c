/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in the UTCB: words beyond the registers, by every operation, and what happens with a thread's UTCB itself. */
#include <string.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { E = 32, W0, SPACE, THREAD };

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define NONE		99u
#define MINE		((struct utcb *)0x10000000)
#define ITS		((struct utcb *)0x10001000)
#define TAG(words)	((uint64_t)(words) << IPC_TAG)

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result;
static struct message seen;
static struct utcb seen_utcb;

static void
fill(struct message *m, struct utcb *u, uint64_t seed)
{
	for (unsigned i = 0; i < IPC_WORDS; i++)
		m->word[i] = seed + i;
	for (unsigned i = 0; i < IPC_UTCB_WORDS; i++)
		u->word[i] = seed + IPC_WORDS + i;
}

/* WORDS in the UTCB came, and no others. */
static bool
filled(const struct message *m, const struct utcb *u, uint64_t seed, unsigned words, uint64_t before)
{
	for (unsigned i = 0; i < IPC_WORDS; i++)
		if (m->word[i] != seed + i)
			return false;
	for (unsigned i = 0; i < IPC_UTCB_WORDS; i++)
		if (u->word[i] != (i < words ? seed : before) + IPC_WORDS + i)
			return false;
	return m->tag == words && m->kind == 0;
}

/* --- workers: what they do, with the tag of what they send above it ----------------------------------------------------- */

static void
once(unsigned long operation)
{
	struct message m = { 0 };

	fill(&m, ITS, 5000);
	unsigned status = message_ipc(operation, E, &m);
	seen = m;
	seen_utcb = *ITS;
	result = status;
	call_thread_exit();
}

/* The same without a UTCB. */
static void
bare(unsigned long operation)
{
	struct message m = { 0 };

	result = message_ipc(operation, E, &m);
	call_thread_exit();
}

/* Adds 1 to every word. */
static void
echo(unsigned long reply_wait)
{
	struct message m = { 0 };

	for (uint64_t tag = 0; message_ipc(reply_wait | tag << IPC_TAG, E, &m) == OK; tag = m.tag) {
		for (unsigned i = 0; i < IPC_WORDS; i++)
			m.word[i]++;
		for (unsigned i = 0; i < m.tag; i++)
			ITS->word[i]++;
	}
	result = ERR_CANCELLED;
	call_thread_exit();
}

static void
start(void (*worker)(unsigned long), unsigned long argument, bool with_utcb)
{
	uint64_t id;

	result = NONE;
	if (call_thread_create(SLOT_OWN, W0, &id) != OK || (with_utcb && call_thread_utcb(W0, (uintptr_t)ITS) != OK) ||
	    call_thread_start(W0, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument) != OK)
		tap_ok(false, "a worker starts");
	call_yield();
}

static void
stop(void)
{
	call_object_destroy(W0);
}

/* --- the UTCB ------------------------------------------------------------------------------------------------------------ */

static void
test_utcb(void)
{
	uint64_t id, address = (uintptr_t)MINE;
	struct message m;

	fill(&m, &seen_utcb, 0);
	tap_status(message_ipc(CALL_IPC_SEND | TAG(1), E, &m), ERR_BAD_VALUE);	/* it has none yet */
	tap_status(call_thread_utcb(9000, address), ERR_NO_CAP);
	tap_status(call_thread_utcb(SLOT_OWN, address + 8), ERR_BAD_ADDRESS);
	tap_status(call_thread_utcb(SLOT_OWN, -4096ul), ERR_BAD_ADDRESS);
	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)stack & -4096ul), ERR_EXISTS);
	tap_status(call_thread_utcb(SLOT_OWN, address), OK);
	tap_status(call_thread_utcb(SLOT_OWN, address), ERR_EXISTS);
	MINE->word[3] = 17;
	tap_status(call_thread_utcb(SLOT_OWN, address + 0x100000), OK);
	tap_equal(((struct utcb *)(address + 0x100000))->word[3], 17);

	tap_status(call_thread_create(SLOT_OWN, W0, &id), OK);
	tap_status(call_cap_copy(W0, SLOT_OWN, THREAD, RIGHT_READ), OK);
	tap_status(call_thread_utcb(THREAD, address), ERR_NO_RIGHT);
	call_cap_delete(THREAD);
	call_object_destroy(W0);
}

/* A thread's UTCB goes with it, from whatever space it is mapped in; its pool pays. */
static void
test_utcb_ends(void)
{
	uint64_t id;

	tap_status(call_space_create(SPACE), OK);
	tap_status(call_thread_create(SPACE, W0, &id), ERR_WRONG_STATE);
	call_space_donate(SPACE, 8);
	tap_status(call_space_prepare(SPACE), OK);
	tap_status(call_thread_create(SPACE, W0, &id), OK);
	tap_status(call_thread_utcb(W0, (uintptr_t)ITS), OK);
	tap_status(call_object_destroy(W0), OK);
	tap_status(call_thread_create(SPACE, W0, &id), OK);
	tap_status(call_thread_utcb(W0, (uintptr_t)ITS), OK);		/* the place is free again */
	tap_status(call_object_destroy(SPACE), OK);
}

/* --- words ---------------------------------------------------------------------------------------------------------------- */

static const unsigned counts[] = { 0, 1, 2, 31, 52, 53 };

static void
test_call_words(void)
{
	struct message m;

	start(echo, CALL_IPC_REPLY_WAIT, true);
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		fill(&m, MINE, 100);
		tap_status(message_ipc(CALL_IPC_CALL | TAG(counts[i]), E, &m), OK);
		tap_ok(filled(&m, MINE, 101, counts[i], 100), "words come back, each one more, and no others");
		fill(&m, MINE, 200);
		tap_status(message_ipc(CALL_IPC_CALL | TAG(counts[i]) | AT_ONCE << IPC_SEND_TIME, E, &m), OK);
		tap_ok(filled(&m, MINE, 201, counts[i], 200), "and by the ordinary path");
	}
	stop();
}

static void
test_send_words(void)
{
	struct message m;

	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		start(once, CALL_IPC_RECEIVE, true);
		fill(&m, MINE, 300);
		tap_status(message_ipc(CALL_IPC_SEND | TAG(counts[i]), E, &m), OK);
		call_yield();
		tap_ok(result == OK && filled(&seen, &seen_utcb, 300, counts[i], 5000), "to a receiver that waits");

		start(once, CALL_IPC_SEND | TAG(counts[i]), true);
		fill(&m, MINE, 0);
		tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
		tap_ok(filled(&m, MINE, 5000, counts[i], 0), "from a sender that waits");
		call_yield();

		start(once, CALL_IPC_CALL | TAG(counts[i]), true);
		tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
		fill(&m, MINE, 400);
		tap_status(message_ipc(CALL_IPC_REPLY | TAG(counts[i]), 0, &m), OK);
		call_yield();
		tap_ok(result == OK && filled(&seen, &seen_utcb, 400, counts[i], 5000), "as a reply");
	}
}

/* What is done with the mappings of a UTCB is nothing to its messages; and none outlives the thread, wherever it was handed on to. */
static void
test_mappings_of_utcb(void)
{
	uint64_t mine = (uintptr_t)MINE, its = (uintptr_t)ITS, copy = its + 0x200000;
	struct message m;

	start(echo, CALL_IPC_REPLY_WAIT, true);
	fill(&m, MINE, 100);
	tap_status(call_unmap(SLOT_OWN, mine, 1, 0, 1), OK);
	tap_status(call_unmap(SLOT_OWN, mine + 0x100000, 1, 0, 1), OK);
	tap_status(message_ipc(CALL_IPC_CALL | TAG(53), E, &m), OK);
	tap_status(call_thread_utcb(SLOT_OWN, mine), OK);
	tap_ok(filled(&m, MINE, 101, 53, 0), "words come and go without a mapping");
	tap_status(call_space_map(SLOT_OWN, copy, its, 1, RIGHT_READ | RIGHT_WRITE), OK);
	tap_status(call_space_map(SLOT_OWN, copy + 4096, copy, 1, RIGHT_READ), OK);
	tap_equal(((struct utcb *)copy)->word[7], 101 + IPC_WORDS + 7);
	tap_status(call_space_map(SLOT_OWN, copy + 8192, its, 1, RIGHT_READ | RIGHT_EXECUTE), OK);
	stop();
	for (uint64_t at = copy; at <= copy + 8192; at += 4096) {
		tap_status(call_space_map(SLOT_OWN, at, mine, 1, RIGHT_READ), OK);	/* the place is free */
		tap_status(call_unmap(SLOT_OWN, at, 1, 0, 1), OK);
	}
}

/* Nothing happens to the receiver of a message that is not one. */
static void
test_bad_tags(void)
{
	static const uint64_t bad[] = { 54, 63, 1 << 13, 1 << 15 };
	struct message m = { 0 };

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(once, CALL_IPC_RECEIVE, true);
		tap_status(message_ipc(CALL_IPC_SEND | TAG(bad[i]), E, &m), ERR_BAD_VALUE);
		tap_status(message_ipc(CALL_IPC_CALL | TAG(bad[i]), E, &m), ERR_BAD_VALUE);
		call_yield();
		tap_equal(result, NONE);
		stop();
		start(once, CALL_IPC_CALL, true);
		tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
		tap_status(message_ipc(CALL_IPC_REPLY | TAG(bad[i]), 0, &m), ERR_BAD_VALUE);
		tap_status(message_ipc(CALL_IPC_REPLY_WAIT | TAG(bad[i]), E, &m), ERR_BAD_VALUE);
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
		call_yield();
	}
}

/* A receiver without a UTCB goes on waiting; the sender has the error. */
static void
test_no_window(void)
{
	struct message m = { 0 };

	start(bare, CALL_IPC_RECEIVE, false);
	tap_status(message_ipc(CALL_IPC_SEND | TAG(1), E, &m), ERR_NO_WINDOW);
	tap_status(message_ipc(CALL_IPC_CALL | TAG(1), E, &m), ERR_NO_WINDOW);
	tap_equal(result, NONE);
	stop();
	start(bare, CALL_IPC_CALL, false);
	tap_status(message_ipc(CALL_IPC_RECEIVE, E, &m), OK);
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(1), 0, &m), ERR_NO_WINDOW);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT | TAG(1), E, &m), ERR_NO_WINDOW);
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	call_yield();
}

int
main(void)
{
	call_endpoint_create(E);
	test_utcb();
	test_utcb_ends();
	test_call_words();
	test_send_words();
	test_mappings_of_utcb();
	test_bad_tags();
	test_no_window();
	tap_done();
}
