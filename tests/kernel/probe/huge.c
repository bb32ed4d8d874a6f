/* SPDX-License-Identifier: BSD-2-Clause */
/* A page of 1 GiB: cleared, mapped, derived in parts of every size, granted, revoked in part, split.  The machine has 5,000 MiB. */
#include "memory.h"

#define HUGE		(512 * LARGE)
#define GIANT		0x4000000000ul		/* of the caller's space, where nothing else is */
#define GRANTED		0x8000000000ul

static uint64_t done, base;

static unsigned long
value_at(unsigned long address)
{
	return *(volatile unsigned long *)address;
}

/* What was another's is clear in every part, also where clearing was preempted. */
static void
test_clear(void)
{
	unsigned long address = GIANT, dirty = 0;

	tap_status(call_frame_alloc(ORDER_1G, A, &base), OK);
	tap_ok(base % HUGE == 0, "1 GiB is naturally aligned");
	tap_status(call_frame_clear(A), OK);
	tap_status(call_map(A, PROBE_OWN, GIANT + LARGE, RW, 0), ERR_BAD_ADDRESS);
	tap_status(call_map(A, PROBE_OWN, GIANT, RW, 0), OK);
	for (; address < GIANT + HUGE; address += PAGE)
		dirty += value_at(address) != 0 || value_at(address + PAGE - 8) != 0;
	tap_equal(dirty, 0);
	tap_equal(writing(GIANT + HUGE - 8, 77), 0);
	tap_equal(reading(GIANT + HUGE), 1);
}

static void
test_parts(void)
{
	tap_status(call_map_derive(PROBE_OWN, GIANT + HUGE - LARGE, PROBE_OWN, HERE, ORDER_2M, RW), OK);
	tap_status(call_map_derive(PROBE_OWN, GIANT + HUGE - PAGE, PROBE_OWN, HERE + LARGE, 0, R), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE + LARGE - PAGE, PROBE_OWN, HERE + 2 * LARGE, 0, RW), OK);
	tap_status(call_map_derive(PROBE_OWN, GIANT + PAGE, PROBE_OWN, HERE + 4 * LARGE, ORDER_2M, R), ERR_BAD_VALUE);
	tap_status(call_map_derive(PROBE_OWN, GIANT, PROBE_OWN, GRANTED, ORDER_1G, RW), OK);
	tap_equal(value_at(HERE + LARGE - 8), 77);
	tap_equal(value_at(HERE + LARGE + PAGE - 8), 77);
	tap_equal(value_at(GRANTED + HUGE - 8), 77);
	tap_equal(writing(HERE + 2 * LARGE + PAGE - 8, 78), 0);
	tap_equal(value_at(GIANT + HUGE - 8), 78);
	tap_equal(writing(HERE + LARGE, 1), 1);
}

/* What the grant takes along still derives from the whole. */
static void
test_grants(void)
{
	tap_status(space_make(B, 24), OK);
	tap_status(call_map_grant(PROBE_OWN, HERE, B, THERE), OK);
	tap_equal(reading(HERE), 1);
	tap_equal(value_at(HERE + 2 * LARGE + PAGE - 8), 78);
	uint64_t word = 0;
	tap_status(call_space_read(B, THERE + LARGE - 8, &word), OK);
	tap_equal(word, 78);
	tap_status(call_map_grant(PROBE_OWN, GRANTED, B, GIANT), OK);
	tap_equal(reading(GRANTED), 1);
	tap_status(call_space_read(B, GIANT + HUGE - 8, &word), OK);
	tap_equal(word, 78);
	tap_equal(mapped(B), 2);
}

static void
test_protection(void)
{
	tap_status(call_protect(PROBE_OWN, GIANT + LARGE, R), OK);
	tap_equal(writing(GIANT + 8, 1), 1);
	tap_equal(reading(GIANT + 8), 0);
	tap_status(call_protect_range(0, PROBE_OWN, GIANT, HUGE / PAGE, RW, &done), OK);
	tap_equal(done, HUGE / PAGE);
	tap_equal(writing(GIANT + 8, 1), 0);
	tap_status(call_protect_range(0, PROBE_OWN, GIANT, HUGE / PAGE - 1, R, &done), ERR_BAD_ADDRESS);
	tap_equal(done, 0);
}

/* Of the last page alone: the small one goes; what is larger than the part, too, and all that it had given. */
static void
test_revocation_of_a_part(void)
{
	uint64_t word;

	tap_status(call_revoke_part(PROBE_OWN, GIANT, 1, 0), OK);
	tap_equal(mapped(B), 1);				/* the whole that was granted had the first page, too */
	tap_equal(reading(HERE + LARGE), 0);
	tap_status(call_revoke_part(PROBE_OWN, GIANT + HUGE - PAGE, 1, 0), OK);
	tap_equal(mapped(B), 0);
	tap_status(call_space_read(B, THERE, &word), ERR_BAD_ADDRESS);
	tap_equal(reading(HERE + LARGE), 1);
	tap_equal(reading(HERE + 2 * LARGE), 1);
	tap_equal(value_at(GIANT + HUGE - 8), 78);
	tap_status(call_object_destroy(B), OK);
}

/* Into 512 frames of 2 MiB, one of them into 512 small ones; all of them go back. */
static void
test_split(void)
{
	uint64_t free = frames_in(STATE_FREE);
	unsigned freed = 0;

	tap_status(call_frame_split(A), ERR_WRONG_STATE);		/* it is mapped */
	tap_status(call_unmap(PROBE_OWN, GIANT), OK);
	tap_status(call_frame_split(A), OK);
	tap_status(call_frame_own(base + 3 * LARGE, A), OK);
	tap_status(call_map(A, PROBE_OWN, HERE, RW, 0), OK);
	tap_status(call_unmap(PROBE_OWN, HERE), OK);
	tap_status(call_frame_split(A), OK);
	for (unsigned long pa = base; pa < base + HUGE; pa += pa - base - 3 * LARGE < LARGE ? PAGE : LARGE)
		freed += call_frame_own(pa, A) == OK && call_frame_free(A) == OK;
	tap_equal(freed, 511 + 512);
	tap_equal(frames_in(STATE_FREE), free + HUGE / PAGE);
	tap_status(frame_make(A, ORDER_1G), OK);			/* it is whole again */
	tap_status(call_frame_free(A), OK);
}

int
main(void)
{
	access_init();
	tap_status(donate(PROBE_OWN, 48), OK);
	test_clear();
	test_parts();
	test_grants();
	test_protection();
	test_revocation_of_a_part();
	test_split();
	tap_done();
}
