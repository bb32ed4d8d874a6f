/* SPDX-License-Identifier: BSD-2-Clause */
/* Sealed tokens: what opens, what does not, for how long, and for whom. */
#include <janus/kinds.h>
#include <probe/own.h>
#include <probe/stubs.h>
#include "tap.h"

#define KIND_TIMER	KIND_PERSONALITY

enum { A = 32, B };			/* slots */

struct token {
	uint64_t payload, mac;
};

static struct token
seal(unsigned long slot, unsigned rights)
{
	struct token t = { 0 };

	tap_status(call_token_seal(slot, rights, &t.payload, &t.mac), OK);
	return t;
}

static unsigned
opens(struct token t, unsigned kind, unsigned rights)
{
	return call_token_open(t.payload, t.mac, kind, rights);
}

static unsigned
opens_bound(struct token t, unsigned kind, unsigned rights)
{
	return call_token_open_bound(t.payload, t.mac, kind, rights);
}

static void
test_tokens(void)
{
	struct token t;

	tap_status(call_timer_create(A), OK);
	t = seal(A, RIGHT_READ | RIGHT_CONTROL);
	tap_status(opens(t, KIND_TIMER, RIGHT_READ), OK);
	tap_status(opens(t, KIND_TIMER, RIGHT_READ | RIGHT_WRITE), ERR_NO_RIGHT);
	tap_status(opens(t, KIND_THREAD, RIGHT_READ), ERR_BAD_TOKEN);
	tap_status(opens(t, KIND_FRAME, 0), ERR_BAD_TOKEN);
	tap_status(opens(t, 0, 0), ERR_BAD_TOKEN);
	tap_status(opens(t, 1000, 0), ERR_BAD_TOKEN);
	tap_status(call_token_seal(B, RIGHTS_ALL, &t.payload, &t.mac), ERR_NO_CAP);
	tap_status(call_cap_copy(A, PROBE_OWN, B, RIGHT_READ), OK);
	tap_status(call_token_seal(B, RIGHTS_ALL, &t.payload, &t.mac), ERR_NO_RIGHT);
	tap_status(call_token_revoke(B), ERR_NO_RIGHT);
	tap_status(call_object_destroy(A), OK);
}

static void
test_forgery(void)
{
	struct token t, f;
	unsigned opened = 0;

	tap_status(call_timer_create(A), OK);
	t = seal(A, RIGHTS_ALL);
	for (unsigned bit = 0; bit < 128; bit++) {
		f = t;
		*(bit < 64 ? &f.payload : &f.mac) ^= 1ul << bit % 64;
		opened += opens(f, f.payload >> 56, 0) != ERR_BAD_TOKEN;
		opened += opens_bound(f, f.payload >> 56, 0) != ERR_BAD_TOKEN;
	}
	for (uint64_t i = 1; i < 20000; i++) {		/* names all over physical memory and beyond, each kind in turn */
		f.payload = i % KIND_LIMIT << 56 | 0xfful << 48 | (i * 0x9e3779b97f4a7c15 >> 16 & ((1ul << i % 48) - 1));
		f.mac = t.mac;
		opened += opens(f, i % KIND_LIMIT, 0) != ERR_BAD_TOKEN;
	}
	tap_equal(opened, 0);
	tap_status(opens(t, KIND_TIMER, RIGHTS_ALL), OK);
	tap_status(call_object_destroy(A), OK);
}

static void
test_derivation(void)
{
	struct token t, d = { 0 }, e;

	tap_status(call_timer_create(A), OK);
	t = seal(A, RIGHT_READ | RIGHT_WRITE | RIGHT_SHARE);
	tap_status(call_token_derive(t.payload, t.mac, RIGHT_READ | RIGHT_DESTROY, &d.payload, &d.mac), OK);
	tap_status(opens(d, KIND_TIMER, RIGHT_READ), OK);
	tap_status(opens(d, KIND_TIMER, RIGHT_DESTROY), ERR_NO_RIGHT);
	tap_status(call_token_derive(d.payload, d.mac, RIGHT_READ, &e.payload, &e.mac), ERR_NO_RIGHT);
	tap_status(call_token_derive(t.payload, d.mac, RIGHT_READ, &e.payload, &e.mac), ERR_BAD_TOKEN);
	tap_status(call_object_destroy(A), OK);
}

