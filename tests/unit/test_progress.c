/* SPDX-License-Identifier: BSD-2-Clause */
/* A mapping that wants for memory while empty tables have some, and an interrupt waits at every preemption point. */
#include "core/kmem.h"
#include "space_world.h"
#include "test.h"

#define HERE	0x400000ul

static struct space *first;

static int
setup(void **state)
{
	first = world_make(16ul << 20, 64);
	return 0;
}

static void
destroy(struct space *space)
{
	while (object_destroy(&space->object) == STATUS_RESTART)
		;
}

/* What is mapped in FIRST, and all frames that it has. */
static void
clear_first(void)
{
	for (struct frame *f = first->frames, *next; f; f = next) {
		next = f->next;
		if (f->state == FRAME_USER)
			assert_int_equal(frame_free(f), OK);
	}
	assert_int_equal(space_trim(first), OK);
}

/* Map and unmap at places that share few tables; then the pool has nothing left but these. */
static void
fill_with_empty_tables(struct space *space)
{
	struct frame *f = world_frame(first, ORDER_4K);

	for (unsigned i = 0; space->kmem.pages_free > 5; i++)
		space_unmap(world_map(space, HERE + (u64)i * (i % 2 ? 1ul << 30 : 1ul << 39), f, RW));
	while (kmem_reclaim(space, &f) == OK)
		assert_int_equal(frame_free(f), OK);
}

static u64 range_done;

/* How often OPERATION is preempted until it is over: each time a table less is empty. */
static unsigned
preempted(struct space *space, enum status (*operation)(struct space *), enum status wanted)
{
	unsigned calls = 0, tables = space->tables;
	enum status s;

	range_done = 0;
	machine.preempt_every = 1;
	while ((s = operation(space)) == STATUS_RESTART) {
		assert_true(++calls <= tables);
		space_check(space);
	}
	machine.preempt_every = 0;
	assert_int_equal(s, wanted);
	return calls;
}

static enum status
map_elsewhere(struct space *space)
{
	struct map *m;

	return space_map(space, 0x7ff000000000, first->frames, RW, CACHE_WRITE_BACK, &m);
}

static enum status
map_large(struct space *space)
{
	struct map *m;

	return space_map(space, 0x240000000, first->frames, RW, CACHE_WRITE_BACK, &m);
}

static enum status
derive_range(struct space *space)
{
	return space_map_range(space, 0x7fe000000000, first, HERE, 1, RW, &range_done);
}

static enum status
grant_elsewhere(struct space *space)
{
	struct map *m;

	return space_grant(space_find(first, HERE), space, 0x7fd000000000, &m);
}

static void
empty_tables_are_taken_back_however_often_preempted(void **state)
{
	static enum status (*const operation[])(struct space *) = { map_elsewhere, map_large, derive_range, grant_elsewhere };

	for (unsigned pool = 16; pool < 40; pool++) {
		for (unsigned i = 0; i < ARRAY_SIZE(operation); i++) {
			struct space *space = world_space(first, pool);

			world_map(first, HERE, world_frame(first, ORDER_4K), RW);
			fill_with_empty_tables(space);
			frame_clear(world_frame(first, operation[i] == map_large ? ORDER_2M : ORDER_4K));
			assert_true(preempted(space, operation[i], OK) > 0);
			destroy(space);
			clear_first();
			world_check();
		}
	}
}

/* Nothing that is empty is left, and it does not suffice. */
static void
what_does_not_fit_is_refused_at_last(void **state)
{
	struct space *space = world_space(first, 7);		/* root, slots, a place of four pages with its record's slab */
	struct map *m;

	assert_int_equal(space_map(space, HERE, world_frame(first, ORDER_4K), RW, CACHE_WRITE_BACK, &m), OK);
	assert_int_equal(space->kmem.pages_free, 0);
	preempted(space, map_elsewhere, ERR_NO_KMEM);
	space_unmap(m);
	assert_true(preempted(space, map_elsewhere, OK) > 0);
	destroy(space);
	world_check();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_tables_are_taken_back_however_often_preempted, setup),
		cmocka_unit_test_setup(what_does_not_fit_is_refused_at_last, setup),
	};

	return test_main("progress", tests, ARRAY_SIZE(tests));
}
