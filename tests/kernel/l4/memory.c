/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: A0, donation of pages, and what is taken back, with every error. */
#include <string.h>
#include <janus/bootinfo.h>
#include <janus/layout.h>
#include <l4/memory.h>
#include "tap.h"
#include "worker.h"

enum { SPACE = 32, W0, READ_ONLY, E, NOBODY };

#define RW	(RIGHT_READ | RIGHT_WRITE)
#define RWX	(RW | RIGHT_EXECUTE)
#define PAGE	4096ul
#define A	0x10000000ul		/* where the tests map */
#define B	0x20000000ul
#define LARGE	0x40000000ul

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned result;

static volatile uint64_t *
word(uint64_t address)
{
	return (volatile uint64_t *)address;
}

static void read_it(unsigned long address) { (void)*word(address); result = OK; call_thread_exit(); }
static void write_it(unsigned long address) { *word(address) = *word(address); result = OK; call_thread_exit(); }

/* Whether WORKER can do that at ADDRESS, or faults. */
static bool
can(void (*worker)(unsigned long), uint64_t address)
{
	struct message m = { 0 };
	uint64_t id;

	result = 99;
	if (call_thread_create(SLOT_OWN, W0, &id) || call_thread_pager(W0, E) ||
	    call_thread_start(W0, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, address))
		tap_ok(false, "a worker starts");
	call_yield();
	if (result == OK)
		return true;
	tap_status(message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_AT_ONCE << IPC_RECEIVE_TIME, E, &m), OK);
	call_object_destroy(W0);
	return false;
}

/* --- A0 --------------------------------------------------------------------------------------------------------------- */

static void
test_take(void)
{
	uint64_t frame = 0, other = 0;

	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, A, RW, &frame), OK);
	tap_equal(*word(A), 0);
	*word(A) = 4711;
	tap_status(call_frame_take(frame, FRAME_4K, B, RW, &other), ERR_NO_FRAME);	/* it is mapped */
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 1), OK);
	tap_status(call_frame_take(frame, FRAME_4K, B, RW, &other), OK);		/* by its name */
	tap_equal(other, frame);
	tap_equal(*word(B), 4711);
	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, B, RW, &other), ERR_EXISTS);
	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, B + 8, RW, &other), ERR_BAD_ADDRESS);
	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, A, RIGHT_WRITE, &other), ERR_BAD_VALUE);
	tap_status(call_frame_take(FRAME_ANY, 1, A, RW, &other), ERR_BAD_VALUE);
	tap_status(call_frame_take(frame + 8, FRAME_4K, A, RW, &other), ERR_BAD_VALUE);
	tap_status(call_frame_take(1ul << 50, FRAME_4K, A, RW, &other), ERR_NO_FRAME);
	tap_status(call_frame_take(0x200000, FRAME_4K, A, RW, &other), ERR_NO_FRAME);	/* the kernel's image */
	tap_status(call_frame_give(frame), OK);
	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, LARGE, RW, &other), OK);
	tap_equal(other % (1ul << 21), 0);
	*word(LARGE + (1ul << 20)) = 1;
	tap_status(call_unmap(SLOT_OWN, LARGE, 512, 0, 1), OK);
	tap_status(call_frame_take(other, FRAME_4K, LARGE, RW, &frame), ERR_NO_FRAME);	/* a part of it */
	tap_status(call_frame_take(other, FRAME_2M, LARGE, RW, &frame), OK);
	tap_status(call_frame_give(other), OK);
	tap_ok(!can(read_it, LARGE), "who gives it has it no more");
	tap_status(call_frame_give(other), ERR_NO_FRAME);
	tap_status(call_frame_give(0x200000), ERR_NO_FRAME);
	tap_status(call_frame_give(8), ERR_NO_FRAME);
}

