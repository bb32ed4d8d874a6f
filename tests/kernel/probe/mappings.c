/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings as the processor sees them: rights, forgetting, derivation, parts, ranges, preemption in the middle of them. */
#include <stddef.h>
#include "memory.h"

#define RET		0xc3
#define TICK		10000ul		/* the shortest that probe takes */
#define TREE		1000u

static uint64_t done;

/* The frame in SLOT, mapped with all rights at ADDRESS of the caller, with a `ret` at its beginning. */
static unsigned
show(unsigned long slot, unsigned long address)
{
	unsigned status = call_map(slot, PROBE_OWN, address, RWX, 0);

	if (status == OK)
		*(volatile unsigned char *)address = RET;
	return status;
}

static void
test_one(void)
{
	tap_status(frame_make(A, 0), OK);
	tap_status(show(A, HERE), OK);
	tap_equal(reach(HERE), RWX);
	tap_equal(*(volatile unsigned long *)(HERE + PAGE - 8), 0);		/* cleared */
	static const unsigned rights[] = { R, RW, RX, RWX, R, RWX };
	for (unsigned i = 0; i < 6; i++) {
		tap_status(call_protect(PROBE_OWN, HERE, rights[i]), OK);
		tap_equal(reach(HERE), rights[i]);
	}
	tap_status(call_protect(PROBE_OWN, HERE, 0), OK);
	tap_equal(reading(HERE), 1);
	tap_status(call_map(A, PROBE_OWN, HERE, RW, 0), ERR_EXISTS);
	tap_status(call_protect(PROBE_OWN, HERE, RWX), OK);
	tap_equal(reach(HERE), RWX);
	tap_status(call_unmap(PROBE_OWN, HERE), OK);
	tap_equal(reach(HERE), 0);
	tap_status(call_unmap(PROBE_OWN, HERE), ERR_NOT_FOUND);
	tap_status(call_protect(PROBE_OWN, HERE, R), ERR_NOT_FOUND);
	tap_status(call_frame_free(A), OK);
}

static void
test_bad_places(void)
{
	static const unsigned long bad[] = { 0, 8, HERE + 1, LAST + PAGE, 1ul << 47, 0xffff800000000000, 0xffffffff80000000, -PAGE, -1ul };

	tap_status(frame_make(A, 0), OK);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_status(call_map(A, PROBE_OWN, bad[i], RW, 0), ERR_BAD_ADDRESS);
	tap_status(call_map(A, PROBE_OWN, LAST, RW, 0), OK);
	tap_equal(writing(LAST + PAGE - 8, 7), 0);
	tap_equal(reading(LAST + PAGE - 7), 1);
	tap_status(call_unmap(PROBE_OWN, LAST), OK);
	tap_status(call_map(A, PROBE_OWN, HERE, 0, 0), ERR_BAD_VALUE);
	tap_status(call_map(A, PROBE_OWN, HERE, RIGHT_WRITE, 0), ERR_BAD_VALUE);
	tap_status(call_map(A, PROBE_OWN, HERE, RW | RIGHT_SHARE, 0), ERR_BAD_VALUE);
	tap_status(call_map(A, PROBE_OWN, HERE, RW | 1ul << 32, 0), ERR_BAD_VALUE);
	tap_status(call_map(A, PROBE_OWN, HERE, RW, 3), ERR_BAD_VALUE);
	tap_status(call_map(A, PROBE_OWN, HERE, RW, 1ul << 32), ERR_BAD_VALUE);
	tap_status(call_map(B, PROBE_OWN, HERE, RW, 0), ERR_NO_CAP);
	tap_status(call_map(A, A, HERE, RW, 0), ERR_NO_CAP);
	tap_status(call_cap_copy(A, PROBE_OWN, B, R), OK);
	tap_status(call_map(B, PROBE_OWN, HERE, RW, 0), ERR_NO_RIGHT);
	tap_status(call_map(B, PROBE_OWN, HERE, R, 0), OK);
	tap_status(call_frame_free(A), OK);
	tap_equal(reading(HERE), 1);
}

