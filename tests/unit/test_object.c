/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of objects: epochs, birth, and each kind's end with capabilities to it, preempted at every point. */
#include "test.h"
#include "cap_world.h"
#include "core/device.h"
#include "core/irq.h"
#include "core/thread.h"

static struct space *here, *there;
static u64 pages;

static int
setup(void **state)
{
	world_init();
	here = world_space(0, 6);
	there = world_space(1, 2);
	here->root = here->cr3 = PAGE_SIZE;		/* prepared; nothing walks it */
	assert_int_equal(cap_grow(here, 0), OK);
	assert_int_equal(cap_grow(there, 0), OK);
	pages = here->kmem.pages_free;
	return 0;
}

static struct capability *
at(u64 index)
{
	return cap_at(&here->caps, index);
}

static void
epochs_do_not_repeat(void **state)
{
	u64 last = epoch_new();

	for (unsigned i = 0; i < 1000; i++) {
		u64 next = epoch_new();
		assert_true(next > last && !(next & EPOCH_DYING));
		assert_int_equal(next >> 56, 15);
		last = next;
	}
}

static void
objects_begin_whole(void **state)
{
	struct object o = { .dying = 7, .caps = (void *)8 }, p;

	object_init(&o, KIND_PORTS, here);
	object_init(&p, KIND_PORTS, here);
	assert_int_equal(o.kind, KIND_PORTS);
	assert_int_equal(o.dying, 0);
	assert_null(o.caps);
	assert_ptr_equal(o.home, here);
	assert_int_not_equal(o.epoch, p.epoch);
	assert_int_not_equal(o.serial, p.serial);
}

/* --- every kind ------------------------------------------------------------------------------------------------------ */

static struct object *
make(enum kind kind)
{
	union { struct thread *t; struct irq *i; struct ports *p; struct device *d; } u;

	switch (kind) {
	case KIND_THREAD:
		assert_int_equal(thread_create(here, here, 0, &u.t), OK);
		return &u.t->object;
	case KIND_IRQ:
		assert_int_equal(irq_create(here, 5, IRQ_LEVEL, &u.i), OK);
		return &u.i->object;
	case KIND_PORTS:
		assert_int_equal(ports_create(here, 0x300, 8, &u.p), OK);
		return &u.p->object;
	case KIND_DEVICE:
		assert_int_equal(device_create(here, 0xfd000000, 1, &u.d), OK);
		return &u.d->object;
	default:
		return world_object(here, kind);
	}
}

static const enum kind kinds[] = { KIND_THREAD, KIND_IRQ, KIND_PORTS, KIND_DEVICE, KIND_PERSONALITY, KIND_LIMIT - 1 };

/* Three capabilities in a row, and one in another space. */
static void
share(struct object *o)
{
	cap_insert(at(0), o, o->kind, RIGHTS_ALL, 0);
	assert_int_equal(cap_copy(at(1), at(0), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(at(2), at(1), RIGHTS_ALL), OK);
	assert_int_equal(cap_copy(cap_at(&there->caps, 0), at(1), RIGHTS_ALL), OK);
}

static void
each_kind_ends_with_its_capabilities(void **state)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct object *o = make(kinds[i]);
		share(o);
		assert_int_equal(object_destroy(o), OK);
		for (unsigned n = 0; n < 3; n++)
			assert_int_equal(at(n)->type, 0);
		assert_int_equal(cap_at(&there->caps, 0)->type, 0);
		assert_int_equal(here->kmem.pages_free, pages);
	}
}

/* The call is repeated by the same slot, wherever it is in the tree, until the object is gone; then the slot is empty. */
static void
the_slot_of_the_caller_goes_last(void **state)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (unsigned by = 0; by < 3; by++) {
			struct capability *c = NULL;
			unsigned calls = 0;
			enum status s;

			share(make(kinds[i]));
			machine.preempt_every = 2;
			do {
				assert_int_equal(cap_lookup(&here->caps, by, kinds[i], RIGHT_DESTROY, &c), OK);
				s = object_destroy_by(c);
				calls++;
				cap_check(here);
				cap_check(there);
			} while (s == STATUS_RESTART);
			machine.preempt_every = 0;
			assert_int_equal(s, OK);
			assert_in_range(calls, 2, 4);
			assert_int_equal(cap_slot(&here->caps, by, &c), ERR_NO_CAP);
			assert_int_equal(here->kmem.pages_free, pages);
		}
	}
}

