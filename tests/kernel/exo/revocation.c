/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Revocation: a library OS that complies keeps what it chooses to keep; one that is silent loses what it named first, and is told; one that hides
 * its pages in bindings, in other spaces and in kernel memory cannot keep them; nobody else loses anything.
 */
#include <stdbool.h>
#include <exo/bindings.h>
#include <exo/frames.h>
#include <exo/revocation.h>
#include <janus/slots.h>
#include "child.h"
#include "handlers.h"
#include "preserved.h"
#include "tap.h"

#define AREA	0x10000000ul		/* save area of a child, in a page of its own; the code below has the number */
#define AT	0x200000000ul
#define PAGE	4096ul
#define TOTAL	(CHILD_ALLOWANCE + CHILD_KMEM)	/* of a child: its kernel memory is held by itself */
#define HELD	20			/* pages that a child takes, beside that of its save area */
#define RW	(RIGHT_READ | RIGHT_WRITE)
#define NAUGHT	20000u			/* entries that name nothing: more than force looks at in a slice */
#define TURNS	20u
#define area	((struct save_area *)AREA)

enum { CHILD = 1, WITNESS = 2, LESS = 3, GRANDCHILD = 2, FRAME_SLOT = 8 };

struct token { uint64_t payload, mac; };
struct holdings { uint64_t allowance, given, held, kmem, kmem_free; };

static struct token own[HELD + 1];
static uint64_t physical[HELD];
static struct repossession vector[HELD + 8] __attribute__((aligned(16)));
static volatile unsigned failed, upcalls;
static volatile uint64_t told[4][3];
static volatile bool complies, hidden;
static volatile unsigned turns;
static uint64_t child_name;
static struct repossession naught[NAUGHT] __attribute__((aligned(4096)));
static char stack[CHILD_STACK] __attribute__((aligned(16), used));
static char witness_stack[CHILD_STACK] __attribute__((aligned(16)));

HANDLER_AT(news, "0x10000000", "");

void
news_handler(void)
{
	if (upcalls < 4) {
		told[upcalls][0] = area->vector;
		told[upcalls][1] = area->error;
		told[upcalls][2] = area->address;
	}
	upcalls++;
	if (area->vector == UPCALL_DEMAND && area->address == DEMAND_PAGES && complies)
		for (uint64_t i = 0; i < area->error; i++)
			failed |= call_frame_free(own[HELD - 1 - i].payload, own[HELD - 1 - i].mac);
}

static void
hold_pages(void)
{
	uint64_t granted, rights, accessed, dirty;

	failed |= call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT, &own[HELD].payload, &own[HELD].mac);
	failed |= call_bind(AREA, own[HELD].payload, own[HELD].mac, RW | BIND_WIRED);
	failed |= call_addressing_context(CONTEXT_AT(news, AREA));
	for (uint64_t i = 0; i < HELD; i++) {
		failed |= call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT + 1 + i, &own[i].payload, &own[i].mac);
		failed |= call_bind(AT + i * PAGE, own[i].payload, own[i].mac, RW | BIND_WIRED);
		failed |= call_binding(AT + i * PAGE, &physical[i], &granted, &rights, &accessed, &dirty);
	}
}

static void
child(uint64_t seeds)
{
	hold_pages();
	for (uint64_t i = 0; i < seeds; i++)
		vector[i] = (struct repossession){ physical[2 * i], i ? REPOSSESS_GIVE : REPOSSESS_DISCARD };
	failed |= call_repossession_vector((uintptr_t)vector, sizeof(vector) / sizeof(vector[0]));
	for (;;)
		call_yield();
}

static void
witness(uint64_t unused __attribute__((unused)))
{
	struct token t = { 0 };

	failed |= call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT, &t.payload, &t.mac);
	failed |= call_bind(AT, t.payload, t.mac, RW);
	*(volatile uint64_t *)AT = 0x600d;
	for (;;) {
		failed |= *(volatile uint64_t *)AT != 0x600d;
		call_yield();
	}
}

