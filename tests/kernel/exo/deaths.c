/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An environment that is destroyed, whatever it does at that moment, leaves nothing behind: pages, kernel memory, positions of the vector, lines,
 * names.  Whoever depended on it goes on.
 */
#include <exo/bindings.h>
#include <exo/entries.h>
#include <exo/frames.h>
#include <exo/slices.h>
#include <exo/upcall.h>
#include <exo/wait.h>
#include <exo/yield.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

enum { VICTIM = 1, PARTNER, LAST };

#define AT	0x200000000ul

static char stacks[LAST + 1][CHILD_STACK] __attribute__((aligned(16)));
static uint64_t name[LAST + 1], own_name;
static volatile uint64_t word, running, went_on, line_payload, line_mac;

/* --- what it does ------------------------------------------------------------------------------------------------------ */

static void
spin(void)
{
	for (;;)
		running++;
}

static void
park(void)
{
	running++;
	call_park();
	__builtin_trap();
}

static void
wait_word(void)
{
	uint64_t why;

	running++;
	call_wait((uintptr_t)&word, 0, WAIT_FOREVER, &why);
}

static void
wait_time(void)
{
	uint64_t why;

	running++;
	call_wait(0, 0, __builtin_ia32_rdtsc() + 1000000000, &why);
}

static void
resumable(void)
{
	for (;;) {
		running++;
		yield_to(own_name);
	}
}

static void
queue(void)
{
	call_entry_queue(8);
	park();
}

static void
attached(void)
{
	uint64_t why;

	running += call_irq_attach(line_payload, line_mac) == OK;
	call_wait(0, 0, WAIT_FOREVER, &why);
}

static void
hold_pages(void)
{
	uint64_t payload, mac, at = AT;

	while (!call_frame_alloc(FRAME_ANY, 0, 40, &payload, &mac) && !call_bind(at, payload, mac, RIGHT_READ | RIGHT_WRITE))
		at += 4096;
	park();
}

static unsigned
own_page(void)
{
	uint64_t payload = 0, mac = 0;

	return call_frame_alloc(FRAME_ANY, 0, 40, &payload, &mac) | call_bind(AT, payload, mac, RIGHT_READ | RIGHT_WRITE);
}

/* Spins where an upcall brought it, on whatever stack. */
extern char spinning_handler[];
__asm__(".text\n"
	"spinning_handler:\n"
	"1:	incq	running(%rip)\n"
	"	jmp	1b\n");

static void
in_exception(void)
{
	if (!own_page() && !call_exception_context(AT, (uintptr_t)spinning_handler, 0, 0))
		__builtin_trap();
}

static void
in_slice_end(void)
{
	if (!own_page() && !call_interrupt_context(AT, (uintptr_t)spinning_handler, 0, 0, EVENT_END))
		for (;;)
			;
}

static void
in_entry(void)
{
	if (own_page() || call_entry_queue(4) || call_entry_context(AT, (uintptr_t)spinning_handler, 0, 0))
		return;
	call_transfer_later(name[VICTIM], 1, 2, 3, 4);
	call_null_full();
}

/* The partner's: it is entered, and goes on with what it was entered for on its own slices when the caller is no more. */
static void
entered(void)
{
	running++;
	call_yield();
	went_on++;
	call_park();
}

static void
host(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)entered, &ignored);
	call_park();
}

static void
transferred(void)
{
	call_transfer(name[PARTNER]);
}

static void
faulted(void)
{
	running++;
	__builtin_trap();
}

static const struct {
	const char *what;
	void (*body)(void);
	bool partner;
} cases[] = {
	{ "running", spin, false },
	{ "parked", park, false },
	{ "waiting for a word", wait_word, false },
	{ "waiting for a time", wait_time, false },
	{ "left by yield_to", resumable, false },
	{ "with a queue of entries", queue, false },
	{ "attached to a line", attached, false },
	{ "holding what pages it may", hold_pages, false },
	{ "handling an exception", in_exception, false },
	{ "handling the end of its slice", in_slice_end, false },
	{ "handling an entry", in_entry, false },
	{ "having transferred to another", transferred, true },
	{ "stopped by a fault", faulted, false },
};

static void
body(uint64_t which)
{
	cases[which].body();
	__builtin_trap();
}

/* --- and what is left --------------------------------------------------------------------------------------------------- */

struct left {
	uint64_t free, held, kmem_free, slices;
};

static uint64_t
pages_free(void)
{
	static uint64_t words[FRAME_MAP_LIMIT];
	uint64_t n = 0;

	for (uint64_t physical = 0; physical < 128ul << 20; physical += FRAME_MAP_LIMIT * 4096ul) {
		if (call_frame_map(physical, FRAME_MAP_LIMIT, (uintptr_t)words))
			return 0;
		for (unsigned i = 0; i < FRAME_MAP_LIMIT; i++)
			n += (words[i] & FRAME_MAP_STATE) == FRAME_IS_FREE;
	}
	return n;
}