static void
what_is_dying_can_only_be_destroyed(void **state)
{
	struct object *o = make(KIND_PERSONALITY);
	struct capability *c;

	share(o);
	machine.preempt_every = 1;
	for (unsigned steps = 0; steps < 3; steps++)
		assert_int_equal(object_destroy_by(at(1)), STATUS_RESTART);
	assert_true(o->dying);
	assert_ptr_equal(o->caps, &at(1)->open);
	assert_int_equal(object_destroy_by(at(1)), STATUS_RESTART);
	assert_int_equal(cap_lookup(&here->caps, 1, KIND_PERSONALITY, RIGHT_READ, &c), ERR_NO_RIGHT);
	assert_int_equal(cap_copy(at(2), at(1), RIGHTS_ALL), ERR_NO_RIGHT);
	assert_int_equal(cap_lookup(&here->caps, 1, KIND_PERSONALITY, RIGHT_DESTROY, &c), OK);
	machine.preempt_every = 0;
	assert_int_equal(object_destroy_by(c), OK);
	assert_int_equal(here->kmem.pages_free, pages);
}

/*
 * An object of `here', destroyed from `there', which ends in the midst of it: here it can still be named, to be destroyed.  The capability that is here
 * first in the list stays, whether it is above or below the other; those that may not destroy it do not count.
 */
static void
the_home_goes_on_when_the_destroyer_ends(void **state)
{
	struct capability *far = cap_at(&there->caps, 0), *c;

	for (unsigned above = 0; above < 2; above++) {
		struct object *o = make(KIND_PERSONALITY);

		cap_insert(above ? at(0) : far, o, KIND_PERSONALITY, RIGHTS_ALL, 0);
		cap_copy(above ? far : at(0), above ? at(0) : far, RIGHTS_ALL);
		cap_copy(at(1), at(0), RIGHT_READ);
		cap_copy(cap_at(&there->caps, 1), far, RIGHTS_ALL);
		machine.preempt_every = 1;
		for (unsigned steps = 0; steps < 2; steps++)
			assert_int_equal(object_destroy_by(far), STATUS_RESTART);
		assert_int_equal(at(1)->type | cap_at(&there->caps, 1)->type, 0);
		assert_int_equal(at(0)->type, KIND_PERSONALITY << 8 | RIGHT_DESTROY);
		machine.preempt_every = 0;
		cap_delete(far);
		cap_check(here);
		assert_true(o->dying);
		assert_int_equal(cap_lookup(&here->caps, 0, KIND_PERSONALITY, RIGHT_DESTROY, &c), OK);
		assert_int_equal(object_destroy_by(c), OK);
		assert_int_equal(at(0)->type, 0);
		assert_int_equal(here->kmem.pages_free, pages);
	}
}

/* And when it does not, the slot that is here goes with the object. */
static void
the_homes_slot_goes_with_the_object(void **state)
{
	struct object *o = make(KIND_PERSONALITY);
	struct capability *far = cap_at(&there->caps, 0);

	cap_insert(at(0), o, KIND_PERSONALITY, RIGHTS_ALL, 0);
	cap_copy(at(2), at(0), RIGHTS_ALL);
	cap_copy(far, at(2), RIGHTS_ALL);
	assert_int_equal(object_destroy_by(far), OK);
	assert_int_equal(at(0)->type | at(2)->type | far->type, 0);
	assert_int_equal(here->kmem.pages_free, pages);
}

static void
a_kind_that_does_not_exist_is_a_bug(void **state)
{
	struct object o;

	object_init(&o, KIND_FRAME, here);
	assert_panics(object_destroy(&o));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(epochs_do_not_repeat),
		cmocka_unit_test(objects_begin_whole),
		cmocka_unit_test_setup(each_kind_ends_with_its_capabilities, setup),
		cmocka_unit_test_setup(the_slot_of_the_caller_goes_last, setup),
		cmocka_unit_test_setup(what_is_dying_can_only_be_destroyed, setup),
		cmocka_unit_test_setup(the_home_goes_on_when_the_destroyer_ends, setup),
		cmocka_unit_test_setup(the_homes_slot_goes_with_the_object, setup),
		cmocka_unit_test_setup(a_kind_that_does_not_exist_is_a_bug, setup),
	};

	return test_main("object", tests, ARRAY_SIZE(tests));
}
