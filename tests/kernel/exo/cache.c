/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The software TLB: bindings that were evicted come back from the table without an upcall, and what the table does not have is an upcall;
 * wired ones stay, in every interleaving; what was freed or revoked does not come back.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <exo/bindings.h>
#include <exo/frames.h>
#include <janus/slots.h>
#include "child.h"
#include "handlers.h"
#include "tap.h"

#define AT	0x200000000ul
#define PAGE	4096ul
#define LEAF	(512 * PAGE)		/* what a leaf page table maps */
#define LEAVES	6			/* more than the small pool has tables for */
#define RW	(RIGHT_READ | RIGHT_WRITE)

enum { CHILD = 1, FRAME_SLOT = 3 };

struct token { uint64_t payload, mac; };

#define AREA	0x10000000		/* save area of a child, in a page of its own; the code below has the number */
#define TABLES	5			/* leaf tables that the small pool has room for */
#define RECORDS	64			/* as many as a page has, and more */
#define area	((struct save_area *)AREA)

static volatile unsigned upcalls;
static volatile uint64_t missed;
static struct token page[LEAVES];
static char stack[CHILD_STACK] __attribute__((aligned(16)));

/* Binds page[0] where the fault was, and goes back. */
HANDLER_AT(miss, "0x10000000", "");

void
miss_handler(void)
{
	upcalls++;
	missed = area->address;
	if (area->error & 1)		/* a right is missing */
		call_protect(area->address & -PAGE, 1, RW);
	else
		call_bind(area->address & -PAGE, page[0].payload, page[0].mac, RW);
}

static unsigned
word_of(uint64_t address, uint64_t clear)
{
	uint64_t word = 0;

	return call_table_read(address, 1, (uintptr_t)&word, clear) ? 0 : word;
}

static volatile uint8_t *
byte(uint64_t address)
{
	return (volatile uint8_t *)address;
}

/* --- the table of bindings, with a pool of all that is wanted ----------------------------------------------------------- */

static void
test_calls(void)
{
	uint64_t words[2] = { 0 };
	uint64_t physical, granted, rights, accessed, dirty;

	tap_status(call_binding_table(3), ERR_BAD_VALUE);
	tap_status(call_binding_table(131072), ERR_BAD_VALUE);
	tap_status(call_binding_table(128), OK);
	tap_status(call_bind(AT, page[0].payload, page[0].mac, RW | BIND_WIRED), OK);
	tap_status(call_bind(AT + PAGE, page[1].payload, page[1].mac, RIGHT_READ), OK);
	tap_equal(word_of(AT, 0) & ~BOUND_PHYSICAL, RW | RW << 3 | BOUND_WIRED | BOUND_SHARE);
	*byte(AT) = 1;
	tap_equal(word_of(AT, BOUND_DIRTY) & (BOUND_ACCESSED | BOUND_DIRTY), BOUND_ACCESSED | BOUND_DIRTY);
	tap_equal(word_of(AT, BOUND_ACCESSED) & (BOUND_ACCESSED | BOUND_DIRTY), BOUND_ACCESSED);
	tap_equal(word_of(AT, 0) & (BOUND_ACCESSED | BOUND_DIRTY), 0);
	*byte(AT) = 2;
	tap_equal(word_of(AT, 0) & BOUND_DIRTY, BOUND_DIRTY);
	tap_status(call_table_read(AT, 2, (uintptr_t)words, 0), OK);
	tap_equal(words[1] & ~BOUND_PHYSICAL, RIGHT_READ | RIGHT_READ << 3 | BOUND_SHARE);
	tap_status(call_table_read(AT, TABLE_READ_LIMIT + 1, (uintptr_t)words, 0), ERR_BAD_VALUE);
	tap_status(call_table_read(AT, 1, (uintptr_t)words, BOUND_WIRED), ERR_BAD_VALUE);
	tap_status(call_table_read(AT + 1, 1, (uintptr_t)words, 0), ERR_BAD_ADDRESS);
	tap_status(call_table_read(AT, 1, AT + 9 * PAGE, 0), ERR_BAD_ADDRESS);
	tap_status(call_unbind(AT, 2), OK);
	tap_equal(word_of(AT + PAGE, 0), 0);
	tap_status(call_binding(AT + PAGE, &physical, &granted, &rights, &accessed, &dirty), ERR_NOT_FOUND);
	tap_status(call_binding_table(0), OK);
}

