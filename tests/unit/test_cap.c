/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities: each operation, each error, the shape of the tree after it, and what preemption and exhaustion leave behind. */
#include "test.h"
#include "cap_world.h"
#include "fake/fake.h"
#include "fake/personality.h"

static struct space *here, *there;
static struct object *thing;

static int
setup(void **state)
{
	world_init();
	here = world_space(0, 8);
	there = world_space(1, 2);
	assert_int_equal(cap_grow(here, 0), OK);
	assert_int_equal(cap_grow(there, 0), OK);
	thing = world_object(here, KIND_PERSONALITY);
	return 0;
}

static struct capability *
at(u64 index)
{
	return cap_at(&here->caps, index);
}

/* The brackets as text: a slot's letter is its index here, a being 0. */
static const char *
brackets(void)
{
	static char text[128];
	char *p = text;

	for (struct cap_link *link = thing->caps; link; link = link->next) {
		const struct capability *c = (const void *)((u64)link & ~63ul);
		bool opens = link == &c->open;
		*p++ = 'a' + (c - at(0));
		*p++ = opens ? '(' : ')';
	}
	*p = 0;
	return text;
}

/* a; b and c derived from a, d and e from b, f from d. */
static void
family(void)
{
	cap_insert(at(0), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	assert_int_equal(cap_copy(at(1), at(0), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(2), at(0), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(3), at(1), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(4), at(1), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(5), at(3), RIGHTS_ALL), OK);
	assert_string_equal(brackets(), "a(c(c)b(e(e)d(f(f)d)b)a)");
	cap_check(here);
}

/* --- slots -------------------------------------------------------------------------------------------------------- */

static void
lookup_tells_missing_from_weak(void **state)
{
	struct capability *c = NULL;

	cap_insert(at(7), thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_SHARE, 5);
	assert_int_equal(cap_lookup(&here->caps, 7, KIND_PERSONALITY, RIGHT_READ, &c), OK);
	assert_ptr_equal(c, at(7));
	assert_ptr_equal(c->object, thing);
	assert_int_equal(c->badge, 5);
	assert_int_equal(cap_lookup(&here->caps, 7, KIND_PERSONALITY, 0, &c), OK);
	assert_int_equal(cap_lookup(&here->caps, 7, KIND_PERSONALITY, RIGHT_READ | RIGHT_WRITE, &c), ERR_NO_RIGHT);
	assert_int_equal(cap_lookup(&here->caps, 7, KIND_THREAD, RIGHT_READ, &c), ERR_NO_CAP);
	assert_int_equal(cap_lookup(&here->caps, 8, KIND_PERSONALITY, 0, &c), ERR_NO_CAP);
	assert_int_equal(cap_lookup(&here->caps, CAP_LIMIT - 1, KIND_PERSONALITY, 0, &c), ERR_NO_CAP);
	assert_int_equal(cap_lookup(&here->caps, CAP_LIMIT, KIND_PERSONALITY, 0, &c), ERR_NO_CAP);
	assert_int_equal(cap_lookup(&here->caps, ~0ul, KIND_PERSONALITY, 0, &c), ERR_NO_CAP);
}

static void
slots_are_found_or_refused(void **state)
{
	struct capability *c = NULL;

	cap_insert(at(7), thing, KIND_PERSONALITY, 0, 0);
	assert_int_equal(cap_slot(&here->caps, 7, &c), OK);
	assert_ptr_equal(c, at(7));
	assert_int_equal(cap_slot(&here->caps, 6, &c), ERR_NO_CAP);
	assert_int_equal(cap_slot(&here->caps, 64, &c), ERR_NO_CAP);
	assert_int_equal(cap_slot(&here->caps, CAP_LIMIT, &c), ERR_NO_CAP);
	assert_int_equal(cap_empty_slot(&here->caps, 6, &c), OK);
	assert_ptr_equal(c, at(6));
	assert_int_equal(cap_empty_slot(&here->caps, 7, &c), ERR_EXISTS);
	assert_int_equal(cap_empty_slot(&here->caps, 64, &c), ERR_NO_CAP);
	assert_int_equal(cap_empty_slot(&here->caps, CAP_LIMIT, &c), ERR_NO_CAP);
}

static void
tables_grow_by_donated_pages(void **state)
{
	u64 left = there->kmem.pages_free;
	struct capability *c;

	assert_int_equal(cap_grow(there, CAP_LIMIT), ERR_LIMIT);
	assert_int_equal(cap_grow(there, 63), OK);
	assert_int_equal(there->kmem.pages_free, left);
	assert_int_equal(cap_grow(there, CAP_LIMIT - 1), OK);
	assert_int_equal(there->kmem.pages_free, left - 1);
	assert_int_equal(cap_empty_slot(&there->caps, CAP_LIMIT - 64, &c), OK);
	assert_int_equal(cap_grow(there, 64), ERR_NO_KMEM);
	assert_int_equal(cap_empty_slot(&there->caps, 64, &c), ERR_NO_CAP);
}

static void
growth_that_fails_changes_nothing(void **state)
{
	struct capability *c;

	check_fail_after(1);
	assert_int_equal(cap_grow(here, 64), ERR_NO_KMEM);
	assert_int_equal(cap_empty_slot(&here->caps, 64, &c), ERR_NO_CAP);
	assert_int_equal(cap_grow(here, 64), OK);
	assert_int_equal(cap_empty_slot(&here->caps, 64, &c), OK);
}

/* --- the tree ------------------------------------------------------------------------------------------------------- */

static void
copies_have_no_more_rights(void **state)
{
	cap_insert(at(0), thing, KIND_PERSONALITY, RIGHT_READ | RIGHT_SHARE, 9);
	assert_int_equal(cap_copy(at(1), at(0), RIGHT_READ | RIGHT_WRITE), OK);
	assert_int_equal(at(1)->type, KIND_PERSONALITY << 8 | RIGHT_READ);
	assert_int_equal(at(1)->badge, 9);
	assert_ptr_equal(at(1)->object, thing);
	assert_int_equal(cap_copy(at(2), at(1), RIGHTS_ALL), ERR_NO_RIGHT);
	assert_int_equal(at(2)->type, 0);
	assert_string_equal(brackets(), "a(b(b)a)");
}

static void
a_badge_stays(void **state)
{
	cap_insert(at(0), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	assert_int_equal(cap_mint(at(1), at(0), RIGHTS_ALL, 17), OK);
	assert_int_equal(at(1)->badge, 17);
	assert_int_equal(cap_mint(at(2), at(1), RIGHTS_ALL, 18), ERR_NO_RIGHT);
	assert_int_equal(cap_mint(at(2), at(1), RIGHTS_ALL, 0), ERR_NO_RIGHT);
	assert_int_equal(cap_mint(at(2), at(1), RIGHTS_ALL, 17), OK);
	assert_int_equal(cap_mint(at(3), at(0), 0, 3), OK);
	assert_int_equal(cap_mint(at(4), at(3), RIGHTS_ALL, 3), ERR_NO_RIGHT);
	assert_string_equal(brackets(), "a(d(d)b(c(c)b)a)");
}

static void
moved_capabilities_keep_their_place(void **state)
{
	family();
	at(1)->spare = 77;
	at(1)->spare_word = 78;
	cap_move(at(6), at(1));
	assert_string_equal(brackets(), "a(c(c)g(e(e)d(f(f)d)g)a)");
	assert_int_equal(at(6)->spare, 77);
	assert_int_equal(at(6)->spare_word, 78);
	assert_int_equal(at(1)->type, 0);
	assert_int_equal(at(1)->spare, 0);
	cap_move(at(1), at(5));
	cap_move(at(7), at(0));
	assert_string_equal(brackets(), "h(c(c)g(e(e)d(b(b)d)g)h)");
	cap_check(here);
}

/* The case that a depth gets wrong: c stands before b, and must not inherit b's children. */
static void
children_of_the_deleted_go_to_their_grandparent(void **state)
{
	family();
	cap_delete(at(1));
	assert_string_equal(brackets(), "a(c(c)e(e)d(f(f)d)a)");
	assert_int_equal(cap_revoke(at(2)), OK);
	assert_string_equal(brackets(), "a(c(c)e(e)d(f(f)d)a)");
	cap_check(here);
	assert_int_equal(cap_revoke(at(0)), OK);
	assert_string_equal(brackets(), "a(a)");
}

static void
children_of_a_deleted_original_become_originals(void **state)
{
	family();
	cap_delete(at(0));
	assert_string_equal(brackets(), "c(c)b(e(e)d(f(f)d)b)");
	cap_check(here);
	assert_int_equal(cap_revoke(at(2)), OK);
	assert_int_equal(cap_revoke(at(1)), OK);
	assert_string_equal(brackets(), "c(c)b(b)");
	cap_delete(at(1));
	cap_delete(at(2));
	assert_null(thing->caps);
}

static void
originals_are_independent(void **state)
{
	family();
	cap_insert(at(10), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	assert_string_equal(brackets(), "k(k)a(c(c)b(e(e)d(f(f)d)b)a)");
	assert_int_equal(cap_revoke(at(10)), OK);
	assert_string_equal(brackets(), "k(k)a(c(c)b(e(e)d(f(f)d)b)a)");
}

static void
revocation_crosses_spaces(void **state)
{
	struct capability *far = cap_at(&there->caps, 3);

	cap_insert(at(0), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	assert_int_equal(cap_copy(far, at(0), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(1), far, RIGHTS_ALL), OK);
	cap_check(there);
	assert_int_equal(cap_revoke(at(0)), OK);
	assert_int_equal(far->type | at(1)->type, 0);
	assert_int_equal(at(0)->type, KIND_PERSONALITY << 8 | RIGHTS_ALL);
}

static void
frames_have_their_list_in_the_record(void **state)
{
	struct frame *f = world_frame(here);

	cap_insert(at(0), f, KIND_FRAME, RIGHTS_ALL, 0);
	assert_int_equal(cap_copy(at(1), at(0), RIGHT_READ), OK);
	assert_ptr_equal(f->caps, &at(0)->open);
	cap_check(here);
	assert_int_equal(cap_list_clear(&f->caps), OK);
	assert_null(f->caps);
	assert_int_equal(at(0)->type | at(1)->type, 0);
}

static void
all_but_one_can_go(void **state)
{
	for (u64 keep = 0; keep < 6; keep++) {
		family();
		assert_int_equal(cap_clear_others(at(keep)), OK);
		assert_ptr_equal(thing->caps, &at(keep)->open);
		assert_ptr_equal(at(keep)->open.next, &at(keep)->close);
		assert_null(at(keep)->close.next);
		cap_delete(at(keep));
	}
}

/* --- the personality is told ---------------------------------------------------------------------------------------- */

/* Until whoever waits through it has been seen to, a capability stays, with no right left. */
/* The same family, of a kind through whose capabilities threads wait. */
static void
waited_family(void)
{
	hooks_reset();
	thing = world_object(here, KIND_WAITED);
	cap_insert(at(0), thing, KIND_WAITED, RIGHTS_ALL, 0);
	for (unsigned i = 1; i < 5; i++)
		assert_int_equal(cap_copy(at(i), at(i / 2), RIGHTS_ALL), OK);
	assert_string_equal(brackets(), "a(b(d(d)c(e(e)c)b)a)");
}

static void
waits_end_before_the_capability(void **state)
{
	waited_family();
	hooks.capability_restarts = 2;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(cap_remove(at(4)), STATUS_RESTART);
		assert_int_equal(at(4)->type, KIND_WAITED << 8);
		cap_check(here);
	}
	assert_int_equal(cap_remove(at(4)), OK);
	assert_int_equal(at(4)->type, 0);
	assert_ptr_equal(hooks.capability, at(4));
	assert_null(hooks.capability_to);

	hooks.capability_restarts = 3;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(cap_revoke(at(0)), STATUS_RESTART);
	assert_int_equal(cap_revoke(at(0)), OK);
	assert_string_equal(brackets(), "a(a)");
	assert_int_equal(hooks.capabilities, 3 + 3 + 3);
	cap_check(here);
}

static void
waits_follow_a_moved_capability(void **state)
{
	waited_family();
	cap_move(at(6), at(1));
	assert_ptr_equal(hooks.capability, at(1));
	assert_ptr_equal(hooks.capability_to, at(6));
	assert_int_equal(hooks.capabilities, 1);
}

static void
nobody_waits_through_other_kinds(void **state)
{
	hooks_reset();
	family();
	cap_move(at(6), at(1));
	assert_int_equal(cap_revoke(at(0)), OK);
	assert_int_equal(cap_remove(at(0)), OK);
	assert_int_equal(hooks.capabilities, 0);
}

/* --- preemption: at each point in turn ------------------------------------------------------------------------------ */

static unsigned
steps_of(enum status (*operation)(void))
{
	unsigned calls = 1;

	while (operation() == STATUS_RESTART) {
		calls++;
		cap_check(here);
		cap_check(there);
	}
	return calls;
}

static enum status
revoke_root(void)
{
	return cap_revoke(at(0));
}

static enum status
clear_others(void)
{
	return cap_clear_others(at(3));
}

static enum status
clear_list(void)
{
	return cap_list_clear(&thing->caps);
}

static void
long_operations_restart(void **state)
{
	for (u64 every = 1; every < 8; every++) {
		machine.preempt_every = every;
		machine.looks = 0;
		family();
		assert_int_equal(steps_of(revoke_root), 1 + 5 / every);
		assert_string_equal(brackets(), "a(a)");
		cap_delete(at(0));

		machine.looks = 0;
		family();
		assert_int_equal(steps_of(clear_others), 1 + 5 / every);
		assert_string_equal(brackets(), "d(d)");
		cap_delete(at(3));

		machine.looks = 0;
		family();
		assert_int_equal(steps_of(clear_list), 1 + 6 / every);
		assert_null(thing->caps);
	}
}

static enum status
destroy_table(void)
{
	return cap_table_destroy(here);
}

static void
tables_end_with_their_pages(void **state)
{
	for (u64 every = 0; every < 5; every++) {
		setup(NULL);
		u64 left = here->kmem.pages_free;
		struct capability *far = cap_at(&there->caps, 3);

		family();
		assert_int_equal(cap_grow(here, 640), OK);
		assert_int_equal(cap_copy(at(640), at(0), RIGHTS_ALL), OK);
		assert_int_equal(cap_copy(far, at(640), RIGHTS_ALL), OK);
		machine.preempt_every = every;
		machine.looks = 0;
		assert_int_equal(steps_of(destroy_table), every ? 1 + 9 / every : 1);
		assert_int_equal(here->kmem.pages_free, left + 1);
		assert_ptr_equal(thing->caps, &far->open);
		assert_int_equal(cap_slot(&here->caps, 0, &far), ERR_NO_CAP);
	}
}

/* --- the check finds what is broken --------------------------------------------------------------------------------- */

static void
the_check_sees_damage(void **state)
{
	family();
	at(9)->badge = 1;
	assert_panics(cap_check(here));
	at(9)->badge = 0;
	at(1)->type += 1 << 8;
	assert_panics(cap_check(here));
	at(1)->type -= 1 << 8;
	struct cap_link *next = at(3)->close.next;
	at(3)->close.next = &at(5)->close;
	assert_panics(cap_check(here));
	at(3)->close.next = next;
	cap_check(here);
}

/* Two pairs that cross, though each link is consistent with its neighbours. */
static void
the_check_sees_crossing_brackets(void **state)
{
	cap_insert(at(0), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	cap_insert(at(1), thing, KIND_PERSONALITY, RIGHTS_ALL, 0);
	struct cap_link *order[] = { &at(0)->open, &at(1)->open, &at(0)->close, &at(1)->close };
	struct cap_link **pprev = &thing->caps;

	for (unsigned i = 0; i < 4; i++) {
		*pprev = order[i];
		order[i]->pprev = pprev;
		pprev = &order[i]->next;
	}
	*pprev = NULL;
	assert_panics(cap_check(here));
}

static void
random_sequences(void **state)
{
	operations_random(&ops_cap, 2000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_cap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lookup_tells_missing_from_weak, setup),
		cmocka_unit_test_setup(slots_are_found_or_refused, setup),
		cmocka_unit_test_setup(tables_grow_by_donated_pages, setup),
		cmocka_unit_test_setup(growth_that_fails_changes_nothing, setup),
		cmocka_unit_test_setup(copies_have_no_more_rights, setup),
		cmocka_unit_test_setup(a_badge_stays, setup),
		cmocka_unit_test_setup(moved_capabilities_keep_their_place, setup),
		cmocka_unit_test_setup(children_of_the_deleted_go_to_their_grandparent, setup),
		cmocka_unit_test_setup(children_of_a_deleted_original_become_originals, setup),
		cmocka_unit_test_setup(originals_are_independent, setup),
		cmocka_unit_test_setup(revocation_crosses_spaces, setup),
		cmocka_unit_test_setup(frames_have_their_list_in_the_record, setup),
		cmocka_unit_test_setup(all_but_one_can_go, setup),
		cmocka_unit_test_setup(waits_end_before_the_capability, setup),
		cmocka_unit_test_setup(waits_follow_a_moved_capability, setup),
		cmocka_unit_test_setup(nobody_waits_through_other_kinds, setup),
		cmocka_unit_test_setup(long_operations_restart, setup),
		cmocka_unit_test_setup(tables_end_with_their_pages, setup),
		cmocka_unit_test_setup(the_check_sees_damage, setup),
		cmocka_unit_test_setup(the_check_sees_crossing_brackets, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("cap", tests, ARRAY_SIZE(tests));
}
