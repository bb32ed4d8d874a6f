/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slices: whose turn is when, what a position's owner can do with it, what is told of its beginning and end and what becomes of who takes too
 * long.  Run with short slices (exo.slice).
 */
#include <string.h>
#include <exo/frames.h>
#include <exo/revocation.h>
#include <exo/upcall.h>
#include <exo/yield.h>
#include <janus/slots.h>
#include "child.h"
#include "handlers.h"
#include "positions.h"
#include "tap.h"

enum { FIRST = 1, SECOND, THIRD };

static char stacks[4][CHILD_STACK] __attribute__((aligned(16)));
static uint64_t name[4];
static volatile uint64_t count[4];

/* --- turns ---------------------------------------------------------------------------------------------------------- */

static char order[64];
static volatile unsigned turns;

static void
recorder(uint64_t letter)
{
	for (;;) {
		if (turns < sizeof(order) - 1)
			order[turns++] = (char)letter;
		call_yield();
	}
}

static void
test_order(void)
{
	struct token t = { 0 };
	uint64_t at = 0;

	for (uint64_t i = FIRST; i <= THIRD; i++) {
		tap_status(child_make(i, &name[i]), OK);
		tap_status(call_environment_start(i, (uintptr_t)recorder, (uintptr_t)stacks[i] + CHILD_STACK - 8, 'A' + i - FIRST), OK);
	}
	for (uint64_t i = 0; i < 6; i++)
		tap_status(take(1 + i, "\1\2\1\3\2\1"[i], &t, &at), OK);
	turns = 0;
	call_yield();
	call_yield();
	tap_ok(!strcmp(order, "ABACBAABACBA"), "the vector is gone through by position");
	printf("# %s\n", order);
}

static void
test_hand_over(void)
{
	struct token t = { 0 };
	uint64_t charged, forfeited;

	/* Position 6 is A's, and A's space pays for it: the one that pays for another can be named by that alone. */
	tap_status(call_slice_name(6, FREE_SLOT, &t.payload, &t.mac), ERR_NO_RIGHT);
	tap_status(call_slice_name(SLICES, FREE_SLOT, &t.payload, &t.mac), ERR_NOT_FOUND);
	tap_status(call_slice_name(99, FREE_SLOT, &t.payload, &t.mac), ERR_NOT_FOUND);
	tap_status(call_slice_name(0, FREE_SLOT, &t.payload, &t.mac), OK);
	tap_status(call_resource_free(t.payload, t.mac ^ 1), ERR_BAD_TOKEN);
	tap_status(call_slice_give(t.payload ^ 1, t.mac, name[SECOND]), ERR_BAD_TOKEN);
	tap_status(call_slice_give(t.payload, t.mac, name[SECOND] + 0x10000), ERR_NOT_FOUND);
	uint64_t at = 0;
	tap_status(take(7, SLOT_OWN, &t, &at), OK);
	tap_status(call_slice_give(t.payload, t.mac, name[SECOND]), OK);
	tap_equal(owner_at(7, &charged, &forfeited), name[SECOND]);
	memset(order, 0, sizeof(order));
	turns = 0;
	call_yield();
	tap_ok(!strcmp(order, "ABACBAB"), "the position that was handed over is its new owner's turn");
	call_yield();
	tap_ok(!strcmp(order, "ABACBABABACBAB"), "in each round");
	printf("# %s\n", order);
	tap_status(call_slice_give(t.payload, t.mac, 0), OK);
	tap_equal(owner_at(7, &charged, &forfeited), 0);
	tap_status(call_resource_free(t.payload, t.mac), OK);
	tap_status(call_resource_free(t.payload, t.mac), ERR_BAD_TOKEN);
	tap_status(call_slice_give(t.payload, t.mac, 0), ERR_BAD_TOKEN);
}

static void
test_alloc_errors(void)
{
	struct token t = { 0 };
	uint64_t at = 0;

	tap_status(take(SLICES, SLOT_OWN, &t, &at), ERR_BAD_VALUE);
	tap_status(take(0, SLOT_OWN, &t, &at), ERR_EXISTS);
	tap_status(take(10, 50, &t, &at), ERR_NO_CAP);
	tap_status(call_space_create(50), OK);
	tap_status(take(10, 50, &t, &at), ERR_NO_KMEM);
	tap_status(call_destroy(50), OK);

	static struct token all[SLICES];
	unsigned n = 0;
	while (!take(SLICE_ANY, SLOT_OWN, &all[n], &at))
		n++;
	tap_status(take(SLICE_ANY, SLOT_OWN, &t, &at), ERR_LIMIT);
	tap_equal(n, SLICES - 7);
	unsigned bad = 0;
	while (n) {
		n--;
		bad |= call_resource_free(all[n].payload, all[n].mac);
	}
	tap_equal(bad, OK);
}