/* --- eviction, in an environment whose pool is small ------------------------------------------------------------------ */

static volatile unsigned result[64];
static volatile uint8_t value[64];
static volatile unsigned at;

static void
note(unsigned status)
{
	result[at++] = status;
}

static void
take_misses(void)
{
	struct token own = { 0 };

	call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT + 8, &own.payload, &own.mac);
	call_bind(AREA, own.payload, own.mac, RW | BIND_WIRED);
	note(call_addressing_context(CONTEXT_AT(miss, AREA)));
}

/* Pages that are left unused in the child's pool. */
static void
use_pool(uint64_t leave)
{
	uint64_t allowance, given, held, kmem, unused = 0;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	for (uint64_t i = 0; unused > leave; i++, unused--)
		call_cap_grow(SLOT_OWN, 64 * (i + 1));
}

static unsigned
ones(uint64_t word)
{
	return (unsigned)__builtin_popcountl(word);
}

/* Bit i of WIRED: the binding in leaf i is.  Each is made, written, and later read: who was evicted comes back by itself. */
static void
interleave(uint64_t wired)
{
	bool full = ones(wired) >= TABLES;		/* then what is not wired cannot come back */

	take_misses();
	note(call_binding_table(128));
	note(call_bind(AT, page[0].payload, page[0].mac, RW));	/* makes the upper tables, too */
	note(call_unbind(AT, 1));
	use_pool(8);					/* TABLES leaf tables with companions, the one that is there included */
	for (uint64_t i = 0; i < LEAVES; i++) {
		uint64_t address = AT + i * LEAF + i * PAGE;

		note(call_bind(address, page[i].payload, page[i].mac, RW | (wired >> i & 1 ? BIND_WIRED : 0)));
		if (!result[at - 1])
			*byte(address) = i + 1;
	}
	for (uint64_t round = 0; round < 2; round++)
		for (uint64_t i = 0; i < LEAVES; i++)
			value[i] = result[4 + i] || (full && !(wired >> i & 1)) ? 0xff : *byte(AT + i * LEAF + i * PAGE);
	for (uint64_t i = 0; i < LEAVES; i++)
		result[20 + i] = word_of(AT + i * LEAF + i * PAGE, 0) & BOUND_DIRTY;
	call_park();
	__builtin_trap();
}

static void
run_child(void (*body)(uint64_t), uint64_t argument)
{
	uint64_t name;

	at = 0;
	upcalls = 0;
	memset((void *)value, 0, sizeof(value));
	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, body, argument), OK);
	call_yield();
}

/* All 64 interleavings: wired ones hold, the others come and go, and nothing needs an upcall.  Refused is who comes when wired ones fill the pool. */
static void
test_interleavings(void)
{
	for (uint64_t wired = 0; wired < 1ul << LEAVES; wired++) {
		unsigned wrong = 0, refused = 0, expected = 0;

		run_child(interleave, wired);
		for (unsigned i = 0; i < LEAVES; i++) {
			unsigned status = result[4 + i];

			refused += status == ERR_NO_KMEM;
			expected += ones(wired & ((1ul << i) - 1)) >= TABLES;
			wrong += status != OK && status != ERR_NO_KMEM;
			if (!status && (ones(wired) < TABLES || wired >> i & 1))
				wrong += value[i] != i + 1 || !result[20 + i];
		}
		tap_ok(!wrong && !upcalls && !result[0] && !result[1] && !result[2] && !result[3], "every binding that was made holds, and no upcall comes");
		tap_equal(refused, expected);
		tap_status(call_destroy(CHILD), OK);
	}
}

/* Without a table, or where another binding took the entry, what was evicted is an upcall. */
static void
without_table(uint64_t unused __attribute__((unused)))
{
	take_misses();
	call_bind(AT, page[0].payload, page[0].mac, RW);
	call_unbind(AT, 1);
	use_pool(8);
	for (uint64_t i = 0; i < LEAVES; i++)
		note(call_bind(AT + i * LEAF, page[i].payload, page[i].mac, RW));
	note(upcalls);
	*byte(AT) = 77;
	note(upcalls);
	call_park();
	__builtin_trap();
}

static void
test_misses(void)
{
	run_child(without_table, 0);
	for (unsigned i = 0; i <= LEAVES; i++)
		tap_equal(result[i], OK);
	tap_equal(result[LEAVES + 1], 0);
	tap_equal(result[LEAVES + 2], 1);
	tap_equal(missed, AT);
	tap_status(call_destroy(CHILD), OK);
}