static unsigned
holdings(uint64_t space, struct holdings *h)
{
	return call_holdings(space, &h->allowance, &h->given, &h->held, &h->kmem, &h->kmem_free);
}

static void
begin(void (*body)(uint64_t), uint64_t argument)
{
	upcalls = failed = 0;
	for (unsigned i = 0; i < sizeof(vector) / sizeof(vector[0]); i++)
		vector[i] = (struct repossession){ 0 };
	tap_status(child_make(CHILD, &child_name), OK);
	tap_status(child_start(CHILD, stack, body, argument), OK);
	call_yield();
	call_yield();
	tap_equal(failed, 0);
}

static void
test_errors(void)
{
	uint64_t owed = 0, count, bound;

	begin(child, 0);
	tap_status(call_space_demand(40, DEMAND_PAGES, 1, 0, &owed), ERR_NO_CAP);
	tap_status(call_cap_copy(CHILD, SLOT_OWN, LESS, RIGHTS_ALL & ~RIGHT_REVOKE), OK);
	tap_status(call_space_demand(LESS, DEMAND_PAGES, 1, 0, &owed), ERR_NO_RIGHT);
	tap_status(call_repossess(LESS, &owed), ERR_NO_RIGHT);
	tap_status(call_repossess(40, &owed), ERR_NO_CAP);
	tap_status(call_space_demand(CHILD, 0, 1, 0, &owed), ERR_BAD_VALUE);
	tap_status(call_space_demand(CHILD, DEMANDS, 1, 0, &owed), ERR_BAD_VALUE);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, TOTAL + 1, 0, &owed), ERR_LIMIT);
	tap_status(call_repossession_vector(8, 1), ERR_BAD_ADDRESS);
	tap_status(call_repossession_vector((uintptr_t)vector, 1ul << 60), ERR_BAD_ADDRESS);
	tap_status(call_demanded(0, &count, &bound), ERR_BAD_VALUE);
	tap_status(call_demanded(DEMANDS, &count, &bound), ERR_BAD_VALUE);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, TOTAL, ~0ul, &owed), OK);	/* never */
	tap_equal(owed, HELD + 1 + CHILD_KMEM);
	tap_status(call_repossess(CHILD, &owed), ERR_WRONG_STATE);
	tap_status(call_cap_delete(LESS), OK);
	tap_status(call_destroy(CHILD), OK);
}

static void
test_compliant(void)
{
	struct holdings h = { 0 }, before = { 0 };
	uint64_t owed = 0;

	complies = true;
	begin(child, 0);
	holdings(SLOT_OWN, &before);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, CHILD_ALLOWANCE - HELD - 1, 0, &owed), OK);
	tap_equal(owed, 0);				/* it had not taken these yet */
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, 5, 1ul << 60, &owed), OK);
	tap_equal(owed, 5);
	call_yield();
	tap_equal(upcalls, 1);
	tap_equal(told[0][0], UPCALL_DEMAND);
	tap_equal(told[0][1], 5);
	tap_status(holdings(CHILD, &h), OK);
	tap_equal(h.held, HELD + 1 - 5 + CHILD_KMEM);
	tap_status(call_repossess(CHILD, &owed), OK);	/* nothing to do, and no need to wait for the bound */
	tap_equal(owed, 0);
	tap_equal(vector[0].what, 0);
	tap_status(holdings(SLOT_OWN, &h), OK);
	tap_equal(before.given - h.given, CHILD_ALLOWANCE - HELD - 1 + 5);
	tap_status(call_space_demand(CHILD, DEMAND_SLICES, 3, 0, &owed), OK);
	call_yield();
	tap_equal(told[1][1], 3);
	tap_equal(told[1][2], DEMAND_SLICES);
	tap_equal(failed, 0);
	tap_status(call_destroy(CHILD), OK);
	complies = false;
}

