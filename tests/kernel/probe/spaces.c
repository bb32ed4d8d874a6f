/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spaces: who pays, what their threads reach, attempts to keep hold of memory that became the kernel's, what comes back when they end,
 * and every allocation on the way failing once.
 */
#include <stddef.h>
#include <janus/registers.h>
#include "memory.h"
#include "worker.h"

#define SECRET		0x5ec2e7ul

static uint64_t done;

static void
test_life(void)
{
	uint64_t id = 0, other = 0, unused = 1, pages = 0, failures, held = 1, free = frames_in(STATE_FREE);

	tap_status(call_space_create(A, &id), OK);
	tap_status(call_space_create(B, &other), OK);
	tap_ok(id && other && id != other, "each has an identifier of its own");
	tap_status(call_space_create(A, &id), ERR_EXISTS);
	tap_status(call_space_prepare(A), ERR_NO_KMEM);
	tap_equal(tables(A), 0);
	tap_status(donate(A, roots()), OK);
	tap_status(call_space_prepare(A), ERR_NO_KMEM);
	tap_equal(tables(A), 0);
	tap_status(donate(A, 1), OK);
	tap_status(call_space_prepare(A), OK);
	tap_status(call_space_prepare(A), OK);
	tap_status(call_kmem_info(A, &pages, &unused, &failures, &held), OK);
	tap_ok(pages == roots() + 1 && unused == 0 && held == 0, "a prepared space has a root and a page of slots");
	tap_status(frame_make(C, 0), OK);
	tap_status(call_map(C, B, THERE, RW, 0), ERR_WRONG_STATE);
	tap_status(call_map(C, A, THERE, RW, 0), ERR_NO_KMEM);
	tap_status(donate(A, 4), OK);
	tap_status(call_map(C, A, THERE, RW, 0), ERR_NO_KMEM);		/* three tables, an index and records: five */
	tap_equal(tables(A), roots());
	tap_status(donate(A, 1), OK);
	tap_status(call_map(C, A, THERE, RW, 0), OK);
	tap_equal(tables(A), roots() + 4);
	tap_status(call_unmap(A, THERE), OK);
	tap_equal(tables(A), roots() + 4);
	tap_status(call_space_trim(A), OK);
	tap_equal(tables(A), roots());
	tap_status(call_object_destroy(A), OK);
	tap_status(call_object_destroy(B), OK);
	tap_status(call_space_prepare(A), ERR_NO_CAP);
	tap_status(call_frame_free(C), OK);
	tap_equal(frames_in(STATE_FREE), free - 6 - roots());	/* what was donated is the donor's again */
}

static void
test_memory_of_another(void)
{
	uint64_t value = 0;

	tap_status(space_make(A, 12), OK);
	tap_status(frame_make(B, 0), OK);
	tap_status(call_map(B, PROBE_OWN, HERE, RW, 0), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, A, THERE, 0, R), OK);
	tap_equal(writing(HERE + 16, SECRET), 0);
	tap_status(call_space_read(A, THERE + 16, &value), OK);
	tap_equal(value, SECRET);
	tap_status(call_space_write(A, THERE + 16, 1), ERR_BAD_ADDRESS);
	tap_status(call_space_read(A, THERE + PAGE - 4, &value), ERR_BAD_ADDRESS);
	tap_status(call_space_read(A, HERE, &value), ERR_BAD_ADDRESS);
	tap_status(call_space_read(A, 0xffff800000000000, &value), ERR_BAD_ADDRESS);
	tap_status(call_revoke(PROBE_OWN, HERE, 0, false), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, A, THERE, 0, RW), OK);
	tap_status(call_space_write(A, THERE + 24, SECRET + 1), OK);
	tap_equal(*(volatile unsigned long *)(HERE + 24), SECRET + 1);
	tap_status(call_cap_copy(A, PROBE_OWN, C, R), OK);
	tap_status(call_space_read(C, THERE, &value), ERR_NO_RIGHT);
	tap_status(call_unmap(C, THERE), ERR_NO_RIGHT);
	tap_status(call_map_range(0, HERE, A, THERE + LARGE, 1, RW, &done), OK);
	tap_equal(mapped(A), 2);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_space_read(C, THERE, &value), ERR_NO_CAP);
	tap_equal(writing(HERE, 1), 0);
	tap_status(call_frame_free(B), OK);
}

