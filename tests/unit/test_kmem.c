/* SPDX-License-Identifier: BSD-2-Clause */
/* core/kmem.c. */
#include <string.h>
#include "core/arch.h"
#include "core/cap.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/object.h"
#include "core/thread.h"
#include "ops_kmem.h"
#include "test.h"

static struct space space, donor;

static void
give(unsigned pages)
{
	struct frame *f;

	while (pages--) {
		assert_int_equal(frame_alloc_any(&donor, ORDER_4K, &f), OK);
		assert_int_equal(kmem_donate(&space, f), OK);
	}
}

static int
setup(void **state)
{
	memset(&space, 0, sizeof(space));
	memset(&donor, 0, sizeof(donor));
	machine_ram(4 << 20);
	frame_init(4);
	return 0;
}

static int
teardown(void **state)
{
	kmem_check(&space);
	frame_check();
	return 0;
}

static void
empty_pool_fails_and_counts(void **state)
{
	assert_null(kmem_alloc(&space, 64, KIND_NONE));
	assert_null(kmem_alloc_raw(&space, 64));
	assert_null(kmem_page_alloc(&space, FRAME_TABLE, KIND_NONE));
	assert_int_equal(space.kmem.failures, 3);
	struct frame *f;
	assert_int_equal(kmem_reclaim(&space, &f), ERR_NO_KMEM);
	assert_null(kmem_object_any(&space));
}

static void
donation_is_cleared_and_returned(void **state)
{
	struct frame *f, *back;

	assert_int_equal(frame_alloc_any(&donor, ORDER_4K, &f), OK);
	u8 *memory = arch_direct(frame_address(f));
	memset(memory, 0x55, PAGE_SIZE);
	u64 epoch = f->epoch;
	assert_int_equal(kmem_donate(&space, f), OK);
	assert_int_equal(memory[0] | memory[PAGE_SIZE - 1], 0);
	assert_int_equal(space.kmem.pages, 1);
	assert_int_equal(space.kmem.pages_free, 1);
	assert_int_equal(donor.frames_held, 1);
	assert_int_equal(kmem_reclaim(&space, &back), OK);
	assert_ptr_equal(back, f);
	assert_ptr_equal(f->owner, &donor);
	assert_int_equal(f->state, FRAME_USER);
	assert_true(f->dirty);
	assert_int_not_equal(f->epoch, epoch);
	assert_int_equal(space.kmem.pages, 0);
}

static void
what_cannot_be_donated(void **state)
{
	struct frame *large, *f;

	assert_int_equal(frame_alloc_any(&donor, ORDER_2M, &large), OK);
	assert_int_equal(kmem_donate(&space, large), ERR_BAD_VALUE);
	assert_int_equal(frame_alloc_any(&donor, ORDER_4K, &f), OK);
	space.object.dying = true;
	assert_int_equal(kmem_donate(&space, f), ERR_WRONG_STATE);
	assert_int_equal(f->state, FRAME_USER);
}

static void
donation_removes_capabilities(void **state)
{
	struct capability slots[5] = { 0 };
	struct frame *f;

	assert_int_equal(frame_alloc_any(&donor, ORDER_4K, &f), OK);
	cap_insert(&slots[0], f, KIND_FRAME, RIGHTS_ALL, 0);
	for (unsigned i = 1; i < 5; i++)
		assert_int_equal(cap_copy(&slots[i], &slots[i - 1], RIGHTS_ALL), OK);
	machine.preempt_every = 1;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(kmem_donate_by(&space, &slots[2]), STATUS_RESTART);
		assert_ptr_equal(slots[2].object, f);
	}
	assert_int_equal(kmem_donate_by(&space, &slots[2]), OK);
	for (unsigned i = 0; i < 5; i++)
		assert_null(slots[i].object);
	assert_int_equal(f->state, FRAME_KMEM);
}

static void
orphaned_pages_become_free(void **state)
{
	u64 count[FRAME_STATES];
	struct frame *f;

	give(2);
	assert_int_equal(frame_disown(&donor), OK);
	assert_int_equal(kmem_reclaim(&space, &f), OK);
	assert_null(f);
	assert_int_equal(kmem_destroy(&space), OK);
	frame_count(count);
	assert_int_equal(count[FRAME_USER] + count[FRAME_KMEM], 0);
}