static void
test_silent(void)
{
	const unsigned named = 3, taken = 8;
	uint64_t owed = 0, name;
	unsigned wrong = 0;

	tap_status(child_make(WITNESS, &name), OK);
	tap_status(child_start(WITNESS, witness_stack, witness, 0), OK);
	begin(child, named);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, CHILD_ALLOWANCE - HELD - 1 + taken, 0, &owed), OK);
	tap_equal(owed, taken);
	call_yield();
	tap_equal(upcalls, 1);
	tap_status(call_repossess(CHILD, &owed), OK);
	tap_equal(owed, 0);
	for (unsigned i = 0; i < named; i++)
		wrong += vector[i].page != physical[2 * i] || vector[i].what != ((i ? REPOSSESS_GIVE : REPOSSESS_DISCARD) | REPOSSESSED);
	for (unsigned i = named; i < taken; i++)
		wrong += vector[i].what != REPOSSESSED || !vector[i].page;
	tap_equal(wrong, 0);
	tap_equal(vector[taken].what, 0);
	call_yield();
	tap_equal(upcalls, 2);
	tap_equal(told[1][0], UPCALL_REPOSSESSED);
	tap_equal(told[1][1], taken - 1);		/* but for the one to be discarded */
	tap_equal(failed, 0);
	tap_status(call_destroy(CHILD), OK);
	tap_status(call_destroy(WITNESS), OK);
}

/* --- a hostile one: pages in a grandchild, in both their pools, bound everywhere, and more than it should have -------------------- */

static void
hostile(uint64_t unused __attribute__((unused)))
{
	struct token t = { 0 };

	hold_pages();
	failed |= call_space_create(GRANDCHILD);
	failed |= call_space_fund(GRANDCHILD, 10);
	failed |= call_space_share(GRANDCHILD, AT, AT, HELD, RW | RIGHT_SHARE);
	failed |= call_space_allow(GRANDCHILD, 5);
	failed |= call_space_fund(SLOT_OWN, 10);
	for (uint64_t i = 0; i < 4; i++)
		failed |= call_bind(AT + (i + 1) * 512 * PAGE, own[i].payload, own[i].mac, RW | BIND_WIRED);
	hidden = true;
	for (;;) {
		call_frame_alloc(FRAME_ANY, 0, 60, &t.payload, &t.mac);
		call_frame_derive(own[0].payload, own[0].mac, RW, SLOT_OWN, 61, &t.payload, &t.mac);
		call_bind(AT + 600 * PAGE, own[1].payload, own[1].mac, RW | BIND_WIRED);
		call_yield();
	}
}

static void
test_hostile(void)
{
	struct holdings before = { 0 }, h = { 0 };
	uint64_t owed = 0, name;

	holdings(SLOT_OWN, &before);
	tap_status(child_make(WITNESS, &name), OK);
	tap_status(child_start(WITNESS, witness_stack, witness, 0), OK);
	begin(hostile, 0);
	tap_ok(hidden, "it has hidden its pages");
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, TOTAL, 0, &owed), OK);
	tap_status(call_repossess(CHILD, &owed), OK);
	tap_status(holdings(CHILD, &h), OK);
	tap_equal(h.given, 0);
	tap_equal(h.held, owed);
	tap_ok(owed <= 10, "what it still has is its kernel memory in use");
	call_yield();
	tap_equal(failed, 0);				/* the witness lost nothing */
	tap_status(call_destroy(CHILD), OK);
	tap_status(call_destroy(WITNESS), OK);
	tap_status(holdings(SLOT_OWN, &h), OK);
	tap_equal(h.given, before.given);
	tap_equal(h.held, before.held);
}

/* It has a vector that names nothing and is renewed whenever it has a turn, and makes spaces; in the end it gives up. */
static void
evasive(uint64_t unused __attribute__((unused)))
{
	hold_pages();
	failed |= call_space_fund(SLOT_OWN, 30);
	for (turns = 0; turns < TURNS; turns++) {
		for (unsigned i = 0; i < NAUGHT; i++)
			naught[i] = (struct repossession){ 0, REPOSSESS_GIVE };
		call_repossession_vector((uintptr_t)naught, NAUGHT);
		for (unsigned i = 0; i < 32; i++)
			call_space_create(16 + i);
		call_yield();
	}
	call_repossession_vector(0, 0);
	for (;;)
		call_yield();
}

