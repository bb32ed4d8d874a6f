/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces: their life, user memory reached by a walk, failing allocations one by one, and random operations on all that is mapped. */
#include <string.h>
#include "core/arch.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/irq.h"
#include "core/kmem.h"
#include "core/quota.h"
#include "core/thread.h"
#include "ops_space.h"
#include "space_world.h"
#include "test.h"

#define MIB	(1ul << 20)
#define HERE	0x400000ul

static struct space *first;
static u64 states[FRAME_STATES];

static int
setup(void **state)
{
	first = world_make(16 * MIB, 64);
	frame_count(states);
	return 0;
}

static int
teardown(void **state)
{
	world_check();
	return 0;
}

static void
destroy(struct space *space)
{
	while (object_destroy(&space->object) == STATUS_RESTART)
		;
}

/* Nothing is left of what was made since setup but frames that went back to the first space, which gave them. */
static void
assert_all_given_back(void)
{
	u64 now[FRAME_STATES];

	for (struct frame *f = first->frames, *next; f; f = next) {
		next = f->next;
		if (f->state == FRAME_USER)
			assert_int_equal(frame_free(f), OK);
	}
	frame_count(now);
	assert_memory_equal(now, states, sizeof(states));
	assert_null(first->children);
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static void
a_new_space_costs_its_home_one_page(void **state)
{
	u64 unused = first->kmem.pages_free;
	struct space *space = world_space(first, 0), *other = world_space(first, 0);

	assert_int_equal(first->kmem.pages_free, unused - 2);
	assert_true(space->object.home == first && space->object.kind == KIND_SPACE && space->object.epoch);
	assert_true(space->id && space->id != other->id);
	assert_int_equal(space->root, 0);
	assert_string_equal(first->name, "space 1");
	assert_ptr_equal(first->object.home, first);
	destroy(space);
	destroy(other);
	assert_int_equal(first->kmem.pages_free, unused);
	assert_all_given_back();
}

static void
prepare_takes_a_table_and_a_page_of_slots(void **state)
{
	struct space *space = world_space(first, 0);

	assert_int_equal(space_prepare(space), ERR_NO_KMEM);
	world_donate(first, space, 1);
	assert_int_equal(space_prepare(space), ERR_NO_KMEM);
	assert_int_equal(space->root, 0);
	assert_int_equal(space->kmem.pages_free, 1);
	world_donate(first, space, 1);
	assert_int_equal(space_prepare(space), OK);
	assert_int_equal(space->kmem.pages_free, 0);
	assert_int_equal(space_prepare(space), OK);
	assert_int_equal(space->tables, 1);
	assert_int_equal(machine.spaces, 2);
	destroy(space);
	assert_int_equal(machine.spaces, 1);
	assert_all_given_back();
}

static void
a_root_table_without_the_rest_goes_back(void **state)
{
	struct space *space = world_space(first, 0);

	world_donate(first, space, 3);
	machine.no_roots = true;
	assert_int_equal(space_prepare(space), ERR_NO_KMEM);
	machine.no_roots = false;
	assert_true(space->root == 0 && space->tables == 0 && space->kmem.pages_free == 3);
	assert_int_equal(space_prepare(space), OK);
	destroy(space);
	assert_all_given_back();
}

static void
a_home_without_memory_makes_none(void **state)
{
	struct space *home = world_space(first, 2), *space;

	assert_int_equal(space_create(home, &space), ERR_NO_KMEM);
	home->object.dying = true;
	assert_int_equal(space_create(home, &space), ERR_WRONG_STATE);
	assert_int_equal(space_prepare(home), ERR_WRONG_STATE);
	destroy(home);
	assert_all_given_back();
}

static void
homes_nest_to_a_limit(void **state)
{
	struct space *space = first, *below = NULL;

	for (unsigned i = 0; i < SPACE_NESTING; i++)
		space = world_space(space, 3);
	world_donate(first, space, 1);
	assert_int_equal(space_create(space, &below), ERR_LIMIT);
	machine.preempt_every = 1;
	destroy(first->children);
	assert_all_given_back();
}

/* --- places of a common table ------------------------------------------------------------------------------------------ */

/* As many of LIMIT places as SPACE may have. */
static unsigned
places_take(struct space *space, unsigned limit)
{
	unsigned taken = 0;

	while (quota_take(space, limit) == OK)
		taken++;
	assert_int_equal(quota_take(space, limit), ERR_LIMIT);
	return taken;
}

static void
places_give(struct space *space, unsigned taken)
{
	while (taken--)
		quota_give(space);
}

static void
no_space_takes_all_places(void **state)
{
	struct space *one = world_space(first, 8), *other = world_space(first, 8), *below = world_space(one, 3);

	assert_int_equal(places_take(first, 100), 100);
	places_give(first, 100);
	assert_int_equal(places_take(one, 100), 50);		/* and leaves 50 */
	assert_int_equal(places_take(other, 100), 25);		/* and leaves 25 */
	assert_int_equal(places_take(one, 100), 0);
	assert_int_equal(places_take(below, 100), 0);		/* nor through a space that it makes */
	places_give(one, 50);
	assert_int_equal(places_take(below, 100), 25);		/* which counts for both: 25 + 25 + 50 */
	assert_int_equal(first->places, 50);
	assert_int_equal(one->places, 25);
	places_give(below, 25);
	places_give(other, 25);
	assert_int_equal(first->places + one->places + below->places + other->places, 0);
	destroy(one);
	destroy(other);
	assert_all_given_back();
}

/* --- destruction --------------------------------------------------------------------------------------------------- */

/* A space with one of everything in it. */
static struct space *
populated(struct space *home)
{
	struct space *space = world_space(home, 24);
	struct frame *own = world_frame(space, ORDER_4K), *large = world_frame(space, ORDER_2M);
	struct thread *t;
	struct irq *irq;

	world_map(space, HERE, own, RW);
	world_map(space, 0x40000000, large, RW);
	world_derive(world_map(home, 2 * HERE + space->id * PAGE_SIZE, world_frame(home, ORDER_4K), RW), space, 2 * HERE, RW);
	expect(cap_grow(space, 1000) == OK);
	struct capability *slot;
	expect(cap_empty_slot(&space->caps, 1000, &slot) == OK);
	cap_insert(slot, space, KIND_SPACE, RIGHTS_ALL, 0);
	expect(thread_create(space, space, 0, &t) == OK);
	expect(irq_create(space, 1 + space->id % (FAKE_IRQ_LINES - 1), IRQ_EDGE, &irq) == OK);
	world_donate(space, space, 2);
	return space;
}

/* What the spaces below FIRST left behind in it. */
static void
clear_first(void)
{
	u64 done = 0;

	expect(space_unmap_range(first, USER_START, (USER_END - USER_START) / PAGE_SIZE, &done) == OK);
	expect(space_trim(first) == OK);
}

static void
destruction_gives_everything_back(void **state)
{
	for (unsigned every = 0; every < 4; every++) {
		struct space *space = populated(first);

		populated(space);
		populated(space);
		machine.preempt_every = every;
		destroy(space);
		machine.preempt_every = 0;
		assert_int_equal(machine_stale(), 0);
		clear_first();
		assert_all_given_back();
	}
}

/* Threads that others made run in it, and threads that it made run elsewhere. */
static void
threads_of_and_in_it_are_destroyed(void **state)
{
	struct space *space = world_space(first, 8), *other = world_space(first, 8);
	struct thread *in, *of;

	assert_int_equal(thread_create(other, space, 0, &in), OK);
	assert_int_equal(thread_create(space, other, 0, &of), OK);
	destroy(space);
	assert_null(other->threads);
	assert_int_equal(hooks.gone, 2);
	assert_int_equal(other->kmem.pages_free, 6);
	destroy(other);
	assert_all_given_back();
}

/* What others have from its mappings is theirs still, from where it had it. */
static void
what_others_derived_stays(void **state)
{
	struct space *middle = world_space(first, 12), *last = world_space(first, 12);
	struct map *top = world_map(first, HERE, world_frame(first, ORDER_4K), RW);
	struct map *below = world_derive(world_derive(top, middle, HERE, RW), last, HERE, RW);

	world_map(last, 2 * HERE, world_frame(middle, ORDER_4K), RW);
	machine_touch_all(last);
	destroy(middle);
	assert_ptr_equal(space_find(last, HERE), below);
	assert_null(space_find(last, 2 * HERE));	/* a frame of the space that is gone */
	assert_int_equal(machine_stale(), 0);
	assert_int_equal(map_revoke(top, 0, false), OK);
	assert_null(space_find(last, HERE));
}

static void
nobody_destroys_what_he_depends_on(void **state)
{
	struct space *outer = world_space(first, 32), *inner = world_space(outer, 8), *other = world_space(first, 8);
	struct thread *t, *idle = boot_cpu.current;

	assert_int_equal(thread_create(other, inner, 0, &t), OK);
	boot_cpu.current = t;
	assert_int_equal(object_destroy(&inner->object), ERR_WRONG_STATE);
	assert_int_equal(object_destroy(&outer->object), ERR_WRONG_STATE);
	assert_int_equal(object_destroy(&other->object), ERR_WRONG_STATE);	/* its page is there */
	assert_int_equal(object_destroy(&first->object), ERR_WRONG_STATE);
	assert_false(inner->object.dying || outer->object.dying || other->object.dying);
	boot_cpu.current = idle;
	destroy(other);
	destroy(outer);
	assert_all_given_back();
}

static void
the_dying_take_no_mappings(void **state)
{
	struct space *space = world_space(first, 8);
	struct map *m, *top = world_map(first, HERE, world_frame(first, ORDER_4K), RW);

	space->object.dying = true;
	assert_int_equal(space_map(space, HERE, world_frame(first, ORDER_4K), RW, CACHE_WRITE_BACK, &m), ERR_WRONG_STATE);
	assert_int_equal(space_map_part(space, HERE, map_address(top), ORDER_4K, RW, top, &m), ERR_WRONG_STATE);
	assert_int_equal(space_grant(top, space, HERE, &m), ERR_WRONG_STATE);
	destroy(space);
}

/* --- user memory --------------------------------------------------------------------------------------------------- */

static void
copies_cross_pages_of_any_size(void **state)
{
	struct space *space = world_space(first, 12);
	static u8 out[3 * PAGE_SIZE], in[3 * PAGE_SIZE];

	world_map(space, 0x40000000, world_frame(first, ORDER_2M), RW);
	world_map(space, 0x40000000 - PAGE_SIZE, world_frame(first, ORDER_4K), RW);
	world_map(space, 0x40000000 - 2 * PAGE_SIZE, world_frame(first, ORDER_4K), RIGHT_READ);
	memset(out, 0x5c, sizeof(out));
	assert_int_equal(space_copy_out(space, 0x40000000 - 100, out, 5000), OK);
	assert_int_equal(space_copy_in(space, in, 0x40000000 - 101, 5002), OK);
	assert_true(in[0] == 0 && in[5001] == 0);
	assert_memory_equal(in + 1, out, 5000);
	assert_int_equal(space_copy_out(space, 0x40000000 - PAGE_SIZE - 1, out, 2), ERR_BAD_ADDRESS);
	assert_int_equal(space_copy_in(space, in, 0x40000000 + 2 * MIB - 1, 2), ERR_BAD_ADDRESS);
	assert_int_equal(space_copy_in(space, in, 0x40000000 + 2 * MIB - 1, 1), OK);
	assert_int_equal(space_copy_in(space, in, ~0ul, 1), ERR_BAD_ADDRESS);
	assert_int_equal(space_copy_in(space, in, USER_END - 1, 1), ERR_BAD_ADDRESS);
	assert_int_equal(space_copy_in(space, in, 0, 0), OK);
}

static void
a_walk_leaves_the_traces_of_an_access(void **state)
{
	struct space *space = world_space(first, 8), *bare = world_space(first, 0);
	struct map *m = world_map(space, HERE, world_frame(first, ORDER_4K), RW);
	paddr_t pa;
	size_t left;

	assert_false(arch_pte_accessed(*m->pte) || arch_pte_dirty(*m->pte));
	assert_int_equal(space_walk(space, HERE + 10, RIGHT_READ, &pa, &left), OK);
	assert_true(pa == map_address(m) + 10 && left == PAGE_SIZE - 10);
	assert_true(arch_pte_accessed(*m->pte) && !arch_pte_dirty(*m->pte));
	assert_int_equal(space_walk(space, HERE, RW, &pa, &left), OK);
	assert_true(arch_pte_dirty(*m->pte));
	assert_int_equal(space_walk(space, HERE, RIGHT_EXECUTE, &pa, &left), ERR_BAD_ADDRESS);
	assert_int_equal(space_protect(m, 0), OK);
	assert_int_equal(space_walk(space, HERE, 0, &pa, &left), ERR_BAD_ADDRESS);
	assert_int_equal(space_walk(bare, HERE, RIGHT_READ, &pa, &left), ERR_BAD_ADDRESS);
	assert_null(space_find(bare, HERE));
}

/* The direct map does not show it. */
static void
device_memory_is_not_walked(void **state)
{
	struct space *space = world_space(first, 12);
	struct map_link *anchor = NULL;
	struct map *m, *part;
	paddr_t pa;
	size_t left;

	assert_int_equal(space_map_device(space, HERE, 0xf0000000, RWX | RIGHT_SHARE, CACHE_UNCACHED, &anchor, &m), ERR_BAD_VALUE);
	assert_int_equal(space_map_device(space, HERE, 0xf0000000, RW, 3, &anchor, &m), ERR_BAD_VALUE);
	assert_int_equal(space_map_device(space, HERE, 0xf0000000, RW, CACHE_UNCACHED, &anchor, &m), OK);
	assert_int_equal(space_map_part(space, 2 * HERE, 0xf0000000, ORDER_4K, RIGHT_READ, m, &part), OK);
	assert_int_equal(*part->pte >> FAKE_CACHE & 3, CACHE_UNCACHED);
	assert_int_equal(space_walk(space, HERE, RIGHT_READ, &pa, &left), ERR_BAD_ADDRESS);
	assert_int_equal(space_walk(space, 2 * HERE, RIGHT_READ, &pa, &left), ERR_BAD_ADDRESS);
	assert_int_equal(map_list_clear(&anchor), OK);
	assert_null(anchor);
	assert_int_equal(space->mapped[0], 0);
}

/* --- failing allocations ------------------------------------------------------------------------------------------- */

/* Everything that allocates; an answer ERR_NO_KMEM or ERR_NO_FRAME is taken for one, and what can be gone on with is. */
static void
workload(void)
{
	struct space *space, *below;
	struct frame *f, *large;
	struct map *m, *n;
	struct thread *t;
	u64 done = 0;

	if (space_create(first, &space))
		return;
	for (unsigned i = 0; i < 24; i++)
		if (frame_alloc_any(first, ORDER_4K, &f) == OK)
			expect(kmem_donate(space, f) == OK);
	if (space_prepare(space) == OK) {
		thread_create(space, space, 0, &t);
		if (frame_alloc_any(first, ORDER_4K, &f) == OK && space_map(space, HERE, f, RW, CACHE_WRITE_BACK, &m) == OK) {
			space_map_part(space, 0x7ff000000000, map_address(m), ORDER_4K, RW, m, &n);
			space_map_range(space, 3 * HERE, space, HERE, 2, RIGHT_READ, &done);
			space_grant(m, first, 2 * HERE, &m);
		}
		if (frame_alloc_any(space, ORDER_2M, &large) == OK)
			space_map(space, 4 * HERE, large, RW, CACHE_WRITE_BACK, &m);
	}
	if (space_create(space, &below) == OK)
		space_prepare(below);
	world_check();
	destroy(space);
}

static void
each_allocation_fails_once(void **state)
{
	for (unsigned n = 1;; n++) {
		check_fail_after(n);
		workload();
		bool over = check_fail_countdown != 0;
		check_fail_after(0);
		clear_first();
		world_check();
		assert_all_given_back();
		if (over) {
			assert_true(n > 40);
			break;
		}
	}
}

/* --- all that is mapped -------------------------------------------------------------------------------------------- */

static void
random_operations(void **state)
{
	operations_random(&ops_space, 1000000);
}

static void
corpus(void **state)
{
	operations_corpus(&ops_space);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_new_space_costs_its_home_one_page), T(prepare_takes_a_table_and_a_page_of_slots), T(a_root_table_without_the_rest_goes_back),
		T(a_home_without_memory_makes_none),
		T(homes_nest_to_a_limit), T(no_space_takes_all_places), T(destruction_gives_everything_back), T(threads_of_and_in_it_are_destroyed),
		T(what_others_derived_stays), T(nobody_destroys_what_he_depends_on), T(the_dying_take_no_mappings),
		T(copies_cross_pages_of_any_size), T(a_walk_leaves_the_traces_of_an_access), T(device_memory_is_not_walked),
		T(each_allocation_fails_once),
		cmocka_unit_test(random_operations),
		cmocka_unit_test(corpus),
	};

	return test_main("space", tests, ARRAY_SIZE(tests));
}