/*
 * Two neighbours that are used in turn: neither is what makes room for the other, over and over, while other pages stay.  With each number of WIRED pages
 * another number of records is left, when there is no page for more.
 */
static void
in_turn(uint64_t wired)
{
	take_misses();
	call_bind(AT, page[0].payload, page[0].mac, RW);
	call_unbind(AT, 1);
	use_pool(4);
	for (uint64_t i = 0; i < wired; i++)
		call_bind(AT + i * PAGE, page[0].payload, page[0].mac, RW | BIND_WIRED);
	for (uint64_t i = 0; i < 2 * LEAVES; i++) {
		uint64_t neighbours = AT + (1 + i / 2) * LEAF;
		*byte(AT + (1 + LEAVES) * LEAF);		/* takes the place of both, from the second time on */
		unsigned before = upcalls;
		for (unsigned round = 0; round < 10; round++) {
			*byte(neighbours);
			*byte(neighbours + PAGE);
		}
		note(upcalls - before);
	}
	call_park();
	__builtin_trap();
}

static void
test_in_turn(void)
{
	unsigned most = 0, ended = 0;

	for (unsigned wired = 1; wired <= RECORDS; wired++) {
		run_child(in_turn, wired);
		ended += at == 1 + 2 * LEAVES;
		for (unsigned i = 1; i <= 2 * LEAVES; i++)
			most = result[i] > most ? result[i] : most;
		tap_status(call_destroy(CHILD), OK);
	}
	tap_equal(ended, RECORDS);
	tap_ok(most <= 4, "two pages that are used in turn stay");
	printf("# %u upcalls at most\n", most);
}

/* Rights that were taken, bindings that were removed, frames that were freed or revoked while evicted: none comes back. */
static void
changed_while_evicted(uint64_t unused __attribute__((unused)))
{
	struct token own = { 0 }, other = { 0 };

	take_misses();
	note(call_binding_table(4096));
	note(call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT, &own.payload, &own.mac));
	note(call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT + 1, &other.payload, &other.mac));
	note(call_bind(AT, own.payload, own.mac, RW));
	note(call_bind(AT + PAGE, other.payload, other.mac, RW));
	note(call_bind(AT + 2 * PAGE, page[1].payload, page[1].mac, RW));
	note(call_bind(AT + 3 * PAGE, page[2].payload, page[2].mac, RW));
	*byte(AT) = *byte(AT + PAGE) = *byte(AT + 2 * PAGE) = *byte(AT + 3 * PAGE) = 5;
	use_pool(2);
	for (uint64_t i = 1; i < LEAVES; i++)
		note(call_bind(AT + i * LEAF + 8 * PAGE, page[i].payload, page[i].mac, RW));
	note(call_frame_free(own.payload, own.mac));
	note(call_frame_revoke(other.payload, other.mac, &other.payload, &other.mac));
	note(call_unbind(AT + 2 * PAGE, 1));
	note(call_protect(AT + 3 * PAGE, 1, RIGHT_READ));
	note(upcalls);
	value[0] = *byte(AT);				/* one upcall: freed */
	value[1] = *byte(AT + PAGE);			/* another: revoked */
	value[2] = *byte(AT + 2 * PAGE);		/* another: unbound */
	value[3] = *byte(AT + 3 * PAGE);		/* none: it may be read */
	note(upcalls);
	*byte(AT + 3 * PAGE) = 6;			/* one: it may not be written */
	note(upcalls);
	call_park();
	__builtin_trap();
}

static void
test_changes(void)
{
	const unsigned calls = 8 + LEAVES - 1 + 4;

	run_child(changed_while_evicted, 0);
	for (unsigned i = 0; i < calls; i++)
		tap_equal(result[i], OK);
	tap_equal(result[calls], 0);
	tap_equal(result[calls + 1], 3);
	tap_equal(value[3], 5);
	tap_equal(result[calls + 2], 4);
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	for (unsigned i = 0; i < LEAVES; i++)
		tap_status(call_frame_alloc(FRAME_ANY, 0, FRAME_SLOT + i, &page[i].payload, &page[i].mac), OK);
	test_calls();
	test_interleavings();
	test_misses();
	test_in_turn();
	test_changes();
	tap_done();
}
