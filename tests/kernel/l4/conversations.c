/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random conversations, written down: kernels with and without the fast path must give the same transcript.
 *
 * Each worker has a priority of its own and makes random IPC at two endpoints, with timeouts that are 0 or never, so that nothing depends on
 * the clock.  The first thread has the lowest priority: it runs when all others wait, and then cancels, suspends, ends or destroys something.
 */
#include "tap.h"
#include "worker.h"

enum { WORKERS = 6, E0 = 32, E1, BADGED, SENDS_ONLY, NOTHING, SPACE, W0 };

#define STEPS	500			/* of a worker */
#define SEEDS	8
#define AT_ONCE	((uint64_t)IPC_AT_ONCE)

static char stacks[WORKERS][WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned left[WORKERS];
static uint64_t state[WORKERS + 1];
static uint64_t transcript, entries;
static unsigned statuses[STATUS_COUNT];

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
		m.word[draw(who, IPC_WORDS)] = draw(who, 1000);
		say(who, &m, operation, message_ipc(operation | times, slot, &m));
	}
	call_thread_exit();
}

static void
worker_make(unsigned who)
{
	bool elsewhere = who % 2;

	if (worker_start_in(elsewhere ? SPACE : SLOT_OWN, W0 + who, stacks[who], worker, who) ||
	    call_thread_suspend(W0 + who) || call_thread_priority(W0 + who, 200 + who) || call_thread_resume(W0 + who))
		tap_ok(false, "a worker starts");
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
}

/* Everybody waits, or is suspended. */
static void
disturb(void)
{
	unsigned who = draw(WORKERS, WORKERS);
	struct message m = { 0 };

	switch (draw(WORKERS, 8)) {
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
	tap_ok(statuses[ERR_NOT_FOUND] > 10 && statuses[ERR_NO_RIGHT] > 10 && statuses[ERR_NO_CAP] > 10, "others are refused");
	tap_done();
}