/* --- memory that becomes the kernel's --------------------------------------------------------------------------------- */

/*
 * A frame that is mapped here, twice, and in another space, with copies of its capability, is donated, and becomes a page table: none of
 * the old ways leads to it.
 */
static void
test_no_alias_to_a_table(void)
{
	uint64_t value, tables_before;

	tap_status(call_space_trim(PROBE_OWN), OK);
	tables_before = frames_in(STATE_TABLE);
	tap_status(space_make(A, 8), OK);
	tap_status(frame_make(B, 0), OK);
	tap_status(call_cap_copy(B, PROBE_OWN, C, RIGHTS_ALL), OK);
	tap_status(call_map(B, PROBE_OWN, HERE, RW, 0), OK);
	tap_status(call_map(C, PROBE_OWN, HERE + PAGE, RW, 0), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, A, THERE, 0, RW), OK);
	tap_equal(writing(HERE, 1) + writing(HERE + PAGE, 2), 0);		/* the translations are cached */

	tap_status(call_kmem_donate(B, PROBE_OWN), OK);
	tap_status(call_kmem_donate(C, PROBE_OWN), ERR_NO_CAP);
	tap_equal(reading(HERE) + reading(HERE + PAGE), 2);
	tap_equal(writing(HERE, 3) + writing(HERE + PAGE, 3), 2);
	tap_status(call_space_read(A, THERE, &value), ERR_BAD_ADDRESS);
	tap_status(call_space_write(A, THERE, 3), ERR_BAD_ADDRESS);
	tap_status(call_map_info(PROBE_OWN, HERE, &value, &value, &value, &value, &value, &value), ERR_NOT_FOUND);
	tap_status(call_map(C, PROBE_OWN, HERE, RW, 0), ERR_NO_CAP);

	uint64_t tables_now = frames_in(STATE_TABLE);
	tap_status(frame_make(B, 0), OK);					/* tables, among them that frame */
	tap_status(call_map(B, PROBE_OWN, 0x500000000000, RW, 0), OK);
	tap_equal(frames_in(STATE_TABLE), tables_now + 3);
	tap_equal(writing(HERE, 3) + writing(HERE + PAGE, 3), 2);
	tap_equal(writing(0x500000000000, 4), 0);
	tap_status(call_frame_free(B), OK);
	tap_status(call_space_trim(PROBE_OWN), OK);
	tap_status(call_object_destroy(A), OK);
	tap_equal(frames_in(STATE_TABLE), tables_before);
}

/* What the kernel gives back has nothing of it: neither tables nor records. */
static void
test_no_trace_of_tables(void)
{
	uint64_t address = 0, unused = 0, pages, failures, held;
	unsigned long sum = 0;

	tap_status(space_make(A, 11 + roots()), OK);
	tap_status(frame_make(B, 0), OK);
	for (unsigned i = 0; i < 100; i++)
		call_map(B, A, THERE + i * PAGE, RW, 0);
	tap_equal(mapped(A), 100);
	tap_status(call_unmap_range(0, A, THERE, 100, &done), OK);
	tap_status(call_space_trim(A), OK);
	tap_status(call_kmem_info(A, &pages, &unused, &failures, &held), OK);
	tap_equal(unused, 10);
	for (unsigned i = 0; i < 10; i++) {
		if (call_kmem_reclaim(A, &address) || call_frame_own(address, C) || call_map(C, PROBE_OWN, HERE, RW, 0))
			sum = 1;
		for (unsigned long at = HERE; at < HERE + PAGE && !sum; at += 8)
			sum |= *(volatile unsigned long *)at;
		call_frame_free(C);
	}
	tap_equal(sum, 0);
	tap_status(call_kmem_reclaim(A, &address), ERR_NO_KMEM);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_frame_free(B), OK);
}

/* --- threads elsewhere -------------------------------------------------------------------------------------------------- */


/* Runs in another space, from nothing but this page: counts in a word for ever. */
__asm__(".text\n"
	"	.balign 4096\n"
	"elsewhere:\n"
	"1:	incq	(%rdi)\n"
	"	mov	%rsi, %rax\n"
	"	syscall\n"
	"	jmp	1b\n"
	"call_elsewhere:\n"			/* once, with its registers; the status goes to (%rbx), and it yields for ever */
	"	syscall\n"
	"	mov	%rax, (%rbx)\n"
	"1:	mov	%r12, %rax\n"
	"	syscall\n"
	"	jmp	1b\n"
	"	.balign 4096\n");
