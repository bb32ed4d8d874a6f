/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames by name, colour and any, in three sizes; pools; what cannot be had; each allocation failing in turn. */
#include <stdint.h>
#include <janus/kinds.h>
#include <probe/own.h>
#include <probe/stubs.h>
#include "tap.h"

#define PAGE		4096ul
#define ORDER_2M	9
#define ORDER_1G	18
#define STATE_FREE	2		/* enum frame_state of core/frame.h */
#define STATE_USER	3

enum { A = 32, B, C, MANY };		/* slots */

static uint64_t
count(unsigned state)
{
	uint64_t pages = 0;

	call_frame_count(state, &pages);
	return pages;
}

static void
test_any(void)
{
	uint64_t first = 0, second = 0, order = 1, colour, dirty = 0, free = count(STATE_FREE);

	tap_status(call_frame_alloc(0, A, &first), OK);
	tap_status(call_frame_alloc(0, B, &second), OK);
	tap_ok(first != second && first % PAGE == 0, "two frames are not one");
	tap_equal(count(STATE_FREE), free - 2);
	tap_status(call_frame_info(A, &second, &order, &colour, &dirty), OK);
	tap_ok(second == first && order == 0 && dirty, "the frame is 4 KiB and dirty");
	tap_status(call_frame_clear(A), OK);
	tap_status(call_frame_info(A, &second, &order, &colour, &dirty), OK);
	tap_ok(!dirty, "a cleared frame is not dirty");
	tap_status(call_frame_alloc(0, A, &first), ERR_EXISTS);
	tap_status(call_frame_alloc(0, 16000, &first), ERR_NO_CAP);
	tap_status(call_frame_alloc(1, C, &first), ERR_BAD_VALUE);
	tap_status(call_frame_alloc(1ul << 32, C, &first), ERR_BAD_VALUE);
	tap_status(call_frame_free(A), OK);
	tap_status(call_frame_free(A), ERR_NO_CAP);
	tap_status(call_frame_free(B), OK);
	tap_equal(count(STATE_FREE), free);
}

static void
test_name(void)
{
	uint64_t address = 0;

	tap_status(call_frame_alloc(0, A, &address), OK);
	tap_status(call_frame_alloc_at(address, 0, B), ERR_NO_FRAME);
	tap_status(call_frame_free(A), OK);
	tap_status(call_frame_alloc_at(address, 0, B), OK);
	tap_status(call_frame_free(B), OK);
	tap_status(call_frame_alloc_at(address + 1, 0, A), ERR_BAD_VALUE);
	tap_status(call_frame_alloc_at(0, 0, A), ERR_NO_FRAME);
	tap_status(call_frame_alloc_at(0x200000, 0, A), ERR_NO_FRAME);		/* the kernel's image */
	tap_status(call_frame_alloc_at(0xfee00000, 0, A), ERR_NO_FRAME);	/* the local APIC */
	tap_status(call_frame_alloc_at(0xfec00000, 0, A), ERR_NO_FRAME);	/* an IOAPIC */
	tap_status(call_frame_alloc_at(1ul << 51, 0, A), ERR_NO_FRAME);
	tap_status(call_frame_alloc_at(-PAGE, 0, A), ERR_NO_FRAME);
	tap_status(call_frame_own(0x200000, A), ERR_NOT_FOUND);
	tap_status(call_frame_own(-1ul, A), ERR_NOT_FOUND);
}

static void
test_colour(void)
{
	uint64_t address = 0, again, order, colour = 0, dirty;

	tap_status(call_frame_alloc_colour(3, A, &address), OK);
	tap_status(call_frame_info(A, &again, &order, &colour, &dirty), OK);
	tap_equal(colour, 3);
	tap_equal(address / PAGE % 8, 3);
	tap_status(call_frame_alloc_colour(8, B, &address), ERR_BAD_VALUE);
	tap_status(call_frame_alloc_colour(1ul << 32, B, &address), ERR_BAD_VALUE);
	tap_status(call_frame_free(A), OK);
}

static void
test_large(void)
{
	uint64_t address = 0, free = count(STATE_FREE), user = count(STATE_USER);

	tap_status(call_frame_alloc(ORDER_2M, A, &address), OK);
	tap_ok(address % (512 * PAGE) == 0, "2 MiB are naturally aligned");
	tap_equal(count(STATE_USER), user + 512);
	tap_status(call_frame_clear(A), OK);
	tap_status(call_frame_alloc_at(address + 5 * PAGE, 0, B), ERR_NO_FRAME);
	tap_status(call_frame_own(address + 5 * PAGE, B), ERR_NOT_FOUND);
	tap_status(call_cap_copy(A, PROBE_OWN, B, RIGHTS_ALL), OK);
	tap_status(call_frame_split(A), ERR_WRONG_STATE);
	tap_status(call_cap_delete(B), OK);
	tap_status(call_frame_split(A), OK);
	tap_status(call_frame_clear(A), ERR_NO_CAP);
	tap_equal(count(STATE_USER), user + 512);
	unsigned freed = 0;
	for (unsigned i = 0; i < 512; i++)
		if (call_frame_own(address + i * PAGE, A) == OK && call_frame_free(A) == OK)
			freed++;
	tap_equal(freed, 512);
	tap_equal(count(STATE_FREE), free);
	tap_status(call_frame_alloc(ORDER_1G, A, &address), ERR_NO_FRAME);
	tap_status(call_frame_alloc(0, A, &address), OK);
	tap_status(call_frame_split(A), ERR_BAD_VALUE);
	tap_status(call_frame_free(A), OK);
}