static void
test_evasive(void)
{
	struct holdings h = { 0 };
	uint64_t owed = 0;

	begin(evasive, 0);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, TOTAL, 0, &owed), OK);
	tap_status(call_repossess(CHILD, &owed), OK);
	tap_ok(turns < TURNS, "it cannot hold force up until it gives up");
	tap_status(holdings(CHILD, &h), OK);
	tap_equal(h.held, owed);
	tap_ok(owed <= 10, "and has no more than its kernel memory in use");
	tap_status(call_destroy(CHILD), OK);
}

/* Kernel memory in a table of bindings is none that is in use, and what was protected is not what it was before when force has been there. */
static void
hoard(uint64_t unused __attribute__((unused)))
{
	hold_pages();
	failed |= call_space_fund(SLOT_OWN, 20);
	failed |= call_binding_table(2048);
	for (;;)
		call_yield();
}

static void
test_table_of_bindings(void)
{
	uint64_t owed = 0;

	begin(hoard, 0);
	tap_status(call_space_demand(CHILD, DEMAND_PAGES, TOTAL, 0, &owed), OK);
	tap_status(call_repossess(CHILD, &owed), OK);
	tap_ok(owed <= 10, "a table of bindings is taken");
	tap_status(call_destroy(CHILD), OK);
}

/* --- by a third one, while somebody is entered who holds what is taken ------------------------------------------------------------ */

enum { THEIRS = 5 };				/* the revoker's slot of the space */

static volatile bool entered, taken;
static volatile uint64_t left_over;

/* Transfers to NAME; the status with which that ended, when nobody has come back.  No register is kept. */
uint64_t transfer_and_lose(uint64_t name);
__asm__(".text\n"
	"transfer_and_lose:\n"
	PUSH_PRESERVED
	"	mov	$6, %eax\n"		/* CALL_TRANSFER, asserted below */
	"	syscall\n"
	POP_PRESERVED
	"	ret\n");
_Static_assert(CALL_TRANSFER == 6, "the number in transfer_and_lose");

/* What it is entered for takes as long as it has its pages.  The stack is the child's: it was parked on it. */
static void __attribute__((used))
entered_body(void)
{
	entered = true;
	for (;;)
		*(volatile uint64_t *)AT;
}

void entered_at(void);
__asm__(".text\nentered_at:\n	lea	stack+4088(%rip), %rsp\n	jmp	entered_body\n");

static void
enterable(uint64_t unused __attribute__((unused)))
{
	uint64_t name;

	hold_pages();
	failed |= call_entry((uintptr_t)entered_at, &name);
	call_park();
	__builtin_trap();
}

static void
revoker(uint64_t unused __attribute__((unused)))
{
	uint64_t owed = 0;

	while (!entered)
		call_yield();
	failed |= call_space_demand(THEIRS, DEMAND_PAGES, HELD + 1, 0, &owed);
	failed |= call_space_demand(THEIRS, DEMAND_PAGES, CHILD_ALLOWANCE - HELD - 1, 0, &owed);
	failed |= call_repossess(THEIRS, &owed);
	left_over = owed;
	taken = true;
	for (;;)
		call_yield();
}

/* Who entered it gets its slices back, and is told. */
static void
test_entered(void)
{
	uint64_t other;

	begin(enterable, 0);
	tap_status(child_make(WITNESS, &other), OK);
	tap_status(call_cap_copy(CHILD, WITNESS, THEIRS, RIGHTS_ALL), OK);
	tap_status(child_start(WITNESS, witness_stack, revoker, 0), OK);
	tap_equal(transfer_and_lose(child_name), ERR_CANCELLED);
	while (!taken)
		call_yield();
	tap_equal(failed, 0);
	tap_equal(left_over, 0);
	tap_ok(entered, "it was entered");
	tap_status(call_destroy(CHILD), OK);
	tap_status(call_destroy(WITNESS), OK);
}

int
main(void)
{
	test_errors();
	test_compliant();
	test_silent();
	test_hostile();
	test_evasive();
	test_table_of_bindings();
	test_entered();
	tap_done();
}