extern char elsewhere[], call_elsewhere[];

/* A space in A with PAGES in its pool, which has that code, and B's page at HERE, as the caller. */
static void
elsewhere_make(unsigned pages)
{
	tap_status(space_make(A, pages), OK);
	tap_status(frame_make(B, 0), OK);
	tap_status(call_map(B, PROBE_OWN, HERE, RW, 0), OK);
	tap_status(call_map_derive(PROBE_OWN, HERE, A, HERE, 0, RW), OK);
	tap_status(call_map_derive(PROBE_OWN, (uintptr_t)elsewhere, A, (uintptr_t)elsewhere, 0, RX), OK);
}

static unsigned long
count(void)
{
	for (unsigned i = 0; i < 5; i++)
		call_yield();
	return *(volatile unsigned long *)HERE;
}

/*
 * What is taken from another space's thread it no longer reaches at its next step, whatever its processor had cached; what is taken
 * from there does not touch what is at the same address here.
 */
static void
test_thread_elsewhere(void)
{
	uint64_t id;

	elsewhere_make(24);
	tap_status(call_thread_create(A, 0, C, &id), OK);
	struct registers registers = { .rsi = CALL_YIELD };
	tap_status(call_thread_exchange(C, REGISTERS_RSI, (uintptr_t)&registers), OK);
	tap_status(call_thread_start(C, (uintptr_t)elsewhere, 0, HERE), OK);

	unsigned long before = count();
	tap_ok(before > 0, "a thread in another space counts");
	tap_ok(count() > before, "and goes on");
	tap_status(call_protect(A, HERE, 0), OK);
	before = count();
	tap_equal(count(), before);
	tap_equal(writing(HERE, before + 1), 0);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_thread_start(C, 0, 0, 0), ERR_NO_CAP);
	tap_status(call_frame_free(B), OK);
	tap_status(call_object_destroy(A), ERR_NO_CAP);
}

/* A call of a thread of A's, which has a page at HERE. */
static unsigned long
status_elsewhere(unsigned long call, unsigned long rdi, unsigned long rsi, unsigned long rdx)
{
	struct registers r = { .rbx = HERE, .rax = call, .rsi = rsi, .rdx = rdx, .r12 = CALL_YIELD };
	uint64_t id;

	writing(HERE, ~0ul);
	tap_status(call_thread_create(A, 0, C, &id), OK);
	tap_status(call_thread_exchange(C, REGISTERS_GENERAL, (uintptr_t)&r), OK);
	tap_status(call_thread_start(C, (uintptr_t)call_elsewhere, 0, rdi), OK);
	unsigned long status = count();
	tap_status(call_object_destroy(C), OK);
	return status;
}

/* A space is not destroyed by a thread of its own, whatever names it. */
static void
test_not_by_itself(void)
{
	uint64_t payload = 0, mac = 0;

	elsewhere_make(24);
	tap_status(call_cap_copy(A, A, 1, RIGHTS_ALL), OK);
	tap_status(call_token_seal(A, RIGHTS_ALL, &payload, &mac), OK);
	tap_equal(status_elsewhere(CALL_OBJECT_DESTROY, 1, 0, 0), ERR_WRONG_STATE);
	tap_equal(status_elsewhere(CALL_TOKEN_DESTROY, payload, mac, KIND_SPACE), ERR_WRONG_STATE);
	tap_status(call_token_destroy(payload, mac, KIND_SPACE), OK);
	tap_status(call_object_destroy(A), ERR_NO_CAP);
	tap_status(call_frame_free(B), OK);
}

static void
test_own_end(void)
{
	uint64_t id, space;

	tap_status(space_make(A, 24), OK);
	tap_status(call_space_create(B, &space), OK);
	tap_status(call_object_destroy(PROBE_OWN), ERR_NO_CAP);
	tap_status(call_thread_self(C, &id), OK);
	tap_status(call_cap_delete(C), OK);
	tap_status(call_object_destroy(B), OK);
	tap_status(call_object_destroy(A), OK);
}

/* --- every allocation fails once -------------------------------------------------------------------------------------- */