/* Write-combining and uncached memory hold what is written like any other. */
static void
test_caching(void)
{
	tap_status(frame_make(A, 0), OK);
	for (unsigned cache = 0; cache < 3; cache++) {
		tap_status(call_map(A, PROBE_OWN, HERE, RW, cache), OK);
		tap_equal(writing(HERE, cache + 5), 0);
		tap_equal(*(volatile unsigned long *)HERE, cache + 5);
		tap_status(call_unmap(PROBE_OWN, HERE), OK);
	}
	tap_status(call_frame_free(A), OK);
}

static void
test_large(void)
{
	uint64_t physical, order = 1, granted = 0, rights = 0, accessed = 0, dirty = 1;

	tap_status(frame_make(A, ORDER_2M), OK);
	tap_status(call_map(A, PROBE_OWN, HERE + PAGE, RW, 0), ERR_BAD_ADDRESS);
	tap_status(show(A, HERE), OK);
	tap_equal(reach(HERE), RWX);
	*(volatile unsigned char *)(HERE + LARGE - PAGE) = RET;
	tap_status(call_map_derive(PROBE_OWN, HERE + LARGE - PAGE, PROBE_OWN, HERE + 2 * LARGE, 0, RX), OK);
	tap_equal(reach(HERE + 2 * LARGE), RX);
	tap_status(call_map_info(PROBE_OWN, HERE + 2 * LARGE, &physical, &order, &granted, &rights, &accessed, &dirty), OK);
	tap_ok(order == 0 && granted == RX && rights == RX && accessed && !dirty, "the part is small, and was read");
	tap_status(call_map_derive(PROBE_OWN, HERE + PAGE, PROBE_OWN, HERE + 4 * LARGE, ORDER_2M, R), ERR_BAD_VALUE);
	tap_status(call_map_derive(PROBE_OWN, HERE + 2 * LARGE, PROBE_OWN, HERE + 4 * LARGE, 0, RW), ERR_NO_RIGHT);
	tap_status(call_map_derive(PROBE_OWN, HERE + 5 * LARGE, PROBE_OWN, HERE + 4 * LARGE, 0, R), ERR_NOT_FOUND);
	tap_status(call_revoke_part(PROBE_OWN, HERE, 1, 0), OK);
	tap_equal(reach(HERE + 2 * LARGE), RX);
	tap_status(call_revoke_part(PROBE_OWN, HERE + LARGE - PAGE, 1, R), OK);
	tap_equal(reach(HERE + 2 * LARGE), R);
	tap_status(call_revoke(PROBE_OWN, HERE, 0, true), OK);
	tap_equal(reach(HERE + 2 * LARGE), 0);
	tap_equal(reach(HERE), 0);
	tap_status(call_frame_free(A), OK);
}

/* Where small pages were, a large one can be, and the other way round, without a trace of the first. */
static void
test_sizes_follow_each_other(void)
{
	tap_status(frame_make(A, ORDER_2M), OK);
	tap_status(frame_make(B, 0), OK);
	for (unsigned i = 0; i < 3; i++) {
		tap_status(call_map(B, PROBE_OWN, HERE + 5 * PAGE, RW, 0), OK);
		tap_equal(writing(HERE + 5 * PAGE, 111), 0);
		tap_status(call_map(A, PROBE_OWN, HERE, RW, 0), ERR_EXISTS);
		tap_status(call_unmap(PROBE_OWN, HERE + 5 * PAGE), OK);
		tap_status(call_map(A, PROBE_OWN, HERE, RW, 0), OK);
		tap_equal(*(volatile unsigned long *)(HERE + 5 * PAGE), i ? 222 : 0);
		tap_equal(writing(HERE + 5 * PAGE, 222), 0);
		tap_status(call_unmap(PROBE_OWN, HERE), OK);
		tap_equal(reading(HERE + 5 * PAGE), 1);
	}
	tap_status(call_frame_free(A), OK);
	tap_status(call_frame_free(B), OK);
}