/* Every free page can be had at its own address plus a constant, until there is none; all come back. */
static void
test_all(void)
{
	const struct bootinfo *boot = (const struct bootinfo *)USER_BOOTINFO;
	const uint64_t offset = 1ul << 40, piece = 1ul << 21;
	unsigned long taken = 0, again = 0;
	uint64_t frame = 0;

	for (unsigned i = 0; i < boot->regions; i++)
		for (uint64_t at = (boot->region[i].base + piece - 1) & -piece; at + piece <= boot->region[i].base + boot->region[i].bytes; at += piece)
			taken += call_frame_take(at, FRAME_2M, offset + at, RW, &frame) == OK;
	printf("# %lu pieces of 2 MiB\n", taken);
	tap_ok(taken > 20, "free memory at its own addresses");
	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, LARGE, RW, &frame), ERR_NO_FRAME);
	tap_status(call_unmap(SLOT_OWN, offset, 1ul << 19, 0, 1), OK);
	for (unsigned i = 0; i < boot->regions; i++)
		for (uint64_t at = (boot->region[i].base + piece - 1) & -piece; at + piece <= boot->region[i].base + boot->region[i].bytes; at += piece)
			again += call_frame_give(at) == OK;
	tap_equal(again, taken);
	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, LARGE, RW, &frame), OK);
	tap_status(call_frame_give(frame), OK);
}

/* --- another space ------------------------------------------------------------------------------------------------------ */

static void
child(unsigned long what)
{
	uint64_t frame;

	result = what == 0 ? call_space_donate(SLOT_OWN, 1) :
		 what == 1 ? call_frame_give(0x200000) : call_frame_take(FRAME_ANY, FRAME_4K, A, RW, &frame);
	call_thread_exit();
}

static void
test_only_the_first(void)
{
	tap_status(space_share(SPACE), OK);
	for (unsigned long what = 0; what < 3; what++) {
		result = 99;
		tap_status(worker_start_in(SPACE, W0, stack, child, what), OK);
		call_yield();
		tap_equal(result, ERR_NO_RIGHT);
	}
}

static void
test_donate_page(void)
{
	uint64_t frame = 0, other = 0;

	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, A, RWX, &frame), OK);
	tap_status(call_space_map(SPACE, A, A, 1, RW), OK);
	tap_status(call_space_map(SLOT_OWN, A + PAGE, A, 1, RWX), OK);
	tap_status(call_space_donate_page(SPACE, A + PAGE), ERR_NO_RIGHT);		/* mapped, not granted */
	tap_status(call_space_donate_page(SPACE, A + 2 * PAGE), ERR_BAD_ADDRESS);
	tap_status(call_space_donate_page(SPACE, A + 8), ERR_BAD_ADDRESS);
	tap_status(call_space_donate_page(9000, A), ERR_NO_CAP);
	tap_status(call_cap_copy(SPACE, SLOT_OWN, READ_ONLY, RIGHT_READ), OK);
	tap_status(call_space_donate_page(READ_ONLY, A), ERR_NO_RIGHT);
	tap_status(call_unmap(READ_ONLY, A, 1, 0, 1), ERR_NO_RIGHT);
	tap_status(call_space_donate_page(SPACE, A), OK);
	tap_ok(!can(read_it, A), "the page is the kernel's now");
	tap_status(call_frame_take(frame, FRAME_4K, A, RW, &other), ERR_NO_FRAME);

	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, LARGE, RWX, &other), OK);
	tap_status(call_space_donate_page(SPACE, LARGE), ERR_BAD_VALUE);
	tap_status(call_frame_give(other), OK);
	tap_status(call_thread_utcb(SLOT_OWN, A), OK);
	tap_status(call_space_donate_page(SPACE, A), ERR_BAD_VALUE);			/* no memory of its own */
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 1), OK);
	tap_status(call_object_destroy(SPACE), OK);
	tap_status(call_frame_take(frame, FRAME_4K, A, RWX, &other), OK);		/* back to its owner */
	tap_equal(*word(A), 0);
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 1), OK);
}

