/* SPDX-License-Identifier: BSD-2-Clause */
/* What was shared into a space is taken back, all of it or rights, whatever the environment there does. */
#include <exo/bindings.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

#define AT	0x200000000ul
#define RW	(RIGHT_READ | RIGHT_WRITE)

enum { CHILD = 1, WEAK = 3, PAGES = 40 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static char page[PAGES][4096] __attribute__((aligned(4096)));

/* What the child finds at the page that it is asked for. */
static volatile uint64_t asked, bound, rights, granted, raised;

static void
child(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		uint64_t physical, g = 0, r = 0, accessed, dirty;

		raised = call_protect(AT + asked * 4096, 1, RW);
		bound = call_binding(AT + asked * 4096, &physical, &g, &r, &accessed, &dirty);
		granted = g;
		rights = r;
		call_yield();
	}
}

static void
ask(uint64_t number)
{
	asked = number;
	call_yield();
}

static void
test_errors(void)
{
	tap_status(call_space_unbind(17, AT, 1, 0), ERR_NO_CAP);
	tap_status(call_cap_copy(CHILD, SLOT_OWN, WEAK, RIGHT_READ), OK);
	tap_status(call_space_unbind(WEAK, AT, 1, 0), ERR_NO_RIGHT);
	tap_status(call_space_unbind(CHILD, AT, 1, RIGHT_WRITE), ERR_BAD_VALUE);
	tap_status(call_space_unbind(CHILD, AT, 1, RIGHT_READ | RIGHT_SHARE), ERR_BAD_VALUE);
	tap_status(call_space_unbind(CHILD, AT + 1, 1, 0), ERR_BAD_ADDRESS);
	tap_status(call_space_unbind(CHILD, AT, 1ul << 40, 0), ERR_BAD_ADDRESS);
	tap_status(call_space_unbind(SLOT_OWN, AT, 1, 0), ERR_WRONG_STATE);
	tap_status(call_space_unbind(CHILD, AT << 4, 100, 0), OK);	/* nothing is there */
}

static void
test_rights(void)
{
	ask(1);
	tap_equal(bound, OK);
	tap_equal(granted, RW);
	tap_status(call_space_unbind(CHILD, AT + 4096, 1, RIGHT_READ), OK);
	ask(1);
	tap_equal(raised, ERR_NO_RIGHT);
	tap_equal(granted, RIGHT_READ);
	tap_equal(rights, RIGHT_READ);
	ask(2);
	tap_equal(raised, OK);
	tap_equal(granted, RW);
}

static void
test_range(void)
{
	tap_status(call_space_unbind(CHILD, AT + 3 * 4096, PAGES - 4, 0), OK);
	ask(2);
	tap_equal(bound, OK);
	ask(3);
	tap_equal(bound, ERR_NOT_FOUND);
	ask(PAGES - 2);
	tap_equal(bound, ERR_NOT_FOUND);
	ask(PAGES - 1);
	tap_equal(bound, OK);
	page[5][0] = 42;		/* it is still the caller's */
	tap_status(call_space_share(CHILD, AT + 3 * 4096, (uintptr_t)page[5], 1, RIGHT_READ), OK);
	ask(3);
	tap_equal(rights, RIGHT_READ);
}

int
main(void)
{
	uint64_t name;

	tap_status(child_make(CHILD, &name), OK);
	tap_status(call_space_share(CHILD, AT, (uintptr_t)page, PAGES, RW), OK);
	tap_status(child_start(CHILD, stack, child, 0), OK);
	test_errors();
	test_rights();
	test_range();
	tap_status(call_destroy(CHILD), OK);
	tap_done();
}