static void
test_staleness(void)
{
	struct token t, other;

	tap_status(call_timer_create(A), OK);
	t = seal(A, RIGHTS_ALL);
	tap_status(call_token_revoke(A), OK);
	tap_status(opens(t, KIND_TIMER, 0), ERR_BAD_TOKEN);
	t = seal(A, RIGHTS_ALL);
	tap_status(call_object_destroy(A), OK);
	tap_status(opens(t, KIND_TIMER, 0), ERR_BAD_TOKEN);
	tap_status(call_timer_create(A), OK);
	other = seal(A, RIGHTS_ALL);
	tap_ok(other.payload == t.payload && other.mac != t.mac, "another object at the same address has another token");
	tap_status(opens(t, KIND_TIMER, 0), ERR_BAD_TOKEN);
	tap_status(call_token_destroy(t.payload, t.mac, KIND_TIMER), ERR_BAD_TOKEN);
	tap_status(call_token_destroy(other.payload, other.mac, KIND_TIMER), OK);
	tap_status(opens(other, KIND_TIMER, 0), ERR_BAD_TOKEN);
	tap_status(call_object_destroy(A), ERR_NO_CAP);
}

static void
test_bound(void)
{
	struct token t = { 0 }, free;
	uint64_t id;

	tap_status(call_timer_create(A), OK);
	tap_status(call_token_seal_bound(A, RIGHT_READ | RIGHT_SHARE, PROBE_OWN, &t.payload, &t.mac), OK);
	free = seal(A, RIGHT_READ);
	tap_status(opens_bound(t, KIND_TIMER, RIGHT_READ), OK);
	tap_status(opens_bound(t, KIND_TIMER, RIGHT_WRITE), ERR_NO_RIGHT);
	tap_status(opens(t, KIND_TIMER, RIGHT_READ), ERR_BAD_TOKEN);
	tap_status(opens_bound(free, KIND_TIMER, RIGHT_READ), ERR_BAD_TOKEN);
	tap_status(call_token_derive(t.payload, t.mac, RIGHT_READ, &free.payload, &free.mac), ERR_BAD_TOKEN);
	tap_status(call_space_create(B, &id), OK);
	tap_status(call_token_seal_bound(A, RIGHT_READ, B, &t.payload, &t.mac), OK);
	tap_status(opens_bound(t, KIND_TIMER, RIGHT_READ), ERR_BAD_TOKEN);	/* this is another space */
	tap_status(call_object_destroy(B), OK);
	tap_status(call_object_destroy(A), OK);
}

/* A frame that was freed, or given to the kernel and taken back, is not reached by what was sealed before. */
static void
test_frames(void)
{
	uint64_t address = 0, same = 0;
	struct token t;

	tap_status(call_frame_alloc(0, A, &address), OK);
	t = seal(A, RIGHT_READ | RIGHT_WRITE);
	tap_equal(t.payload & ((1ul << 48) - 1), address);
	tap_status(opens(t, KIND_FRAME, RIGHT_WRITE), OK);
	tap_status(opens(t, KIND_FRAME, RIGHT_EXECUTE), ERR_NO_RIGHT);
	tap_status(opens(t, KIND_TIMER, 0), ERR_BAD_TOKEN);
	tap_status(call_frame_free(A), OK);
	tap_status(opens(t, KIND_FRAME, RIGHT_WRITE), ERR_BAD_TOKEN);
	tap_status(call_frame_alloc_at(address, 0, A), OK);
	tap_status(opens(t, KIND_FRAME, RIGHT_WRITE), ERR_BAD_TOKEN);

	t = seal(A, RIGHT_READ | RIGHT_WRITE);
	tap_status(call_kmem_donate(A, PROBE_OWN), OK);
	tap_status(opens(t, KIND_FRAME, RIGHT_WRITE), ERR_BAD_TOKEN);
	tap_status(call_kmem_reclaim(PROBE_OWN, &same), OK);
	tap_equal(same, address);
	tap_status(opens(t, KIND_FRAME, RIGHT_WRITE), ERR_BAD_TOKEN);
	tap_status(call_frame_own(address, A), OK);
	tap_status(call_frame_free(A), OK);
}

/* Destroying an object with many capabilities by its token, preempted on the way: the token names it to the end. */
static void
test_destruction(void)
{
	uint64_t before = 0, after = 0;
	unsigned failed = 0;
	struct token t;

	call_timer_create(A);
	t = seal(A, RIGHT_DESTROY);
	for (unsigned long slot = 8000; slot < 12000; slot++) {
		failed += call_cap_grow(PROBE_OWN, slot) != OK;
		failed += call_cap_copy(A, PROBE_OWN, slot, 0) != OK;
	}
	tap_equal(failed, 0);
	call_tick(10000, &before);
	tap_status(call_token_destroy(t.payload, t.mac, KIND_TIMER), OK);
	call_tick(0, &after);
	tap_ok(after - before >= 5, "ticks came on the way");
	tap_status(opens(t, KIND_TIMER, RIGHT_DESTROY), ERR_BAD_TOKEN);
	tap_status(call_cap_delete(11999), ERR_NO_CAP);
}

int
main(void)
{
	test_tokens();
	test_forgery();
	test_derivation();
	test_staleness();
	test_bound();
	test_frames();
	test_destruction();
	tap_done();
}