static void
slabs_pack_their_page(void **state)
{
	for (unsigned class = 0; class < KMEM_CLASSES; class++) {
		unsigned size = KMEM_SIZE_MIN << class, slots = PAGE_SIZE / size;
		u8 *object[64];

		give(1);
		for (unsigned i = 0; i < slots; i++) {
			object[i] = kmem_alloc(&space, size - (i & 7), KIND_NONE);
			assert_non_null(object[i]);
			assert_int_equal((u64)object[i] % size, 0);
		}
		assert_null(kmem_alloc(&space, size, KIND_NONE));
		kmem_check(&space);
		for (unsigned i = 0; i < slots; i++) {
			assert_int_equal(space.kmem.pages_free, 0);
			kmem_free(object[(i * 5 + 1) % slots]);
		}
		assert_int_equal(space.kmem.pages_free, 1);
		struct frame *f;
		assert_int_equal(kmem_reclaim(&space, &f), OK);
	}
}

static void
freed_memory_is_cleared(void **state)
{
	give(1);
	u8 *keep = kmem_alloc(&space, 100, KIND_NONE), *p = kmem_alloc(&space, 100, KIND_NONE);
	memset(p, 0xff, 100);
	kmem_free(p);
	assert_ptr_equal(kmem_alloc(&space, 100, KIND_NONE), p);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	kmem_free(p);
	kmem_free(keep);
	struct frame *f = kmem_page_alloc(&space, FRAME_TABLE, KIND_NONE);
	u8 *page = arch_direct(frame_address(f));
	for (unsigned i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(page[i], 0);
	kmem_page_free(f);
}

static void
kinds_do_not_share_slabs(void **state)
{
	give(3);
	void *record = kmem_alloc(&space, 64, KIND_NONE), *irq = kmem_alloc(&space, 64, KIND_IRQ), *ports = kmem_alloc(&space, 64, KIND_PORTS);
	assert_int_equal(space.kmem.pages_free, 0);
	assert_int_equal(frame_of(arch_physical(irq))->kind, KIND_IRQ);
	kmem_free(record);
	kmem_free(irq);
	kmem_free(ports);
	assert_int_equal(space.kmem.pages_free, 3);
}

/* Every address of a page with live objects, and every kind. */
static void
names_of_objects(void **state)
{
	give(3);
	struct object *a = kmem_alloc(&space, 128, KIND_IRQ), *b = kmem_alloc(&space, 128, KIND_IRQ), *gone = kmem_alloc(&space, 128, KIND_IRQ);
	struct frame *page = kmem_page_alloc(&space, FRAME_PAGE, KIND_THREAD);
	struct thread *t = arch_direct(frame_address(page));
	object_init(a, KIND_IRQ, &space);
	object_init(b, KIND_IRQ, &space);
	object_init(gone, KIND_IRQ, &space);
	object_init(&t->object, KIND_THREAD, &space);
	object_fini(gone);
	kmem_free(gone);
	memset(&t->personality, 0xff, sizeof(t->personality));
	unsigned found = 0;
	for (paddr_t pa = 0; pa < machine.bytes; pa += 8) {
		for (unsigned kind = 0; kind < KIND_LIMIT; kind++) {
			struct object *o = kmem_object_at(pa, kind);

			found += o != NULL;
			assert_true(!o || (kind == KIND_IRQ && (o == a || o == b)) || (kind == KIND_THREAD && o == &t->object));
		}
	}
	assert_int_equal(found, 3);
	assert_null(kmem_object_at(~0ul, KIND_IRQ));
	assert_null(kmem_object_at(arch_physical(a) + 1, KIND_IRQ));
	assert_null(kmem_object_at(arch_physical(a), KIND_IRQ + 256));
}

static void
all_objects_are_found(void **state)
{
	unsigned found = 0;
	struct object *o;

	give(8);
	for (unsigned i = 0; i < 70; i++)
		object_init(kmem_alloc(&space, 64, KIND_PORTS), KIND_PORTS, &space);
	for (unsigned i = 0; i < 3; i++) {
		struct thread *t = arch_direct(frame_address(kmem_page_alloc(&space, FRAME_PAGE, KIND_THREAD)));
		object_init(&t->object, KIND_THREAD, &space);
	}
	assert_non_null(kmem_alloc(&space, 64, KIND_NONE));
	while ((o = kmem_object_any(&space))) {
		object_fini(o);
		if (o->kind == KIND_PORTS)
			kmem_free(o);
		else
			kmem_page_free(frame_of(arch_physical(o)));
		found++;
	}
	assert_int_equal(found, 73);
	assert_int_equal(space.kmem.pages_free, 7);
}

static void
first_space_is_in_its_own_pool(void **state)
{
	struct frame *f;

	assert_int_equal(frame_alloc_any(&donor, ORDER_4K, &f), OK);
	struct space *first = arch_direct(frame_address(f));
	memset(first, 0, PAGE_SIZE);
	object_init(&first->object, KIND_SPACE, first);
	kmem_adopt(first, f, KIND_SPACE);
	assert_int_equal(first->kmem.pages, 1);
	assert_int_equal(first->kmem.pages_free, 0);
	assert_ptr_equal(kmem_object_any(first), &first->object);
	assert_ptr_equal(kmem_object_at(frame_address(f), KIND_SPACE), &first->object);
	kmem_check(first);
}

static void
destruction_is_resumable(void **state)
{
	give(5);
	machine.preempt_every = 1;
	for (unsigned left = 5; left; left--) {
		assert_int_equal(space.kmem.pages, left);
		assert_int_equal(kmem_destroy(&space), STATUS_RESTART);
	}
	assert_int_equal(kmem_destroy(&space), OK);
	assert_int_equal(donor.frames_held, 5);
}

static void
injected_failure_changes_nothing(void **state)
{
	give(1);
	check_fail_after(1);
	assert_null(kmem_alloc(&space, 64, KIND_IRQ));
	check_fail_after(1);
	assert_null(kmem_page_alloc(&space, FRAME_TABLE, KIND_NONE));
	assert_int_equal(space.kmem.pages_free, 1);
	assert_int_equal(space.kmem.failures, 2);
}

static void
misuse_is_noticed(void **state)
{
	give(2);
	assert_panics(kmem_alloc(&space, KMEM_SIZE_MAX + 1, KIND_NONE));
	u8 *p = kmem_alloc(&space, 128, KIND_NONE);
	assert_panics(kmem_free(p + 64));
	assert_panics(kmem_free(arch_direct(frame_address(space.kmem.free))));
	space.kmem.pages_free++;
	assert_panics(kmem_check(&space));
	space.kmem.pages_free--;
	struct frame *slab = frame_of(arch_physical(p));
	slab->left++;
	assert_panics(kmem_check(&space));
	slab->left--;
	assert_panics(kmem_destroy(&space));
	kmem_free(p);
	kmem_check(&space);
}

static void
random_operations(void **state)
{
	operations_random(&ops_kmem, 1000000);
}

static void
stored_operations(void **state)
{
	operations_corpus(&ops_kmem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(empty_pool_fails_and_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(donation_is_cleared_and_returned, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_donated, setup, teardown),
		cmocka_unit_test_setup_teardown(donation_removes_capabilities, setup, teardown),
		cmocka_unit_test_setup_teardown(orphaned_pages_become_free, setup, teardown),
		cmocka_unit_test_setup_teardown(slabs_pack_their_page, setup, teardown),
		cmocka_unit_test_setup_teardown(freed_memory_is_cleared, setup, teardown),
		cmocka_unit_test_setup_teardown(kinds_do_not_share_slabs, setup, teardown),
		cmocka_unit_test_setup_teardown(names_of_objects, setup, teardown),
		cmocka_unit_test_setup_teardown(all_objects_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(first_space_is_in_its_own_pool, setup, teardown),
		cmocka_unit_test_setup_teardown(destruction_is_resumable, setup, teardown),
		cmocka_unit_test_setup_teardown(injected_failure_changes_nothing, setup, teardown),
		cmocka_unit_test_setup(misuse_is_noticed, setup),
		cmocka_unit_test(random_operations),
		cmocka_unit_test(stored_operations),
	};

	return test_main("kmem", tests, ARRAY_SIZE(tests));
}
