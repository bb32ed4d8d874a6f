/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random conversations, written down: kernels with and without the fast path must give the same transcript.
 *
 * Each worker has a priority of its own and makes random IPC at two endpoints, with words and items in its UTCB, or signals and waits at two notifications, with
 * timeouts that are 0 or never, so that nothing depends on the clock.  The first thread has the lowest priority: it runs when all others wait, and then signals,
 * binds, cancels, suspends, ends or destroys something.
 */
#include <string.h>
#include <l4/fault.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { WORKERS = 6, E0 = 32, E1, BADGED, SENDS_ONLY, NOTHING, SPACE, W0, N0 = W0 + WORKERS, N1, SOME_BITS, WAITS_ONLY };

#define STEPS	500			/* of a worker */
#define SEEDS	8
#define AT_ONCE	((uint64_t)IPC_AT_ONCE)
#define PAGE	4096ul
#define WINDOW	0x50000000ul		/* of addresses, for all */
#define SLOTS	56			/* the first of two a worker, where it takes capabilities */

static char pages[8 * PAGE] __attribute__((aligned(8 * PAGE)));	/* what is mapped */
static char stacks[WORKERS][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned left[WORKERS];
static uint64_t state[WORKERS + 1];
static uint64_t transcript, entries;
static unsigned statuses[STATUS_COUNT];
static unsigned signals, waits, messages;	/* that came to something */

static unsigned
draw(unsigned who, unsigned limit)
{
	state[who] = state[who] * 6364136223846793005 + 1442695040888963407;
	return (state[who] >> 33) % limit;
}

static void
note(uint64_t word)
{
	transcript = (transcript ^ word) * 0x100000001b3;
	entries++;
}

static struct utcb *
utcb_of(unsigned who)
{
	return (struct utcb *)(0x40000000 + who * PAGE);
}

/* What came in the UTCB. */
static void
note_utcb(const struct utcb *u, unsigned tag)
{
	note(tag);
	for (unsigned i = 0; i < (tag & ((1 << IPC_TAG_ITEMS) - 1)); i++)
		note(u->word[i]);
	for (unsigned i = 0; i < tag >> IPC_TAG_ITEMS; i++) {
		note(u->in[i].kind << 8 | u->in[i].rights);
		note(u->in[i].from < WINDOW ? u->in[i].from : u->in[i].from - WINDOW);
		note(u->in[i].size);
	}
}

static void
say(unsigned who, const struct message *m, uint64_t operation, enum status status)
{
	note(who << 16 | operation);
	note(status);
	if (status < STATUS_COUNT)
		statuses[status]++;
	if (status)
		return;
	note(m->badge);
	for (int i = 0; i < IPC_WORDS; i++)
		note(m->word[i]);
	if (who < WORKERS)
		note_utcb(utcb_of(who), m->tag);
}

/* A random item, good or bad.  A reply does not give away KEPT, at which its thread waits then: two calls are not one there. */
static struct ipc_item
item(unsigned who, uint64_t kept)
{
	struct ipc_item i = { .kind = draw(who, 7), .rights = draw(who, 16) };

	if (i.kind == ITEM_MAP || i.kind == ITEM_GRANT) {
		i.kind = ITEM_MAP;		/* the program's own pages are not to be given away */
		i.from = (uintptr_t)pages + draw(who, 8) * PAGE;
		i.size = 11 + draw(who, 5);
		i.at = draw(who, 16) * PAGE;
	} else {
		i.from = E0 + draw(who, 5);
		i.badge = draw(who, 3);
		if (i.kind == ITEM_CAP_MOVE && i.from == kept)
			i.kind = ITEM_CAP_COPY;
	}
	return i;
}

/* What is sent beside the registers, and what may come: a tag. */
static uint64_t
prepare(unsigned who, uint64_t kept)
{
	struct utcb *u = utcb_of(who);
	unsigned items = draw(who, 4) ? 0 : 1 + draw(who, 2), words = draw(who, 3) ? 0 : draw(who, 56);

	u->word[draw(who, IPC_UTCB_WORDS)] = draw(who, 1000);
	for (unsigned i = 0; i < items; i++)
		u->out[i] = item(who, kept);
	u->window = (struct ipc_window){
		.slot = SLOTS, .slots = draw(who, 3), .address = WINDOW, .size = draw(who, 2) ? 13 + draw(who, 2) : 0,
		.offset = draw(who, 2) ? IPC_SENDER_CHOOSES : 0,
	};
	call_cap_delete(SLOTS);
	call_cap_delete(SLOTS + 1);
	return (uint64_t)IPC_TAG_OF(words, items, 0) << IPC_TAG;
}

/* At a notification, whose capability may not do. */
static void
notify(unsigned who)
{
	unsigned slot = draw(who, 8) ? N0 + draw(who, 3) : N0 + draw(who, 4);
	uint64_t bits = draw(who, 16);

	note(who << 16 | slot);
	if (draw(who, 2)) {
		enum status status = call_notification_signal(slot, bits);
		signals += status == OK;
		note(status);
		return;
	}
	enum status status = call_notification_wait(slot, draw(who, 4) ? IPC_NEVER : AT_ONCE, &bits);
	waits += status == OK;
	note(status);
	note(bits);
}

static void
worker(unsigned long who)
{
	static const uint64_t operations[] = {
		CALL_IPC_CALL, CALL_IPC_CALL, CALL_IPC_CALL, CALL_IPC_REPLY_WAIT, CALL_IPC_REPLY_WAIT, CALL_IPC_REPLY_WAIT,
		CALL_IPC_SEND, CALL_IPC_RECEIVE, CALL_IPC_REPLY,
	};
	struct message m = { 0 };

	while (left[who]) {
		uint64_t operation = operations[draw(who, 9)];
		uint64_t times = draw(who, 4) ? 0 : draw(who, 2) ? AT_ONCE << 16 : AT_ONCE << 32;
		unsigned slot = draw(who, 8) ? E0 + draw(who, 2) : E0 + draw(who, 5);

		left[who]--;
		if (!draw(who, 3)) {
			notify(who);
			continue;
		}
		m.word[draw(who, IPC_WORDS)] = draw(who, 1000);
		uint64_t tag = prepare(who, operation == CALL_IPC_REPLY_WAIT ? slot : SLOT_NONE);
		enum status status = message_ipc(operation | times | tag, slot, &m);
		if (status == OK && m.kind == IPC_NOTIFICATION) {
			memset(&m.word[1], 0, sizeof(m.word) - sizeof(m.word[0]));	/* are undefined */
			messages++;
		}
		say(who, &m, operation, status);
	}
	call_thread_exit();
}

static void
worker_make(unsigned who)
{
	uint64_t id;

	if (call_thread_create(who % 2 ? SPACE : SLOT_OWN, W0 + who, &id) || call_thread_utcb(W0 + who, (uintptr_t)utcb_of(who)) ||
	    call_thread_start(W0 + who, (uintptr_t)worker, (uintptr_t)stacks[who] + WORKER_STACK - 8, who) ||
	    call_thread_suspend(W0 + who) || call_thread_priority(W0 + who, 200 + who) || call_thread_resume(W0 + who))
		tap_ok(false, "a worker starts");
}

static void
notifications(void)
{
	call_notification_create(N0);
	call_notification_create(N1);
	call_cap_mint(N0, SLOT_OWN, SOME_BITS, RIGHT_SEND, 5);
	call_cap_copy(N1, SLOT_OWN, WAITS_ONLY, RIGHT_RECEIVE);
	for (unsigned slot = N0; slot <= WAITS_ONLY; slot++)
		call_cap_copy(slot, SPACE, slot, RIGHTS_ALL);
	call_cap_mint(N0, SPACE, SOME_BITS, RIGHT_SEND, 6);
	call_cap_copy(N1, SPACE, WAITS_ONLY, RIGHT_RECEIVE);
}

static void
capabilities(void)
{
	call_endpoint_create(E0);
	call_endpoint_create(E1);
	call_cap_mint(E0, SLOT_OWN, BADGED, RIGHT_SEND, 4711);
	call_cap_copy(E1, SLOT_OWN, SENDS_ONLY, RIGHT_SEND);
	for (unsigned slot = E0; slot <= SENDS_ONLY; slot++)
		call_cap_copy(slot, SPACE, slot, RIGHTS_ALL);
	call_cap_mint(E0, SPACE, BADGED, RIGHT_SEND, 17);
	call_cap_copy(E1, SPACE, SENDS_ONLY, RIGHT_SEND);
	notifications();
}

/* Everybody waits, or is suspended. */
static void
disturb(void)
{
	unsigned who = draw(WORKERS, WORKERS);
	struct message m = { 0 };

	switch (draw(WORKERS, 14)) {
	case 0:
		note(call_thread_suspend(W0 + who));
		break;
	case 1:
		if (left[who])
			call_object_destroy(W0 + who);
		if (left[who])
			worker_make(who);
		break;
	case 2:
		note(call_object_destroy(draw(WORKERS, 2) ? E0 : E1));
		capabilities();
		break;
	case 3:
	case 4:
		say(WORKERS, &m, CALL_IPC_SEND, message_ipc(CALL_IPC_SEND | AT_ONCE << 16, E0 + draw(WORKERS, 2), &m));
		break;
	case 5:
	case 6:
	case 7:
		note(call_notification_signal(N0 + draw(WORKERS, 3), draw(WORKERS, 16)));
		break;
	case 8:
		note(call_notification_bind(N0 + draw(WORKERS, 2), draw(WORKERS, 2) ? E0 : SLOT_NONE));
		break;
	case 9:
		note(call_object_destroy(N0 + draw(WORKERS, 2)));
		notifications();
		break;
	default:
		note(call_thread_cancel(W0 + who));
		break;
	}
	for (who = 0; who < WORKERS; who++)
		if (draw(WORKERS, 2))
			note(call_thread_resume(W0 + who));
}

static unsigned
steps_left(void)
{
	unsigned sum = 0;

	for (unsigned who = 0; who < WORKERS; who++)
		sum += left[who];
	return sum;
}

static void
conversation(uint64_t seed)
{
	for (unsigned who = 0; who <= WORKERS; who++)
		state[who] = seed * 977 + who;
	for (unsigned who = 0; who < WORKERS; who++)
		left[who] = STEPS;
	capabilities();
	for (unsigned who = 0; who < WORKERS; who++)
		worker_make(who);
	while (steps_left())
		disturb();
	for (unsigned who = 0; who < WORKERS; who++)
		call_object_destroy(W0 + who);
	call_object_destroy(E0);
	call_object_destroy(E1);
	call_object_destroy(N0);
	call_object_destroy(N1);
	printf("transcript %lu: %lu words, %#018lx\n", seed, entries, transcript);
}

int
main(void)
{
	call_thread_priority(SLOT_OWN, 1);
	if (space_share(SPACE))
		tap_ok(false, "a second space");
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		conversation(seed);
	tap_ok(statuses[OK] > SEEDS * STEPS, "many operations succeed");
	tap_ok(statuses[ERR_TIMEOUT] > 100, "many find nobody");
	tap_ok(statuses[ERR_CANCELLED] > 100, "many are cancelled");
	tap_ok(statuses[ERR_NO_WINDOW] > 100 && statuses[ERR_BAD_VALUE] > 100, "messages fail");
	tap_ok(statuses[ERR_NOT_FOUND] > 10 && statuses[ERR_NO_RIGHT] > 10 && statuses[ERR_NO_CAP] > 10, "others are refused");
	tap_ok(signals > SEEDS * 100 && waits > SEEDS * 50 && messages > SEEDS, "notifications come to waiting threads and as messages");
	tap_done();
}