/* What a space lends to those that it makes comes back, whether they live on or not, and not beyond what is unused. */
static void
test_lend(void)
{
	uint64_t taken = 0, pages = 0, unused = 0, left = 0;

	tap_status(call_kmem_info(SPACE, &pages, &unused), ERR_NO_CAP);
	tap_status(call_space_lend(SPACE, 1), ERR_NO_CAP);
	tap_status(call_space_lend(SLOT_OWN, 1), ERR_BAD_VALUE);
	tap_status(call_space_reclaim(SLOT_OWN, 1, &taken), ERR_BAD_VALUE);
	tap_status(call_space_create(SPACE), OK);
	tap_status(call_space_lend(SPACE, 257), ERR_BAD_VALUE);
	tap_status(call_space_reclaim(SPACE, 257, &taken), ERR_BAD_VALUE);
	tap_status(call_space_reclaim(SPACE, 10, &taken), OK);
	tap_equal(taken, 0);
	tap_status(call_space_lend(SPACE, 1), OK);
	tap_status(call_space_prepare(SPACE), ERR_NO_KMEM);		/* it needs two, or three */
	tap_status(call_kmem_info(SLOT_OWN, &pages, &left), OK);
	tap_status(call_space_lend(SPACE, 10), OK);
	tap_status(call_kmem_info(SLOT_OWN, &pages, &unused), OK);
	tap_equal(left - unused, 10);
	tap_status(call_kmem_info(SPACE, &pages, &unused), OK);
	tap_ok(pages == 11 && unused == 11, "what it was lent");
	tap_status(call_space_prepare(SPACE), OK);
	tap_status(call_space_map(SPACE, B, (uintptr_t)stack & -PAGE, 1, RW), OK);
	tap_status(call_space_reclaim(SPACE, 256, &taken), OK);
	uint64_t most = taken;
	tap_status(call_kmem_info(SPACE, &pages, &unused), OK);
	tap_ok(pages == 11 - most && unused == 0, "what it uses is left");
	tap_ok(most && most < 9, "what is unused");
	tap_status(call_space_map(SPACE, LARGE, (uintptr_t)stack & -PAGE, 1, RW), ERR_NO_KMEM);
	tap_status(call_unmap(SPACE, B, 1, 0, 1), OK);
	tap_status(call_space_reclaim(SPACE, 256, &taken), OK);
	bool isolated = rt_bootinfo->features & BOOT_FEATURE_PTI;	/* then there are two root tables */
	tap_equal(most + taken, isolated ? 8 : 9);			/* but for the root table and a page of capabilities */
	tap_status(call_cap_copy(SPACE, SLOT_OWN, W0, RIGHT_READ), OK);
	tap_status(call_space_lend(W0, 1), ERR_NO_RIGHT);
	tap_status(call_kmem_info(W0, &pages, &unused), ERR_NO_RIGHT);
	tap_status(call_space_reclaim(W0, 1, &taken), ERR_NO_RIGHT);
	tap_status(call_object_destroy(SPACE), OK);
}

/* --- taking back --------------------------------------------------------------------------------------------------------- */

/* A chain: A, derived from it B, derived from that B + PAGE, in this space and another. */
static void
chain(void)
{
	uint64_t frame;

	tap_status(call_frame_take(FRAME_ANY, FRAME_4K, A, RWX, &frame), OK);
	tap_status(call_space_map(SLOT_OWN, B, A, 1, RWX), OK);
	tap_status(call_space_map(SLOT_OWN, B + PAGE, B, 1, RWX), OK);
}

