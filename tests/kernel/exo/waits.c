/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting and asynchronous entry: each way to be woken, each error, what becomes of who waits when the word's frame, the waiter or
 * the sender goes.
 */
#include <exo/entries.h>
#include <exo/frames.h>
#include <exo/revocation.h>
#include <exo/wait.h>
#include <janus/slots.h>
#include "child.h"
#include "guest.h"
#include "tap.h"

enum { FIRST = 1, SECOND, THIRD };

#define AT	0x200000000ul

static char stacks[4][CHILD_STACK] __attribute__((aligned(16)));
static uint64_t own_name, name[4];
static volatile uint64_t word, other_word, woken[4], reason[4], status[4];
static volatile uint64_t *watched[4];

static uint64_t
clock(void)
{
	return __builtin_ia32_rdtsc();
}

/* --- by oneself --------------------------------------------------------------------------------------------------------- */

static void
test_at_once(void)
{
	uint64_t why = 9, from = 0, first = 0, second = 0, third = 0, fourth = 0, left = 0, start = clock();

	tap_status(call_wait((uintptr_t)&word, 1, WAIT_FOREVER, &why), OK);
	tap_equal(why, WAIT_WORD);
	tap_status(call_wait((uintptr_t)&word, 0, 0, &why), OK);
	tap_equal(why, WAIT_TIME);
	tap_status(call_wait(0, 0, start + 1000000, &why), OK);
	tap_equal(why, WAIT_TIME);
	tap_ok(clock() - start >= 1000000, "the time has passed");
	tap_status(call_wait((uintptr_t)&word + 1, 0, 0, &why), ERR_BAD_ADDRESS);
	tap_status(call_wait(AT, 0, 0, &why), ERR_BAD_ADDRESS);
	tap_status(call_wait(1ul << 47, 0, 0, &why), ERR_BAD_ADDRESS);
	tap_status(call_wake((uintptr_t)&word + 1), ERR_BAD_ADDRESS);
	tap_status(call_wake(AT), ERR_BAD_ADDRESS);
	tap_status(call_wake((uintptr_t)&word), OK);

	tap_status(call_entry_take(&from, &first, &second, &third, &fourth, &left), ERR_NOT_FOUND);
	tap_status(call_transfer_later(own_name, 1, 2, 3, 4), ERR_WRONG_STATE);
	tap_status(call_entry_queue(ENTRIES_MAX + 1), ERR_BAD_VALUE);
	tap_status(call_entry_queue(2), OK);
	tap_status(call_transfer_later(own_name + 0x10000, 1, 2, 3, 4), ERR_NOT_FOUND);
	tap_status(call_transfer_later(own_name, 1, 2, 3, 4), OK);
	tap_status(call_transfer_later(own_name, 5, 6, 7, 8), OK);
	tap_status(call_transfer_later(own_name, 5, 6, 7, 8), ERR_LIMIT);
	tap_status(call_entry_queue(4), ERR_WRONG_STATE);
	tap_status(call_wait((uintptr_t)&word, 0, WAIT_FOREVER, &why), OK);
	tap_equal(why, WAIT_ENTRY);
	tap_status(call_entry_take(&from, &first, &second, &third, &fourth, &left), OK);
	tap_ok(from == own_name && first == 1 && second == 2 && third == 3 && fourth == 4 && left == 1, "the first that came");
	tap_status(call_entry_take(&from, &first, &second, &third, &fourth, &left), OK);
	tap_ok(first == 5 && fourth == 8 && left == 0, "then the second");
	tap_status(call_entry_queue(0), OK);
	tap_status(call_transfer_later(own_name, 1, 2, 3, 4), ERR_WRONG_STATE);
}

/* --- others ------------------------------------------------------------------------------------------------------------- */

static void
sleeper(uint64_t which)
{
	uint64_t why = 9;

	status[which] = call_wait((uintptr_t)watched[which], 0, WAIT_FOREVER, &why);
	reason[which] = why;
	woken[which]++;
	call_park();
}

static void
sleeper_start(uint64_t which, volatile uint64_t *at)
{
	woken[which] = 0;
	watched[which] = at;
	tap_status(child_make(which, &name[which]), OK);
	tap_status(child_start(which, stacks[which], sleeper, which), OK);
}

static void
test_wake(void)
{
	sleeper_start(FIRST, &word);
	sleeper_start(SECOND, &word);
	sleeper_start(THIRD, &other_word);
	call_yield();
	tap_status(call_wake((uintptr_t)&word), OK);
	call_yield();
	tap_equal(woken[FIRST] + woken[SECOND] + woken[THIRD], 0);	/* looked again, and found nothing */
	word = 1;
	call_yield();
	tap_equal(woken[FIRST] + woken[SECOND] + woken[THIRD], 0);	/* nobody said so */
	tap_status(call_wake((uintptr_t)&word), OK);
	call_yield();
	tap_ok(woken[FIRST] == 1 && woken[SECOND] == 1 && !woken[THIRD], "both of that word, and not the other");
	tap_ok(!status[FIRST] && reason[FIRST] == WAIT_WORD, "for the word");
	tap_status(call_destroy(SECOND), OK);
	tap_status(call_destroy(THIRD), OK);			/* while it waits */
	tap_status(call_wake((uintptr_t)&other_word), OK);
	tap_status(call_destroy(FIRST), OK);
	word = 0;
}

/* --- frames that go ------------------------------------------------------------------------------------------------------ */