static volatile unsigned child_status;

static void
taker(uint64_t unused __attribute__((unused)))
{
	uint64_t payload, mac, at;

	child_status = call_slice_alloc(SLICE_ANY, SLOT_OWN, FREE_SLOT, &payload, &mac, &at);
	call_park();
}

static void
children_end(void)
{
	for (uint64_t i = FIRST; i <= THIRD; i++)
		tap_status(call_destroy(i), OK);
}

static void
test_who(void)
{
	uint64_t charged, forfeited;

	children_end();
	tap_equal(owner_at(1, &charged, &forfeited), ~0ul);
	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], taker, 0), OK);
	call_yield();
	tap_equal(child_status, ERR_NO_RIGHT);
	tap_status(call_destroy(FIRST), OK);
}

/* --- time ------------------------------------------------------------------------------------------------------------- */

static void
spinner(uint64_t which)
{
	for (;;)
		count[which]++;
}

static void
test_preemption(void)
{
	uint64_t before = clock();

	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], spinner, FIRST), OK);
	call_yield();
	uint64_t length = clock() - before;
	tap_ok(count[FIRST] > 1000, "who does not yield has run");
	tap_ok(length > ticks && length < 2 * ticks, "for one slice");
}

static void
caller(uint64_t which)
{
	for (;;) {
		count[which]++;
		call_null_full();
	}
}

/* Ticks of the kernel with interrupts off; of one with self-checks calls and faults between two full walks, and two of the current space, of so much. */
enum { IRQ_OFF = 20000, CALLS_A_WALK = 10000, CALLS_A_SPACE = 500, SPACE_WALK = 40000 };

/* In a loop of calls a slice ends as soon as in any other: only what the kernel does with interrupts off, which is bounded, and its walk of a self-check can come between. */
static void
test_calls(void)
{
	unsigned late = 0, walks = 0, astray = 0;
	uint64_t phase = 0;

	tap_status(child_make(FIRST, &name[FIRST]), OK);
	tap_status(child_start(FIRST, stacks[FIRST], caller, FIRST), OK);
	for (unsigned i = 0; i < 32; i++) {
		uint64_t before = clock();

		call_yield();
		uint64_t length = clock() - before, calls = count[FIRST] + i;	/* the child's, and the yields */
		if (length <= ticks + IRQ_OFF)
			continue;
		if (!late++)
			phase = calls % CALLS_A_SPACE;
		astray += calls % CALLS_A_SPACE != phase;
		walks += length > ticks + IRQ_OFF + SPACE_WALK;
	}
	printf("# %lu calls in 32 slices, %u of them late\n", count[FIRST], late);
	tap_ok(count[FIRST] > 32000, "who does nothing but calls has run");
	tap_ok(walks <= count[FIRST] / CALLS_A_WALK + 1, "and its slices end in time, but for one in each full walk of the self-check");
	tap_ok(!astray, "and those that end in a walk of its space: late is only which ends in one certain call of 500");
	tap_status(call_destroy(FIRST), OK);
	count[FIRST] = 0;
}

/* --- upcalls ---------------------------------------------------------------------------------------------------------- */

HANDLER(interrupt);

static struct token own;			/* of the position that a handler gives itself anew */
static volatile bool gives;
static volatile uint64_t starts, ends, dawdle;
static volatile uint64_t began, last_began, ended;	/* the slice that runs, the one before, and its end */

void
interrupt_handler(void)
{
	switch (interrupt_area.vector) {
	case UPCALL_START:
		starts++;
		began = clock();
		break;
	case UPCALL_END:
		ended = clock();
		last_began = began;
		for (uint64_t end = clock() + dawdle; clock() < end; )
			;
		if (gives)
			call_slice_give(own.payload, own.mac, name[0]);
		else
			call_yield();
		began = clock();
		ends++;
		break;
	}
}

static void
slices_pass(uint64_t n)
{
	for (uint64_t last = ends + n; ends < last; )
		;
}