static void
test_unmap(void)
{
	chain();
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 0), OK);
	tap_ok(can(write_it, A), "itself stays");
	tap_ok(!can(read_it, B) && !can(read_it, B + PAGE), "what was derived is gone");
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 1), OK);

	chain();
	tap_status(call_unmap(SLOT_OWN, B, 1, 0, 1), OK);
	tap_ok(!can(read_it, B) && !can(read_it, B + PAGE), "itself and what was derived");
	*word(A) = 1;
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 1), OK);

	tap_status(call_unmap(SLOT_OWN, A, 1, 8, 0), ERR_BAD_VALUE);
	tap_status(call_unmap(SLOT_OWN, A, 1, 0, 2), ERR_BAD_VALUE);
	tap_status(call_unmap(SLOT_OWN, A + 8, 1, 0, 1), ERR_BAD_ADDRESS);
	tap_status(call_unmap(SLOT_OWN, A, 1ul << 40, 0, 1), ERR_BAD_ADDRESS);
	tap_status(call_unmap(9000, A, 1, 0, 1), ERR_NO_CAP);
	tap_status(call_space_create(SPACE), OK);
	tap_status(call_unmap(SPACE, A, 1, 0, 1), ERR_WRONG_STATE);
	tap_status(call_object_destroy(SPACE), OK);
}

static void
test_reduce(void)
{
	chain();
	tap_ok(can(write_it, B + PAGE), "rights to write, first");
	tap_status(call_unmap(SLOT_OWN, A, 1, RIGHT_READ, 0), OK);
	tap_ok(can(write_it, A), "itself keeps them");
	tap_ok(can(read_it, B + PAGE) && !can(write_it, B + PAGE), "what was derived can only be read");
	tap_status(call_unmap(SLOT_OWN, A, 1, RIGHT_READ, 1), OK);
	tap_ok(can(read_it, A) && !can(write_it, A), "so can it itself");
	tap_status(call_unmap(SLOT_OWN, A, 1, RIGHT_WRITE, 1), OK);		/* without RIGHT_READ there is none */
	tap_ok(!can(read_it, A) && !can(read_it, B) && !can(read_it, B + PAGE), "nothing is left");
}

static volatile unsigned ticks;

static void
ticks_on(unsigned long unused)
{
	struct message m = { 0 };

	for (;; ticks++)
		message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(9, 10) << IPC_RECEIVE_TIME, NOBODY, &m);
}

/* The page, and all that derives from it, which takes longer than it is between two ticks.  What is left behind is in the way the next time. */
static bool
donated_with_derived(void)
{
	uint64_t frame;
	bool made = call_frame_take(FRAME_ANY, FRAME_4K, A, RW, &frame) == OK;

	for (uint64_t i = 1; i <= 600; i++)
		made &= call_space_map(SLOT_OWN, A + i * PAGE, A, 1, RW) == OK;
	return made && call_space_donate_page(SLOT_OWN, A) == OK;
}

/* A call that was preempted leaves its arguments' registers with what was left: its caller has them all the same. */
static void
test_preempted(void)
{
	uint64_t frame = 0, pages = 512, failed = 0;

	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, LARGE, RW, &frame), OK);
	tap_status(call_endpoint_create(NOBODY), OK);
	tap_status(worker_start(W0, stack, ticks_on, 0), OK);
	tap_status(call_thread_priority(W0, 200), OK);
	__asm__("" : "+r"(pages));		/* not a constant: it has a register */
	for (uint64_t i = 0, a = A + PAGE, large = LARGE; i < 20; i++) {		/* not aligned: small pages */
		__asm__("" : "+r"(a), "+r"(large));
		failed += call_space_map(SLOT_OWN, a, large, pages, RW) != OK;
		failed += call_unmap(SLOT_OWN, a, pages, 0, 1) != OK;
	}
	tap_ok(ticks > 20, "others run meanwhile");
	tap_equal(failed, 0);
	for (uint64_t i = 0; i < 4; i++)
		failed += !donated_with_derived();
	tap_equal(failed, 0);
	tap_status(call_object_destroy(W0), OK);
	tap_status(call_frame_give(frame), OK);
}

int
main(void)
{
	call_endpoint_create(E);
	test_take();
	test_all();
	test_only_the_first();
	test_donate_page();
	test_lend();
	test_unmap();
	test_reduce();
	test_preempted();
	tap_done();
}