static void
test_derivation(void)
{
	tap_status(frame_make(A, 0), OK);
	tap_status(show(A, HERE), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, PROBE_OWN, HERE + PAGE, 0, RWX), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE + PAGE, PROBE_OWN, HERE + 2 * PAGE, 0, RW), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, PROBE_OWN, HERE + 3 * PAGE, 0, RX), OK);
	tap_equal(reach(HERE + 2 * PAGE), RW);
	tap_status(call_unmap(PROBE_OWN, HERE + PAGE), OK);		/* what derives from it stays */
	tap_equal(reach(HERE + 2 * PAGE), RW);
	tap_status(call_map_grant(PROBE_OWN, HERE + 2 * PAGE, PROBE_OWN, HERE + 3 * PAGE), ERR_EXISTS);
	tap_status(call_map_grant(PROBE_OWN, HERE + 2 * PAGE, PROBE_OWN, HERE + PAGE), OK);
	tap_equal(reach(HERE + 2 * PAGE), 0);
	tap_equal(reach(HERE + PAGE), RW);
	tap_status(call_revoke(PROBE_OWN, HERE, R, false), OK);
	tap_equal(reach(HERE), RWX);
	tap_equal(reach(HERE + PAGE), R);
	tap_equal(reach(HERE + 3 * PAGE), R);
	tap_status(call_protect(PROBE_OWN, HERE + PAGE, RW), ERR_NO_RIGHT);
	tap_status(call_revoke(PROBE_OWN, HERE, 0, false), OK);
	tap_equal(reach(HERE + PAGE), 0);
	tap_equal(reach(HERE), RWX);
	tap_status(call_frame_free(A), OK);
	tap_equal(reach(HERE), 0);
}

/* --- ranges and trees, with interrupts in the middle ------------------------------------------------------------------ */

static unsigned
reachable(unsigned long from, unsigned pages)
{
	unsigned count = 0;

	for (unsigned i = 0; i < pages; i++)
		count += !reading(from + i * PAGE);
	return count;
}

static void
test_ranges(void)
{
	tap_status(frame_make(A, ORDER_2M), OK);
	tap_status(call_map(A, PROBE_OWN, HERE, RW, 0), OK);
	tap_status(call_map_range(0, HERE + PAGE, PROBE_OWN, HERE + LARGE, 300, RWX, &done), OK);
	tap_equal(done, 300);
	tap_equal(reachable(HERE + LARGE, 301), 300);
	tap_equal(writing(HERE + LARGE, 1), 0);
	tap_equal(executing(HERE + LARGE), 1);				/* only as many rights as there are */
	tap_status(call_protect_range(0, PROBE_OWN, HERE + LARGE, 100, 0, &done), OK);
	tap_equal(reachable(HERE + LARGE, 300), 200);
	tap_status(call_protect_range(0, PROBE_OWN, HERE + LARGE, 100, R, &done), OK);
	tap_equal(writing(HERE + LARGE + 99 * PAGE, 1), 1);
	tap_equal(writing(HERE + LARGE + 100 * PAGE, 1), 0);
	tap_status(call_protect_range(0, PROBE_OWN, HERE + LARGE, 100, RWX, &done), ERR_NO_RIGHT);
	tap_equal(done, 0);
	tap_status(call_unmap_range(0, PROBE_OWN, HERE + PAGE, 10, &done), ERR_BAD_ADDRESS);
	tap_status(call_unmap_range(0, PROBE_OWN, HERE + LARGE + 50 * PAGE, 200, &done), OK);
	tap_equal(reachable(HERE + LARGE, 300), 100);
	tap_status(call_revoke_range(0, PROBE_OWN, HERE + PAGE, 30, 0, false, &done), OK);
	tap_equal(reachable(HERE + LARGE, 300), 70);
	tap_status(call_unmap_range(0, PROBE_OWN, 0, 1, &done), ERR_BAD_ADDRESS);
	tap_status(call_unmap_range(0, PROBE_OWN, LAST, 2, &done), ERR_BAD_ADDRESS);
	tap_status(call_unmap_range(0, PROBE_OWN, HERE, -1ul, &done), ERR_BAD_ADDRESS);
	tap_status(call_unmap_range(2, PROBE_OWN, HERE, 1, &done), ERR_BAD_VALUE);
	tap_equal(done, 2);
	tap_status(call_map_range(0, HERE, PROBE_OWN, HERE + LARGE - 20 * PAGE, 30, R, &done), ERR_EXISTS);
	tap_equal(done, 0);
	tap_status(call_unmap_range(0, PROBE_OWN, HERE + LARGE, 20, &done), OK);
	tap_status(call_map_range(0, HERE + LARGE + 30 * PAGE, PROBE_OWN, HERE + LARGE, 20, R, &done), OK);
	tap_status(call_map_range(0, HERE + LARGE, PROBE_OWN, HERE + LARGE + 25 * PAGE, 20, R, &done), ERR_EXISTS);
	tap_equal(done, 5);						/* what an error stopped goes on there */
	tap_status(call_unmap_range(0, PROBE_OWN, HERE, 2 * LARGE / PAGE, &done), OK);
	tap_equal(reachable(HERE, 2 * LARGE / PAGE), 0);
	tap_status(call_frame_free(A), OK);
}

