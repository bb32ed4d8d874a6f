/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities to frames that nobody was given: a million random ones; genuine ones with a bit changed, cut off, or with more rights; stale ones. */
#include <exo/frames.h>
#include <janus/slots.h>
#include "child.h"
#include "tap.h"

#define AT		0x200000000ul
#define RANDOM		1000000
#define RIGHTS_AT	48		/* in a payload; the kind is above */

struct token { uint64_t payload, mac; };

static uint64_t state = 0x9e3779b97f4a7c15;

/* Xorshift (Marsaglia 2003): the same numbers in every run. */
static uint64_t
random_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static unsigned
refused(struct token t, unsigned rights)
{
	return call_bind(AT, t.payload, t.mac, rights) == ERR_BAD_TOKEN;
}

static void
test_random(struct token genuine)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < RANDOM; i++) {
		struct token t = { random_word(), random_word() };

		if (i & 1)			/* the name of a page that there is, and the right kind */
			t.payload = genuine.payload;
		if (i & 2)
			t.payload = (t.payload & ~0xffful) ^ (random_word() & 0x7fff000);
		wrong += !refused(t, RIGHT_READ);
	}
	tap_equal(wrong, 0);
}

static void
test_changed(struct token genuine)
{
	struct token less = { 0 };
	unsigned wrong = 0;

	for (unsigned bit = 0; bit < 64; bit++) {
		wrong += !refused((struct token){ genuine.payload ^ 1ul << bit, genuine.mac }, RIGHT_READ);
		wrong += !refused((struct token){ genuine.payload, genuine.mac ^ 1ul << bit }, RIGHT_READ);
	}
	tap_equal(wrong, 0);
	tap_ok(refused((struct token){ genuine.payload, (uint32_t)genuine.mac }, RIGHT_READ), "half a MAC");
	tap_ok(refused((struct token){ (uint32_t)genuine.payload, genuine.mac }, RIGHT_READ), "half a payload");
	tap_status(call_frame_derive(genuine.payload, genuine.mac, RIGHT_READ, SLOT_OWN, 0, &less.payload, &less.mac), OK);
	tap_status(call_bind(AT, less.payload, less.mac, RIGHT_READ | RIGHT_WRITE), ERR_NO_RIGHT);
	less.payload |= (uint64_t)RIGHT_WRITE << RIGHTS_AT;
	tap_ok(refused(less, RIGHT_READ | RIGHT_WRITE), "a right that was added");
	tap_status(call_frame_free(less.payload, less.mac), ERR_BAD_TOKEN);
}

static void
test_stale(struct token genuine)
{
	struct token again = { 0 };

	tap_status(call_frame_revoke(genuine.payload, genuine.mac, &again.payload, &again.mac), OK);
	tap_ok(refused(genuine, RIGHT_READ), "revoked");
	tap_status(call_bind(AT, again.payload, again.mac, RIGHT_READ), OK);
	tap_status(call_frame_free(again.payload, again.mac), OK);
	tap_ok(refused(again, RIGHT_READ), "freed");
	tap_status(call_frame_revoke(again.payload, again.mac, &again.payload, &again.mac), ERR_BAD_TOKEN);
	tap_status(call_frame_alloc(FRAME_AT, genuine.payload & 0xfffffffff000, 0, &again.payload, &again.mac), OK);
	tap_ok(refused(genuine, RIGHT_READ), "of the page's former life");
	tap_status(call_frame_free(again.payload, again.mac), OK);
}

int
main(void)
{
	struct token genuine = { 0 };

	tap_status(call_frame_alloc(FRAME_AT, 0x4000000, 0, &genuine.payload, &genuine.mac), OK);
	test_random(genuine);
	test_changed(genuine);
	test_stale(genuine);
	tap_done();
}
