/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page fault through three pagers, each in a space of its own: docs/l4/faults.md tells the story.
 *
 *   client ---> first ---> second ---> third, which is this thread
 *
 * Each pager but the last gives a page by reading it itself, which faults to its own pager, and mapping what it has then.
 */
#include <l4/fault.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { CLIENT, FIRST, SECOND, ACTORS };
enum { SPACE = 32, THREAD = 40, TO_FIRST = 48, TO_SECOND, TO_THIRD, SLEEP };	/* slots; endpoints have them in every space */

#define REGION		0x40000000ul		/* at the same address everywhere; nothing is mapped there at first */
#define UTCB		0x30000000ul
#define ONE_ITEM	((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define LOW		100

static char stacks[ACTORS][WORKER_STACK] __attribute__((aligned(16)));
static char pages[2][4096] __attribute__((aligned(4096)));
static volatile unsigned long served[ACTORS];
static volatile uint64_t seen;

/* Reads two pages. */
static void
client(unsigned long unused __attribute__((unused)))
{
	seen = *(volatile uint64_t *)REGION;
	seen = *(volatile uint64_t *)(REGION + 4096);
	call_thread_suspend(SLOT_OWN);
	call_thread_exit();
}

static void
item_of(struct utcb *utcb, uint64_t from, uint64_t at)
{
	utcb->out[0] = (struct ipc_item){ .kind = ITEM_MAP, .rights = RIGHT_READ | RIGHT_WRITE, .from = from, .size = 12, .at = at };
}

static void
pager(unsigned long which)
{
	uint64_t operation = CALL_IPC_REPLY_WAIT;
	struct message m = { 0 };

	while (message_ipc(operation, TO_FIRST + which - FIRST, &m) == OK) {
		uint64_t page = m.word[PAGE_FAULT_ADDRESS] & -4096ul;

		served[which]++;
		*(volatile uint64_t *)page;
		item_of((struct utcb *)UTCB, page, page);
		operation = CALL_IPC_REPLY_WAIT | ONE_ITEM;
		m.word[FAULT_ANSWER] = 0;
	}
	call_thread_exit();
}

static void
actor_make(unsigned which, void (*entry)(unsigned long))
{
	uint64_t id;

	tap_status(space_share(SPACE + which), OK);
	for (unsigned long e = TO_FIRST; e <= TO_THIRD; e++)
		tap_status(call_cap_copy(e, SPACE + which, e, RIGHTS_ALL), OK);
	tap_status(call_thread_create(SPACE + which, THREAD + which, &id), OK);
	tap_status(call_thread_priority(THREAD + which, LOW + which), OK);
	tap_status(call_thread_utcb(THREAD + which, UTCB), OK);
	tap_status(call_thread_pager(THREAD + which, TO_FIRST + which), OK);
	tap_status(call_thread_start(THREAD + which, (uintptr_t)entry, (uintptr_t)stacks[which] + WORKER_STACK - 8, which), OK);
}

/* The third pager's part: a fault that has come to it, of whom it must be the second's. */
static void
third(uint64_t address, const char *page)
{
	struct message m;

	tap_status(message_ipc(CALL_IPC_RECEIVE | SOON << IPC_RECEIVE_TIME, TO_THIRD, &m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	tap_equal(m.word[PAGE_FAULT_ADDRESS], address);
	tap_equal(served[FIRST], (address - REGION) / 4096 + 1);
	tap_equal(served[SECOND], (address - REGION) / 4096 + 1);
	item_of((struct utcb *)UTCB, (uintptr_t)page, address);
	m.word[FAULT_ANSWER] = 0;
	tap_status(message_ipc(CALL_IPC_REPLY | ONE_ITEM, 0, &m), OK);
}

static void
settle(void)
{
	struct message m;

	message_ipc(CALL_IPC_RECEIVE | SOON << IPC_RECEIVE_TIME, SLEEP, &m);
}

static bool
is_suspended(unsigned which)
{
	uint64_t id, state, suspended, ticks, switches;

	return call_thread_info(THREAD + which, &id, &state, &suspended, &ticks, &switches) == OK && suspended;
}

/* One page through all of them, and what is mapped then is one tree: taking it back at its root takes it from everybody. */
static void
test_chain(void)
{
	*(volatile uint64_t *)pages[0] = 4711;
	*(volatile uint64_t *)pages[1] = 4712;
	actor_make(SECOND, pager);
	actor_make(FIRST, pager);
	actor_make(CLIENT, client);
	third(REGION, pages[0]);
	third(REGION + 4096, pages[1]);
	settle();
	tap_equal(seen, 4712);
	tap_ok(is_suspended(CLIENT), "the client has come to its end");
	tap_status(call_unmap(SLOT_OWN, (uintptr_t)pages[0], 1, 0, 0), OK);
}

/* The last of the chain goes while all wait: the second, which has no handler, stops; the others wait on, and can be ended. */
static void
test_end_of_chain(void)
{
	tap_status(call_object_destroy(THREAD + CLIENT), OK);
	tap_status(call_object_destroy(SPACE + CLIENT), OK);
	actor_make(CLIENT, client);
	settle();
	tap_equal(served[FIRST], 3);			/* the page that was taken back */
	tap_equal(served[SECOND], 3);
	tap_status(call_object_destroy(TO_THIRD), OK);
	settle();
	tap_ok(is_suspended(SECOND), "the second pager has nobody to ask");
	tap_ok(!is_suspended(FIRST) && !is_suspended(CLIENT), "who waits for it, waits");
	tap_status(call_object_destroy(SPACE + SECOND), OK);
	settle();
	tap_ok(is_suspended(FIRST), "until it ends: then the first has nobody to ask");
	tap_status(call_object_destroy(SPACE + FIRST), OK);
	settle();
	tap_ok(is_suspended(CLIENT), "nor has the client");
	tap_status(call_object_destroy(SPACE + CLIENT), OK);
}

int
main(void)
{
	for (unsigned long e = TO_FIRST; e <= SLEEP; e++)
		tap_status(call_endpoint_create(e), OK);
	tap_status(call_thread_utcb(SLOT_OWN, UTCB), OK);
	test_chain();
	test_end_of_chain();
	tap_done();
}