static void
test_upcalls(void)
{
	uint64_t charged = 0, forfeited = 0, before;

	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENTS_ALL + 1), ERR_BAD_VALUE);
	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENT_START | EVENT_END), OK);
	call_yield();
	tap_equal(starts, 1);			/* the yield's return was not in the handler */
	before = count[FIRST];
	slices_pass(3);
	tap_equal(ends, 3);
	tap_equal(starts, 1);
	tap_ok(count[FIRST] > before, "others run between its slices");
	tap_equal(owner_at(0, &charged, &forfeited), name[0]);
	tap_equal(charged, 0);
	tap_equal(forfeited, 0);
}

/* How long the slice is that began when the last one's end was handled. */
static uint64_t
slice_length(void)
{
	slices_pass(1);
	return ended - last_began;
}

/* Beyond the bound, and not the hard one: the next slice is as much shorter, and only that. */
static void
overdraw(const char *how)
{
	uint64_t over = ticks / 64;

	slices_pass(2);
	uint64_t usual = slice_length();
	dawdle = SLICE_BOUND(ticks) + over;
	slices_pass(1);
	dawdle = 0;
	uint64_t shorter = slice_length(), after = slice_length();
	printf("# %s\n", how);
	tap_ok(usual > ticks - ticks / 100 && usual < ticks + ticks / 100, "a slice is as long as it should be");
	tap_ok(shorter < usual - over + ticks / 1000 && shorter > usual - over - ticks / 100, "what the handler took beyond its bound is missing in the next");
	tap_ok(after > usual - ticks / 1000 && after < usual + ticks / 1000, "and nothing in the one after");
}

static void
yielder(uint64_t unused __attribute__((unused)))
{
	for (;;)
		call_yield();
}

static void
test_charge(void)
{
	uint64_t charged = 0, forfeited = 0;

	overdraw("the handler yields");
	tap_status(call_slice_name(0, FREE_SLOT, &own.payload, &own.mac), OK);
	gives = true;
	overdraw("it gives the position to itself anew");
	gives = false;
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], yielder, 0), OK);
	overdraw("the turn before ends early, and leaves its timer");
	tap_status(call_destroy(SECOND), OK);
	owner_at(0, &charged, &forfeited);
	tap_equal(forfeited, 0);
}

/* Beyond the hard bound: the kernel switches, and the slice after is forfeited. */
static void
test_forfeit(void)
{
	uint64_t charged = 0, forfeited = 0;

	dawdle = 2 * SLICE_HARD_BOUND(ticks);
	slices_pass(1);
	dawdle = 0;
	slices_pass(2);
	owner_at(0, &charged, &forfeited);
	tap_equal(forfeited, 1);
}

/* What a position is charged stays with it when it is given to another, who has used nothing yet. */
static void
test_charge_stays(void)
{
	uint64_t at = 0, charged = 0, forfeited = 0, after = 0;
	struct token t = own;

	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(child_start(SECOND, stacks[SECOND], yielder, 0), OK);
	tap_status(take(SLICE_ANY, SLOT_OWN, &t, &at), OK);
	dawdle = 2 * SLICE_BOUND(ticks);
	slices_pass(1);
	dawdle = 0;
	uint64_t position = owner_at(at, &charged, &forfeited) == name[0] && charged ? at : 0;
	tap_equal(owner_at(position, &charged, &forfeited), name[0]);
	tap_ok(charged > 0, "a position is charged");
	tap_status(call_slice_give(position ? t.payload : own.payload, position ? t.mac : own.mac, name[SECOND]), OK);
	tap_equal(owner_at(position, &after, &forfeited), name[SECOND]);
	tap_equal(after, charged);
	tap_status(call_slice_give(position ? t.payload : own.payload, position ? t.mac : own.mac, name[0]), OK);
	tap_status(call_resource_free(t.payload, t.mac), OK);
	tap_status(call_destroy(SECOND), OK);
}

/* --- yield_to -------------------------------------------------------------------------------------------------------- */

static void
answerer(uint64_t to)
{
	for (;;) {
		count[SECOND]++;
		yield_to(to);
	}
}

/* Leaves by yield_to, is gone on with at its own turn, and parks: nobody may go on with it by yield_to any more. */
static void
parker(uint64_t to)
{
	yield_to(to);
	call_park();
	count[THIRD]++;
}