static void
test_frame_freed(void)
{
	uint64_t payload = 0, mac = 0;

	tap_status(call_frame_alloc(FRAME_ANY, 0, 50, &payload, &mac), OK);
	tap_status(call_bind(AT, payload, mac, RIGHT_READ | RIGHT_WRITE), OK);
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(call_space_share(FIRST, AT, AT, 1, RIGHT_READ), OK);
	woken[FIRST] = 0;
	watched[FIRST] = (uint64_t *)(AT + 8);
	tap_status(child_start(FIRST, stacks[FIRST], sleeper, FIRST), OK);
	call_yield();
	tap_status(call_unbind(AT, 1), OK);			/* the freer's own binding says nothing */
	call_yield();
	tap_equal(woken[FIRST], 0);
	tap_status(call_frame_free(payload, mac), OK);
	call_yield();
	tap_equal(woken[FIRST], 1);
	tap_equal(status[FIRST], ERR_BAD_ADDRESS);
	tap_status(call_destroy(FIRST), OK);
}

/* SECOND shares a page of its own with FIRST, which waits there; then SECOND is destroyed. */
static volatile uint64_t shared_payload, shared_mac;

static void
lender(uint64_t unused __attribute__((unused)))
{
	uint64_t payload = 0, mac = 0;

	status[SECOND] = call_frame_alloc(FRAME_ANY, 0, 50, &payload, &mac);
	shared_payload = payload;
	shared_mac = mac;
	call_park();
}

static void
borrower(uint64_t which)
{
	status[which] = call_bind(AT, shared_payload, shared_mac, RIGHT_READ);
	sleeper(which);
}

static void
borrows(void)
{
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], lender, 0), OK);
	call_yield();
	tap_equal(status[SECOND], OK);
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	woken[FIRST] = 0;
	watched[FIRST] = (uint64_t *)AT;
	tap_status(child_start(FIRST, stacks[FIRST], borrower, FIRST), OK);
	call_yield();
	tap_equal(status[FIRST], OK);
	tap_equal(woken[FIRST], 0);
}

static void
has_lost_it(void)
{
	call_yield();
	tap_equal(woken[FIRST], 1);
	tap_equal(status[FIRST], ERR_BAD_ADDRESS);
	tap_status(call_destroy(FIRST), OK);
}

static void
test_owner_dies(void)
{
	borrows();
	tap_status(call_destroy(SECOND), OK);
	has_lost_it();
}

static void
test_taken_by_force(void)
{
	uint64_t allowance = 0, given, held, kmem, unused, owed = 0;

	borrows();
	tap_status(call_holdings(SECOND, &allowance, &given, &held, &kmem, &unused), OK);
	tap_status(call_space_demand(SECOND, DEMAND_PAGES, allowance, 0, &owed), OK);
	tap_ok(owed > 0, "it is to give up all that it holds");
	tap_status(call_repossess(SECOND, &owed), OK);
	has_lost_it();
	tap_status(call_destroy(SECOND), OK);
}

/* --- asynchronous entry --------------------------------------------------------------------------------------------------- */

static volatile uint64_t taken[5];

static void
server(uint64_t unused __attribute__((unused)))
{
	uint64_t why, from, first, second, third, fourth, left;

	status[FIRST] = call_entry_queue(ENTRIES_MAX);
	for (;;) {
		status[FIRST] |= call_wait(0, 0, WAIT_FOREVER, &why);
		woken[FIRST]++;
		while (!call_entry_take(&from, &first, &second, &third, &fourth, &left)) {
			taken[0] = from;
			taken[1] += first;
			taken[2]++;
		}
	}
}

static void
sender(uint64_t to)
{
	status[SECOND] = call_transfer_later(to, 100, 0, 0, 0);
	call_park();
}

static void
test_entries(void)
{
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], server, 0), OK);
	call_yield();
	woken[FIRST] = 0;
	unsigned sent = 0;
	while (!call_transfer_later(name[FIRST], 1, 0, 0, 0))
		sent++;
	tap_equal(sent, ENTRIES_MAX);
	tap_equal(woken[FIRST], 0);				/* at its next slice */
	call_yield();
	tap_equal(woken[FIRST], 1);
	tap_equal(taken[1], ENTRIES_MAX);
	tap_equal(taken[0], own_name);

	/* What a sender that is no more has sent is still taken. */
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], sender, name[FIRST]), OK);
	call_yield();
	tap_status(call_destroy(SECOND), OK);
	call_yield();
	tap_equal(status[SECOND], OK);
	tap_equal(taken[0], name[SECOND]);
	tap_equal(taken[1], ENTRIES_MAX + 100);
	tap_status(call_transfer_later(name[FIRST], 1, 0, 0, 0), OK);
	tap_status(call_destroy(FIRST), OK);			/* with one in its queue */
	tap_status(call_transfer_later(name[FIRST], 1, 0, 0, 0), ERR_NOT_FOUND);
}

static void
poor(uint64_t unused __attribute__((unused)))
{
	for (uint64_t slot = 0; !call_cap_grow(SLOT_OWN, slot); slot += 64)
		;
	status[SECOND] = call_entry_queue(ENTRIES_MAX);
	call_park();
}

static void
test_poor(void)
{
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], poor, 0), OK);
	call_yield();
	tap_equal(status[SECOND], ERR_NO_KMEM);
	tap_status(call_destroy(SECOND), OK);
}

/* --- on another's slices --------------------------------------------------------------------------------------------------- */

static void
test_guest(void)
{
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], guest, 0), OK);
	call_yield();
	tap_equal(transfer_and_back(name[FIRST]), ERR_WRONG_STATE);
	tap_status(call_destroy(FIRST), OK);
}

int
main(void)
{
	tap_status(call_entry((uintptr_t)client_entry, &own_name), OK);
	test_at_once();
	test_wake();
	test_frame_freed();
	test_owner_dies();
	test_taken_by_force();
	test_entries();
	test_poor();
	test_guest();
	tap_done();
}
