/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in slots: rights and badges, the tree through copies, moves and deletions, growth, and revocation that is preempted. */
#include "memory.h"

#define KIND_TIMER	KIND_PERSONALITY
#define SLOT_LIMIT	16384

enum { D = SPARE + 1, E, F, S };	/* slots; S: of a space */

static unsigned
copy(unsigned long from, unsigned long into)
{
	return call_cap_copy(from, PROBE_OWN, into, RIGHTS_ALL);
}

static unsigned
mint(unsigned long from, unsigned long into, unsigned long badge)
{
	return call_cap_mint(from, PROBE_OWN, into, RIGHTS_ALL, badge);
}

static unsigned
look(unsigned long slot, unsigned rights)
{
	uint64_t badge;

	return call_cap_lookup(slot, KIND_TIMER, rights, &badge);
}

/* A; B and C derived from A, D from B. */
static void
family(void)
{
	tap_status(call_timer_create(A), OK);
	tap_status(copy(A, B), OK);
	tap_status(copy(A, C), OK);
	tap_status(copy(B, D), OK);
}

static void
test_lookup(void)
{
	uint64_t badge = 1;

	tap_status(call_timer_create(A), OK);
	tap_status(call_cap_lookup(A, KIND_TIMER, RIGHTS_ALL, &badge), OK);
	tap_equal(badge, 0);
	tap_status(call_cap_lookup(A, KIND_THREAD, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(B, KIND_TIMER, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(B, 0, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(SLOT_LIMIT - 1, KIND_TIMER, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(SLOT_LIMIT, KIND_TIMER, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(-2ul, KIND_TIMER, 0, &badge), ERR_NO_CAP);
	tap_status(call_cap_lookup(1ul << 32 | A, KIND_TIMER, 0, &badge), ERR_NO_CAP);
	tap_status(call_object_destroy(A), OK);
	tap_status(look(A, 0), ERR_NO_CAP);
}

static void
test_rights(void)
{
	tap_status(call_timer_create(A), OK);
	tap_status(call_cap_copy(A, PROBE_OWN, B, RIGHT_READ | RIGHT_CONTROL), OK);
	tap_status(look(B, RIGHT_READ), OK);
	tap_status(look(B, RIGHT_READ | RIGHT_SHARE), ERR_NO_RIGHT);
	tap_status(call_timer_set(B, 1ul << 40), OK);
	tap_status(copy(B, C), ERR_NO_RIGHT);
	tap_status(call_object_destroy(B), ERR_NO_RIGHT);
	tap_status(call_cap_copy(A, PROBE_OWN, C, RIGHT_READ), OK);
	tap_status(call_timer_cancel(C), ERR_NO_RIGHT);
	tap_status(copy(A, B), ERR_EXISTS);
	tap_status(copy(A, 9000), ERR_NO_CAP);
	tap_status(copy(D, E), ERR_NO_CAP);
	tap_status(call_cap_copy(A, B, D, RIGHTS_ALL), ERR_NO_CAP);	/* a timer is no space */
	tap_status(call_object_destroy(A), OK);
	tap_status(look(B, 0), ERR_NO_CAP);
	tap_status(look(C, 0), ERR_NO_CAP);
}

static void
test_badges(void)
{
	uint64_t badge = 0;

	tap_status(call_timer_create(A), OK);
	tap_status(mint(A, B, 17), OK);
	tap_status(call_cap_lookup(B, KIND_TIMER, 0, &badge), OK);
	tap_equal(badge, 17);
	tap_status(mint(B, C, 18), ERR_NO_RIGHT);
	tap_status(mint(B, C, 0), ERR_NO_RIGHT);
	tap_status(copy(B, C), OK);
	tap_status(call_cap_lookup(C, KIND_TIMER, 0, &badge), OK);
	tap_equal(badge, 17);
	tap_status(call_object_destroy(C), OK);
}

static void
test_revocation(void)
{
	family();
	tap_status(call_cap_revoke(B), OK);
	tap_status(look(D, 0), ERR_NO_CAP);
	tap_status(look(C, 0), OK);
	tap_status(look(B, 0), OK);
	tap_status(call_cap_revoke(A), OK);
	tap_status(look(B, 0), ERR_NO_CAP);
	tap_status(look(C, 0), ERR_NO_CAP);
	tap_status(call_cap_revoke(B), ERR_NO_CAP);
	tap_status(call_object_destroy(A), OK);
}

/* What was derived from a deleted capability belongs to its parent, not to a sibling of it. */
static void
test_deletion(void)
{
	family();
	tap_status(call_cap_delete(B), OK);
	tap_status(call_cap_delete(B), ERR_NO_CAP);
	tap_status(call_cap_revoke(C), OK);
	tap_status(look(D, 0), OK);
	tap_status(call_cap_revoke(A), OK);
	tap_status(look(D, 0), ERR_NO_CAP);
	tap_status(call_object_destroy(A), OK);
}

static void
test_moves(void)
{
	family();
	tap_status(call_cap_move(B, PROBE_OWN, E), OK);
	tap_status(look(B, 0), ERR_NO_CAP);
	tap_status(look(E, RIGHTS_ALL), OK);
	tap_status(call_cap_move(E, PROBE_OWN, C), ERR_EXISTS);
	tap_status(call_cap_revoke(E), OK);
	tap_status(look(D, 0), ERR_NO_CAP);
	tap_status(call_cap_move(A, PROBE_OWN, F), OK);
	tap_status(call_cap_revoke(F), OK);
	tap_status(look(E, 0), ERR_NO_CAP);
	tap_status(call_object_destroy(F), OK);
}

static void
test_growth(void)
{
	tap_status(call_timer_create(A), OK);
	tap_status(copy(A, 6400), ERR_NO_CAP);
	tap_status(call_cap_grow(PROBE_OWN, SLOT_LIMIT), ERR_LIMIT);
	tap_status(call_cap_grow(PROBE_OWN, 6400), OK);
	tap_status(call_cap_grow(PROBE_OWN, 6401), OK);
	tap_status(copy(A, 6400), OK);
	tap_status(copy(6400, 6463), OK);
	tap_status(copy(A, 6464), ERR_NO_CAP);
	tap_status(call_object_destroy(6400), OK);
	tap_status(look(A, 0), ERR_NO_CAP);
}

/* --- another space ----------------------------------------------------------------------------------------------------- */

static void
test_across_spaces(void)
{
	uint64_t pages, unused = 0, failures = 0, held;

	tap_status(call_timer_create(A), OK);
	tap_status(space_make(S, roots() + 2), OK);
	tap_status(call_cap_copy(A, S, 0, RIGHTS_ALL), OK);
	tap_status(call_cap_copy(A, S, 0, RIGHTS_ALL), ERR_EXISTS);
	tap_status(call_cap_mint(A, S, 63, RIGHTS_ALL, 5), OK);
	tap_status(call_cap_copy(A, S, 64, RIGHTS_ALL), ERR_NO_CAP);
	tap_status(call_cap_grow(S, 64), OK);
	tap_status(call_cap_move(A, S, 64), OK);
	tap_status(look(A, 0), ERR_NO_CAP);
	tap_status(call_timer_create(A), OK);
	tap_status(call_cap_grow(S, 128), ERR_NO_KMEM);		/* its pool pays, not the caller's */
	tap_status(call_kmem_info(S, &pages, &unused, &failures, &held), OK);
	tap_equal(unused, 0);
	tap_ok(failures > 0, "the pool was found empty");
	tap_status(call_cap_copy(A, S, 1, RIGHTS_ALL), OK);
	tap_status(call_cap_revoke(A), OK);
	tap_status(call_cap_copy(A, S, 1, RIGHTS_ALL), OK);	/* so it was empty again */
	tap_status(call_object_destroy(A), OK);
	tap_status(call_object_destroy(S), OK);
	tap_status(call_cap_copy(A, S, 2, RIGHTS_ALL), ERR_NO_CAP);
}

/* What a space had derived is gone with it; what it was derived from is not. */
static void
test_end_of_a_space(void)
{
	tap_status(call_timer_create(A), OK);
	tap_status(space_make(S, roots() + 2), OK);
	tap_status(call_cap_copy(A, S, 7, RIGHTS_ALL), OK);
	tap_status(copy(A, B), OK);
	tap_status(call_object_destroy(S), OK);
	tap_status(look(A, RIGHTS_ALL), OK);
	tap_status(look(B, RIGHTS_ALL), OK);
	tap_status(call_cap_revoke(A), OK);
	tap_status(look(B, 0), ERR_NO_CAP);
	tap_status(call_object_destroy(A), OK);
}

/* --- much at once ------------------------------------------------------------------------------------------------------ */

#define FIRST	7998			/* a multiple of 3 */
#define COUNT	5000

static void
make_many(void)
{
	unsigned failed = 0;

	call_timer_create(A);
	for (unsigned long slot = FIRST; slot < FIRST + COUNT; slot++) {
		failed += call_cap_grow(PROBE_OWN, slot) != OK;
		failed += copy(slot % 3 ? slot - 1 : A, slot) != OK;	/* chains of three */
	}
	tap_equal(failed, 0);
}

static unsigned
count_many(void)
{
	unsigned count = 0;

	for (unsigned long slot = FIRST; slot < FIRST + COUNT; slot++)
		count += look(slot, 0) == OK;
	return count;
}

/* A timer tick comes in the middle: the call is preempted and executed again. */
static void
test_long_operations(void)
{
	uint64_t before = 0, after = 0;

	make_many();
	tap_equal(count_many(), COUNT);
	call_tick(10000, &before);
	tap_status(call_cap_revoke(A), OK);
	call_tick(0, &after);
	tap_ok(after - before >= 5, "ticks came while it was revoked");
	tap_equal(count_many(), 0);
	tap_status(call_object_destroy(A), OK);

	make_many();
	call_tick(10000, &before);
	tap_status(call_object_destroy(FIRST + 7), OK);
	call_tick(0, &after);
	tap_ok(after - before >= 5, "ticks came while it was destroyed");
	tap_equal(count_many(), 0);
	tap_status(look(A, 0), ERR_NO_CAP);
}

int
main(void)
{
	test_lookup();
	test_rights();
	test_badges();
	test_revocation();
	test_deletion();
	test_moves();
	test_growth();
	test_across_spaces();
	test_end_of_a_space();
	test_long_operations();
	tap_done();
}
