/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may hold how much: allowances are parts of their maker's, end with their space, and bound whatever takes a page. */
#include <exo/bindings.h>
#include <exo/frames.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

#define AT	0x200000000ul

enum { CHILD = 1, GRANDCHILD = 2, FIRST_FRAME = 3 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile unsigned got[8];
static volatile uint64_t taken;
struct token { uint64_t payload, mac; };
static struct token foreign;

struct holdings { uint64_t allowance, given, held, kmem, kmem_free; };

static unsigned
holdings(uint64_t space, struct holdings *h)
{
	return call_holdings(space, &h->allowance, &h->given, &h->held, &h->kmem, &h->kmem_free);
}

/* Takes all that it may hold, then more in every way there is. */
static void
greedy(uint64_t limit)
{
	struct token t;

	for (taken = 0; taken <= limit; taken++)
		if (call_frame_alloc(FRAME_ANY, 0, FIRST_FRAME + taken, &t.payload, &t.mac))
			break;
	got[0] = call_frame_alloc(FRAME_ANY, 0, 60, &t.payload, &t.mac);
	got[1] = call_frame_alloc(FRAME_AT, 0x3000000, 60, &t.payload, &t.mac);
	got[2] = call_space_fund(SLOT_OWN, 1);
	got[3] = call_frame_free(foreign.payload, foreign.mac ^ 1);
	call_yield();
	__builtin_trap();
}

static void
test_allowance(void)
{
	struct holdings before = { 0 }, now = { 0 };
	uint64_t name;

	tap_status(holdings(SLOT_OWN, &before), OK);
	tap_status(call_space_create(CHILD), OK);
	tap_status(call_space_allow(CHILD, before.allowance), ERR_LIMIT);
	tap_status(call_space_allow(CHILD, ~0ul), ERR_LIMIT);
	tap_status(call_space_allow(40, 1), ERR_NO_CAP);
	tap_status(call_destroy(CHILD), OK);
	tap_status(child_make(CHILD, &name), OK);
	tap_status(holdings(CHILD, &now), OK);
	tap_equal(now.allowance, CHILD_ALLOWANCE + CHILD_KMEM);
	tap_equal(now.held, CHILD_KMEM);
	tap_status(holdings(SLOT_OWN, &now), OK);
	tap_equal(now.given, before.given + CHILD_ALLOWANCE + CHILD_KMEM);
	tap_equal(now.held, before.held);
	tap_status(child_start(CHILD, stack, greedy, 2 * CHILD_ALLOWANCE), OK);
	call_yield();
	tap_equal(taken, CHILD_ALLOWANCE);
	tap_equal(got[0], ERR_LIMIT);
	tap_equal(got[1], ERR_LIMIT);
	tap_equal(got[2], ERR_LIMIT);
	tap_ok(got[3] != OK, "a forged name frees nothing");
	tap_status(holdings(CHILD, &now), OK);
	tap_equal(now.held, CHILD_ALLOWANCE + CHILD_KMEM);
	tap_status(holdings(50, &now), ERR_NO_CAP);
	tap_status(call_destroy(CHILD), OK);
	tap_status(holdings(SLOT_OWN, &now), OK);
	tap_equal(now.given, before.given);
	tap_equal(now.held, before.held);
}

/* All that is free can be had by who may: the first has an allowance of the whole machine. */
static void
test_guarantee(void)
{
	struct holdings h = { 0 };
	struct token t;
	uint64_t count = 0, had;

	tap_status(holdings(SLOT_OWN, &h), OK);
	had = h.allowance - h.given - h.held;
	while (call_space_fund(SLOT_OWN, 1) == OK)
		count++;
	tap_equal(count, had);
	tap_status(call_frame_alloc(FRAME_ANY, 0, FIRST_FRAME, &t.payload, &t.mac), ERR_LIMIT);
}

/* --- names -------------------------------------------------------------------------------------------------------------- */

#define NAMES		4095		/* of the machine */
#define MINE		2047		/* that an environment can have whose maker is the first, and has two itself */
#define NAMED_KMEM	5		/* pages that an environment takes which does not run */

/* Makes environments until it may no more. */
static void
names_taker(uint64_t unused __attribute__((unused)))
{
	uint64_t slot = FIRST_FRAME, name;
	unsigned last = OK;

	for (taken = 0; !last && taken <= NAMES; taken += !last, slot++) {
		last = call_cap_grow(SLOT_OWN, slot);
		last = last ? last : call_space_create(slot);
		last = last ? last : call_space_fund(slot, NAMED_KMEM);
		last = last ? last : call_environment_create(slot, &name);
	}
	got[0] = last;
	call_yield();
	__builtin_trap();
}

/* Who takes all names that it can get has enough of them left to others, and everything is there again when it has gone. */
static void
test_names_are_shared(void)
{
	uint64_t name;

	for (unsigned again = 0; again < 2; again++) {
		tap_status(child_make(CHILD, &name), OK);
		tap_status(call_space_fund(CHILD, MINE + MINE / 32), OK);
		tap_status(call_space_allow(CHILD, (MINE + 1) * NAMED_KMEM), OK);
		tap_status(child_start(CHILD, stack, names_taker, 0), OK);
		while (got[0] == OK)
			call_yield();
		tap_equal(got[0], ERR_LIMIT);
		tap_equal(taken, MINE - 1);
		tap_status(child_make(GRANDCHILD, &name), OK);
		tap_status(call_destroy(GRANDCHILD), OK);
		tap_status(call_destroy(CHILD), OK);
		got[0] = OK;
	}
}

/* --- what was bound without the right to share ----------------------------------------------------------------------- */

#define HOLE	0x300000000ul		/* nothing is bound there */

static struct token lent;

/* Binds a page that it was lent, and tries to hand it on, before and after its maker has had a turn. */
static void
hands_on(uint64_t unused __attribute__((unused)))
{
	got[0] = call_bind(AT, lent.payload, lent.mac, RIGHT_READ);
	got[1] = call_space_create(GRANDCHILD);
	got[2] = call_space_fund(GRANDCHILD, 8);
	got[3] = call_space_share(GRANDCHILD, AT, AT, 1, RIGHT_READ);
	call_yield();
	got[4] = call_space_share(GRANDCHILD, AT, AT, 1, RIGHT_READ);
	call_yield();
	__builtin_trap();
}

/* Sharing a place where nothing is bound gives no right to share what the other has bound where that would come. */
static void
test_share_nothing(void)
{
	struct token t = { 0 };
	uint64_t name;

	tap_status(call_frame_alloc(FRAME_ANY, 0, FIRST_FRAME, &t.payload, &t.mac), OK);
	tap_status(call_frame_derive(t.payload, t.mac, RIGHT_READ, SLOT_OWN, FIRST_FRAME + 1, &lent.payload, &lent.mac), OK);
	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, hands_on, 0), OK);
	call_yield();
	for (unsigned i = 0; i < 3; i++)
		tap_equal(got[i], OK);
	tap_equal(got[3], ERR_NO_RIGHT);
	tap_status(call_space_share(CHILD, AT, HOLE, 1, RIGHT_READ | RIGHT_SHARE), OK);
	call_yield();
	tap_equal(got[4], ERR_NO_RIGHT);
	tap_status(call_destroy(CHILD), OK);
	tap_status(call_frame_free(t.payload, t.mac), OK);
}