static void
test_parked(void)
{
	tap_status(child_make(THIRD, &name[THIRD]), OK);
	tap_status(child_start(THIRD, stacks[THIRD], parker, name[0]), OK);
	count[THIRD] = 0;
	tap_status(yield_to(name[THIRD]), OK);
	call_yield();
	call_yield();
	tap_status(yield_to(name[THIRD]), ERR_WRONG_STATE);
	tap_equal(count[THIRD], 0);
	tap_status(call_destroy(THIRD), OK);
}

static void
test_yield_to(void)
{
	uint64_t own = name[0], before;

	tap_status(call_interrupt_context(0, 0, 0, 0, 0), OK);
	tap_status(call_destroy(FIRST), OK);
	tap_status(yield_to(0), ERR_NOT_FOUND);
	tap_status(yield_to(name[FIRST]), ERR_NOT_FOUND);
	tap_status(yield_to(own), OK);
	tap_status(child_make(SECOND, &name[SECOND]), OK);
	tap_status(yield_to(name[SECOND]), ERR_WRONG_STATE);
	tap_status(call_environment_start(SECOND, (uintptr_t)answerer, (uintptr_t)stacks[SECOND] + CHILD_STACK - 8, own), OK);
	before = count[SECOND];
	tap_status(yield_to(name[SECOND]), OK);
	tap_equal(count[SECOND], before + 1);
	for (int i = 0; i < 1000; i++)
		yield_to(name[SECOND]);
	tap_equal(count[SECOND], before + 1001);
	double x = 1.0 / 3;
	__asm__ volatile("" : "+x"(x));
	yield_to(name[SECOND]);
	tap_ok(x == 1.0 / 3, "a program's FPU state is its own");
	tap_status(call_destroy(SECOND), OK);
	tap_status(yield_to(name[SECOND]), ERR_NOT_FOUND);
}

/* --- revocation: asked, then by force ------------------------------------------------------------------------------------- */

#define AT	0x200000000ul

static struct token lent;
static volatile uint64_t asked;

extern char demanded_entry[];
char demanded_stack[4096] __attribute__((used, aligned(16)));
__asm__(".text\n"
	"demanded_entry:\n"
	"	lea	demanded_stack+4096(%rip), %rsp\n"
	"	call	give_up\n");

static void __attribute__((used))
give_up(void)
{
	const struct save_area *area = (const struct save_area *)AT;

	asked = area->vector == UPCALL_DEMAND && area->address == DEMAND_SLICES ? area->error : 99;
	call_slice_give(lent.payload, lent.mac, name[0]);
	for (;;)
		call_yield();
}

static void
holder(uint64_t listens)
{
	uint64_t payload = 0, mac = 0;

	child_status = call_frame_alloc(FRAME_ANY, 0, FREE_SLOT, &payload, &mac) | call_bind(AT, payload, mac, RIGHT_READ | RIGHT_WRITE);
	if (listens)
		child_status |= call_addressing_context(AT, (uintptr_t)demanded_entry, 0, 0);
	for (;;)
		call_yield();
}

static void
test_revocation(void)
{
	uint64_t at = 0, owed, charged, forfeited;

	for (uint64_t listens = 0; listens < 2; listens++) {
		asked = 0;
		tap_status(child_make(FIRST, &name[FIRST]), OK);
		tap_status(call_environment_start(FIRST, (uintptr_t)holder, (uintptr_t)stacks[FIRST] + CHILD_STACK - 8, listens), OK);
		tap_status(take(SLICE_ANY, FIRST, &lent, &at), OK);
		call_yield();
		tap_equal(child_status, OK);
		tap_status(call_space_demand(FIRST, DEMAND_SLICES, 1, ticks, &owed), OK);
		call_yield();
		tap_equal(asked, listens);
		tap_equal(owner_at(at, &charged, &forfeited), listens ? name[0] : name[FIRST]);
		tap_status(call_slice_give(lent.payload, lent.mac, name[0]), OK);	/* it does not matter what it did */
		tap_equal(owner_at(at, &charged, &forfeited), name[0]);
		tap_status(call_destroy(FIRST), OK);
	}
}

int
main(void)
{
	uint64_t charged, forfeited;

	call_entry(0, &name[0]);
	tap_equal(owner_at(0, &charged, &forfeited), name[0]);
	test_order();
	test_hand_over();
	test_alloc_errors();
	test_who();
	test_calls();
	test_preemption();
	test_upcalls();
	test_charge();
	test_forfeit();
	test_charge_stays();
	test_yield_to();
	test_parked();
	test_revocation();
	tap_done();
}
