/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities to frames in slots (exo.caps=slot): each success and error that the other encoding does not have. */
#include <exo/bindings.h>
#include <exo/frames.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

#define AT	0x200000000ul
#define RW	(RIGHT_READ | RIGHT_WRITE)

enum { CHILD = 1, FRAME = 3, LESS = 4, FOREIGN = 5, NONE = 20, NO_PAGE = 70 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile unsigned seen[4];
static volatile uint64_t word;

/* It has a capability in slot FOREIGN, by which it may read. */
static void
child(uint64_t unused __attribute__((unused)))
{
	seen[0] = call_bind(AT, FOREIGN, 0, RW);
	seen[1] = call_bind(AT, FOREIGN, 0, RIGHT_READ);
	word = *(volatile uint64_t *)AT;
	call_yield();
	seen[2] = call_bind(AT + 4096, FOREIGN, 0, RIGHT_READ);
	seen[3] = call_binding(AT, (uint64_t[1]){ 0 }, (uint64_t[1]){ 0 }, (uint64_t[1]){ 0 }, (uint64_t[1]){ 0 }, (uint64_t[1]){ 0 });
	call_park();
	__builtin_trap();
}

static void
test_calls(void)
{
	uint64_t slot = 0, mac = 0;

	tap_status(call_frame_alloc(FRAME_ANY, 0, NO_PAGE, &slot, &mac), ERR_NO_CAP);
	tap_status(call_frame_alloc(FRAME_ANY, 0, FRAME, &slot, &mac), OK);
	tap_equal(slot, FRAME);
	tap_equal(mac, 0);
	tap_status(call_frame_alloc(FRAME_ANY, 0, FRAME, &slot, &mac), ERR_EXISTS);
	tap_status(call_bind(AT, NONE, 0, RW), ERR_NO_CAP);
	tap_status(call_bind(AT, ~0ul, 0, RW), ERR_NO_CAP);
	tap_status(call_bind(AT, FRAME, 0, RW), OK);
	tap_status(call_frame_derive(FRAME, 0, RIGHT_READ | RIGHT_SHARE, SLOT_OWN, LESS, &slot, &mac), OK);
	tap_status(call_frame_derive(FRAME, 0, RIGHT_READ, SLOT_OWN, LESS, &slot, &mac), ERR_EXISTS);
	tap_status(call_frame_derive(FRAME, 0, RIGHT_READ, 40, 6, &slot, &mac), ERR_NO_CAP);
	tap_status(call_frame_derive(NONE, 0, RIGHT_READ, SLOT_OWN, 6, &slot, &mac), ERR_NO_CAP);
	tap_status(call_bind(AT + 4096, LESS, 0, RW), ERR_NO_RIGHT);
	tap_status(call_bind(AT + 4096, LESS, 0, RIGHT_READ), OK);
	tap_status(call_frame_free(LESS, 0), ERR_NO_RIGHT);
	*(volatile uint64_t *)AT = 42;
}

static void
test_handed_on(void)
{
	uint64_t name, slot, mac;

	tap_status(child_make(CHILD, &name), OK);
	tap_status(call_bind(AT + 8192, CHILD, 0, RIGHT_READ), ERR_NO_CAP);	/* of another kind */
	tap_status(call_frame_derive(LESS, 0, RIGHT_READ, CHILD, FOREIGN, &slot, &mac), OK);
	tap_status(child_start(CHILD, stack, child, 0), OK);
	call_yield();
	tap_equal(seen[0], ERR_NO_RIGHT);
	tap_equal(seen[1], OK);
	tap_equal(word, 42);
	tap_status(call_frame_revoke(FRAME, 0, &slot, &mac), OK);	/* what was derived, and bound, is gone: in the child, too */
	tap_status(call_bind(AT + 8192, LESS, 0, RIGHT_READ), ERR_NO_CAP);
	call_yield();
	tap_equal(seen[2], ERR_NO_CAP);
	tap_equal(seen[3], ERR_NOT_FOUND);
	tap_status(call_bind(AT, FRAME, 0, RW), OK);
	tap_equal(*(volatile uint64_t *)AT, 42);
	tap_status(call_frame_free(FRAME, 0), OK);
	tap_status(call_frame_free(FRAME, 0), ERR_NO_CAP);
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	test_calls();
	test_handed_on();
	tap_done();
}