/* --- exposed names ---------------------------------------------------------------------------------------------------- */

static void
test_frame_map(void)
{
	static uint64_t word[FRAME_MAP_LIMIT];
	uint64_t physical = 0, granted, rights, accessed, dirty, name = 0;
	struct token t = { 0 };

	tap_status(call_entry(0, &name), OK);
	tap_status(call_frame_alloc(FRAME_ANY, 0, FIRST_FRAME, &t.payload, &t.mac), OK);
	tap_status(call_bind(AT, t.payload, t.mac, RIGHT_READ | RIGHT_WRITE), OK);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_status(call_frame_map(physical, 1, (uintptr_t)word), OK);
	tap_equal(word[0], name | FRAME_HELD);
	tap_status(call_frame_free(t.payload, t.mac), OK);
	tap_status(call_frame_map(physical, 1, (uintptr_t)word), OK);
	tap_equal(word[0], FRAME_IS_FREE);
	tap_status(call_frame_map(~4095ul, 1, (uintptr_t)word), OK);
	tap_equal(word[0], FRAME_NO_RAM);
	tap_status(call_frame_map(0x200000, FRAME_MAP_LIMIT, (uintptr_t)word), OK);
	tap_equal(word[0], FRAME_KERNEL);
	tap_status(call_frame_map(0, FRAME_MAP_LIMIT + 1, (uintptr_t)word), ERR_BAD_VALUE);
	tap_status(call_frame_map(0, 1, AT), ERR_BAD_ADDRESS);
}

int
main(void)
{
	test_allowance();
	test_share_nothing();
	got[0] = OK;
	test_names_are_shared();
	test_frame_map();
	test_guarantee();
	tap_done();
}