static uint64_t
ticks(void)
{
	uint64_t count = 0;

	call_tick(TICK, &count);
	return count;
}

/* TREE mappings derived from HERE: each from the one before, or all from the first. */
static void
tree(bool deep)
{
	unsigned made = 0;

	for (unsigned i = 1; i <= TREE; i++)
		made += call_map_derive(PROBE_OWN, deep ? HERE + (i - 1) * PAGE : HERE, PROBE_OWN, HERE + i * PAGE, 0, RW) == OK;
	tap_equal(made, TREE);
}

/* Each of these takes several timer ticks, and is right in the end. */
static void
test_preemption(void)
{
	uint64_t before = ticks();

	tap_status(frame_make(A, 0), OK);
	for (unsigned deep = 0; deep < 2; deep++) {
		tap_status(show(A, HERE), OK);
		tree(deep);
		tap_status(call_revoke(PROBE_OWN, HERE, R, false), OK);
		tap_equal(writing(HERE + TREE * PAGE, 1), 1);
		tap_equal(reachable(HERE, TREE + 1), TREE + 1);
		tap_status(call_protect_range(0, PROBE_OWN, HERE, TREE + 1, 0, &done), OK);
		tap_equal(reachable(HERE, TREE + 1), 0);
		tap_status(call_revoke(PROBE_OWN, HERE, 0, true), OK);
		tap_equal(mapped(PROBE_OWN) >= TREE, false);
	}
	tap_status(show(A, HERE), OK);
	for (unsigned i = 1; i < 100; i++)
		call_map_derive(PROBE_OWN, HERE, PROBE_OWN, HERE + i * PAGE, 0, RW);
	tap_status(call_map_range(0, HERE, PROBE_OWN, THERE, 100, RW, &done), OK);
	tap_status(call_unmap_range(0, PROBE_OWN, HERE, 100, &done), OK);
	tap_equal(reachable(THERE, 100), 100);
	tap_status(call_frame_free(A), OK);
	tap_equal(reachable(THERE, 100), 0);
	tap_ok(ticks() > before + 10, "the timer ticked in the meantime");
	call_tick(0, &before);
}

int
main(void)
{
	access_init();
	tap_status(donate(PROBE_OWN, 100), OK);
	test_one();
	test_bad_places();
	test_caching();
	test_large();
	test_sizes_follow_each_other();
	test_derivation();
	test_ranges();
	test_preemption();
	tap_done();
}