static void
test_rights(void)
{
	uint64_t address;

	tap_status(call_frame_alloc(0, A, &address), OK);
	tap_status(call_cap_copy(A, PROBE_OWN, B, RIGHT_READ | RIGHT_SHARE), OK);
	tap_status(call_frame_clear(B), ERR_NO_RIGHT);
	tap_status(call_frame_free(B), ERR_NO_RIGHT);
	tap_status(call_kmem_donate(B, PROBE_OWN), ERR_NO_RIGHT);
	tap_status(call_frame_free(A), OK);
	tap_status(call_cap_delete(B), ERR_NO_CAP);
}

struct pool {
	uint64_t pages, unused, failures, held;
};

static struct pool
pool(void)
{
	struct pool p = { 0 };

	tap_status(call_kmem_info(PROBE_OWN, &p.pages, &p.unused, &p.failures, &p.held), OK);
	return p;
}

static void
test_pool(void)
{
	uint64_t address = 0, back = 0;
	struct pool before = pool(), with;

	tap_status(call_frame_alloc(0, A, &address), OK);
	tap_status(call_cap_copy(A, PROBE_OWN, B, RIGHTS_ALL), OK);
	tap_status(call_kmem_donate(A, PROBE_OWN), OK);
	tap_status(call_cap_delete(A), ERR_NO_CAP);
	tap_status(call_cap_delete(B), ERR_NO_CAP);
	with = pool();
	tap_ok(with.pages == before.pages + 1 && with.held == before.held + 1, "a donated page is in the pool, and still held");
	tap_status(call_frame_own(address, A), ERR_NOT_FOUND);
	tap_status(call_frame_alloc_at(address, 0, A), ERR_NO_FRAME);
	tap_status(call_kmem_reclaim(PROBE_OWN, &back), OK);
	tap_status(call_frame_own(back, A), OK);
	tap_status(call_frame_free(A), OK);
	tap_status(call_frame_alloc(ORDER_2M, A, &address), OK);
	tap_status(call_kmem_donate(A, PROBE_OWN), ERR_BAD_VALUE);
	tap_status(call_frame_free(A), OK);
	tap_status(call_kmem_donate(A, PROBE_OWN), ERR_NO_CAP);
}

/* The whole pool taken out and given back, page by page. */
static void
test_empty_pool(void)
{
	uint64_t address = 0, taken = 0, given = 0;
	struct pool before;

	tap_status(call_cap_grow(PROBE_OWN, MANY + 511), OK);
	for (unsigned slot = MANY; slot < MANY + 512; slot += 64)
		call_cap_grow(PROBE_OWN, slot);
	before = pool();
	while (taken < 512 && call_kmem_reclaim(PROBE_OWN, &address) == OK && call_frame_own(address, MANY + taken) == OK)
		taken++;
	tap_equal(taken, before.unused);
	tap_status(call_timer_create(A), ERR_NO_KMEM);
	tap_status(call_cap_grow(PROBE_OWN, 12000), ERR_NO_KMEM);
	tap_equal(pool().failures, before.failures + 2);
	while (given < taken && call_kmem_donate(MANY + given, PROBE_OWN) == OK)
		given++;
	tap_equal(given, taken);
	tap_status(call_timer_create(A), OK);
	tap_status(call_object_destroy(A), OK);
}

static unsigned
workload(void)
{
	uint64_t address, id;
	unsigned failed = 0;

	failed |= call_frame_alloc(0, A, &address);
	failed |= call_frame_alloc_colour(1, B, &address);
	failed |= call_frame_alloc(ORDER_2M, C, &address);
	failed |= call_timer_create(MANY);
	failed |= call_thread_create(PROBE_OWN, 0, MANY + 1, &id);
	failed |= call_irq_create(3, 0, MANY + 2);
	failed |= call_cap_grow(PROBE_OWN, 15000);
	return failed;
}

static void
undo(void)
{
	call_frame_free(A);
	call_frame_free(B);
	call_frame_free(C);
	for (unsigned slot = MANY; slot < MANY + 3; slot++)
		call_object_destroy(slot);
}

static void
test_failures(void)
{
	uint64_t left, free = count(STATE_FREE);
	unsigned runs = 0, failed = 0;
	struct pool before = pool();

	if (call_fail_after(0, &left) != OK) {
		tap_ok(true, "each allocation fails # SKIP the kernel was built without checks");
		return;
	}
	do {
		call_fail_after(++runs, &left);
		failed += workload() != OK;
		call_fail_after(0, &left);
		undo();
	} while (!left);
	tap_equal(failed, runs - 1);
	tap_ok(failed >= 6, "six allocations or more failed, one after the other");
	tap_equal(pool().unused, before.unused - 1);	/* a page of the capability table */
	tap_equal(count(STATE_FREE), free);
}

int
main(void)
{
	test_any();
	test_name();
	test_colour();
	test_large();
	test_rights();
	test_pool();
	test_empty_pool();
	test_failures();
	tap_done();
}