static struct left
left_now(void)
{
	uint64_t allowance, given, kmem, at, owner, ready, charged, forfeited, ticks;
	struct left l = { .free = pages_free() };

	call_holdings(SLOT_OWN, &allowance, &given, &l.held, &kmem, &l.kmem_free);
	for (uint64_t position = 0; !call_slice_read(position, &at, &owner, &ready, &charged, &forfeited, &ticks); position = at + 1)
		l.slices++;
	return l;
}

static void
start(uint64_t slot, void (*code)(uint64_t), uint64_t argument)
{
	tap_status(child_make(slot, &name[slot]), OK);
	tap_status(child_start(slot, stacks[slot], code, argument), OK);
}

static void
live_and_die(unsigned which)
{
	running = went_on = 0;
	if (cases[which].partner) {
		start(PARTNER, host, 0);
		call_yield();
	}
	start(VICTIM, body, which);
	call_yield();
	call_yield();
	tap_ok(running, cases[which].what);
	tap_status(call_transfer_later(name[VICTIM], 1, 2, 3, 4), cases[which].body == queue ? OK :
		   cases[which].body == in_entry ? OK : cases[which].body == faulted ? ERR_NOT_FOUND : ERR_WRONG_STATE);
	tap_status(call_destroy(VICTIM), OK);
	if (cases[which].partner) {
		call_yield();
		tap_ok(went_on, "its partner goes on");
		tap_status(call_destroy(PARTNER), OK);
	}
	call_yield();
	tap_status(call_transfer(name[VICTIM]), ERR_NOT_FOUND);
}

/* --- in the midst of a destruction ----------------------------------------------------------------------------------------- */

#define GREAT		49152ul		/* pages: taking them out is longer than a slice */
#define GREAT_KMEM	1700
#define NAMED		1		/* in the destroyer's table */

static uint64_t page_payload, page_mac;	/* of the page that it has everywhere */

static void
destroyer(uint64_t unused __attribute__((unused)))
{
	running++;
	went_on = 1 + call_destroy(NAMED);
	call_park();
}

/* A great space, of which the partner has a capability too, and all rights. */
static void
great_make(void)
{
	uint64_t bad = OK;

	tap_status(call_space_fund(SLOT_OWN, GREAT_KMEM), OK);
	tap_status(call_frame_alloc(FRAME_ANY, 0, 61, &page_payload, &page_mac), OK);
	for (uint64_t i = 0; i < GREAT; i++)
		bad |= call_bind(AT + 4096 * i, page_payload, page_mac, RIGHT_READ | BIND_WIRED);
	tap_status(bad, OK);
	tap_status(child_make(LAST, &name[LAST]), OK);
	tap_status(call_space_fund(LAST, GREAT_KMEM), OK);
	tap_status(call_space_share(LAST, AT, AT, GREAT, RIGHT_READ), OK);
	tap_status(call_unbind(AT, GREAT), OK);
}

/* Who destroys is destroyed: whose space paid for the object can still name it, for nothing but to go on. */
static void
test_destroyer(void)
{
	running = went_on = 0;
	great_make();
	tap_status(child_make(PARTNER, &name[PARTNER]), OK);
	tap_status(call_cap_copy(LAST, PARTNER, NAMED, RIGHTS_ALL), OK);
	tap_status(child_start(PARTNER, stacks[PARTNER], destroyer, 0), OK);
	call_yield();
	tap_ok(running && !went_on, "it is in the midst of destroying another");
	tap_status(call_space_fund(LAST, 1), ERR_NO_RIGHT);
	tap_status(call_destroy(PARTNER), OK);
	tap_status(call_space_fund(LAST, 1), ERR_NO_RIGHT);
	tap_status(call_destroy(LAST), OK);
	tap_status(call_destroy(LAST), ERR_NO_CAP);
	tap_status(call_frame_free(page_payload, page_mac), OK);
}

int
main(void)
{
	uint64_t payload = 0, mac = 0;

	call_entry(0, &own_name);
	tap_status(call_irq_create(8, 0, 60, &payload, &mac), OK);
	line_payload = payload;
	line_mac = mac;
	live_and_die(0);
	struct left before = left_now();
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		live_and_die(i);
		struct left after = left_now();
		tap_equal(after.free, before.free);
		tap_equal(after.held, before.held);
		tap_equal(after.kmem_free, before.kmem_free);
		tap_equal(after.slices, before.slices);
	}
	tap_status(call_irq_attach(line_payload, line_mac), OK);	/* the line is still there */
	test_destroyer();		/* its own tables stay, and the second time none is made */
	before = left_now();
	test_destroyer();
	struct left after = left_now();
	tap_equal(after.free, before.free - GREAT_KMEM);
	tap_equal(after.held, before.held + GREAT_KMEM);
	tap_equal(after.kmem_free, before.kmem_free + GREAT_KMEM);
	tap_done();
}