enum { LINE = 40, PORTS, DEVICE, BIG, NAMED, COLOURED };
#define HPET		0xfed00000ul
#define UNCACHED	2

/* Frames by name, by colour and of 2 MiB, whole and a page of it in the other space. */
static unsigned
frames_workload(void)
{
	uint64_t address = 0;
	unsigned failed = call_frame_alloc(0, NAMED, &address) || call_frame_free(NAMED) || call_frame_alloc_at(address, 0, NAMED);

	failed += call_frame_alloc_colour(0, COLOURED, &address) != OK;
	failed += frame_make(BIG, ORDER_2M) || call_map(BIG, PROBE_OWN, HERE + LARGE, RW, 0);
	failed += call_map_derive(PROBE_OWN, HERE + LARGE, A, THERE + 2 * LARGE, ORDER_2M, RW) != OK;
	failed += call_map_derive(PROBE_OWN, HERE + LARGE + PAGE, A, THERE + 4 * LARGE, 0, RW) != OK;
	return failed;
}

static unsigned
devices_workload(void)
{
	unsigned failed = call_irq_create(5, 1, LINE) != OK;

	failed += call_ports_create(0x80, 1, PORTS) != OK;
	failed += call_device_create(HPET, 1, DEVICE) || call_device_map(DEVICE, 0, HERE + 3 * LARGE, R, UNCACHED);
	return failed;
}

static unsigned
workload(void)
{
	uint64_t id;
	unsigned failed = space_make(A, 32) != OK;

	failed += frame_make(B, 0) || call_map(B, PROBE_OWN, HERE, RW, 0);
	failed += call_map_derive(PROBE_OWN, HERE, A, THERE, 0, RW) != OK;
	failed += call_map_range(0, HERE, A, THERE + LARGE, 1, RW, &done) != OK;
	failed += call_map_grant(A, THERE, PROBE_OWN, HERE + PAGE) != OK;
	failed += call_thread_create(A, 0, C, &id) != OK;
	failed += call_cap_grow(A, 5000) != OK;
	failed += frames_workload() + devices_workload();
	return failed;
}

/* Slots that were not filled are named in vain. */
static void
undo(void)
{
	static const unsigned objects[] = { C, A, LINE, PORTS, DEVICE }, frames[] = { SPARE, B, BIG, NAMED, COLOURED };

	for (unsigned i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		call_object_destroy(objects[i]);
	for (unsigned i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		call_frame_free(frames[i]);
	call_space_trim(PROBE_OWN);
}

static void
test_failures(void)
{
	uint64_t left = 0, users, runs = 0, failed = 0;

	if (call_fail_after(0, &left) != OK) {
		tap_ok(true, "each allocation fails # SKIP the kernel was built without checks");
		return;
	}
	tap_equal(workload(), 0);
	undo();
	users = frames_in(STATE_FREE) + frames_in(STATE_USER);
	do {
		call_fail_after(++runs, &left);
		failed += workload() != 0;
		call_fail_after(0, &left);
		undo();
	} while (!left);
	printf("# %lu allocations\n", runs);
	tap_ok(runs > 60, "more than 60 allocations failed, one after the other");
	tap_ok(failed > 50 && failed < runs, "calls failed with them, but for those that could do with empty tables");
	tap_equal(frames_in(STATE_FREE) + frames_in(STATE_USER), users);
}

#define EMPTY		31
#define EMPTY_SLOTS	16		/* in the table of the space that makes them */

/* Many empty spaces below one that ends: each has a directory to be looked through, and the stretch with interrupts off is bounded. */
static void
test_many_empty(void)
{
	unsigned bad = OK;

	elsewhere_make(24 + EMPTY);
	for (unsigned i = 0; i < EMPTY; i++)
		bad |= status_elsewhere(CALL_SPACE_CREATE, EMPTY_SLOTS + i, 0, 0);
	tap_status(bad, OK);
	tap_status(call_object_destroy(A), OK);
	tap_status(call_frame_free(B), OK);
}

int
main(void)
{
	access_init();
	tap_status(donate(PROBE_OWN, 100), OK);
	test_life();
	test_memory_of_another();
	test_no_alias_to_a_table();
	test_no_trace_of_tables();
	test_thread_elsewhere();
	test_not_by_itself();
	test_own_end();
	test_many_empty();
	test_failures();
	tap_done();
}
