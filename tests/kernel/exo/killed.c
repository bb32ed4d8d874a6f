/* SPDX-License-Identifier: BSD-2-Clause */
/* A library OS that is killed, at any point, or has too little of anything, returns every resource: the machine has as many free pages as before, and its maker its allowance. */
#include <exo/bindings.h>
#include <exo/frames.h>
#include <exo/revocation.h>
#include <exo/upcall.h>
#include <janus/slots.h>
#include <stdbool.h>
#include "child.h"
#include "tap.h"

#define AREA	0x10000000ul
#define AT	0x200000000ul
#define RW	(RIGHT_READ | RIGHT_WRITE)
#define MEMORY	(128ul << 20)

enum { CHILD = 1, GRANDCHILD = 2 };

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static char grandchild_stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile unsigned failed, steps;
static struct repossession vector[4] __attribute__((aligned(16)));
struct token { uint64_t payload, mac; };
struct holdings { uint64_t allowance, given, held, kmem, kmem_free; };

static void
idle(uint64_t unused __attribute__((unused)))
{
	for (;;)
		call_yield();
}

/* A step of what a library OS does; false behind the last. */
static bool
step(unsigned number, struct token t[2])
{
	uint64_t name;

	switch (number) {
	case 0: failed |= call_frame_alloc(FRAME_ANY, 0, 0, &t[0].payload, &t[0].mac); break;
	case 1: failed |= call_bind(AREA, t[0].payload, t[0].mac, RW | BIND_WIRED); break;
	case 2: failed |= call_addressing_context(AREA, AT, 0, 0); break;
	case 3: failed |= call_exception_context(AREA + SAVE_BYTES, AT, 0, 0); break;
	case 4: failed |= call_binding_table(1024); break;
	case 5: failed |= call_frame_alloc(FRAME_COLOUR, 0, 0, &t[1].payload, &t[1].mac); break;
	case 6: failed |= call_bind(AT, t[1].payload, t[1].mac, RW); break;
	case 7: failed |= call_bind(AT + (1ul << 30), t[1].payload, t[1].mac, RW); break;
	case 8: failed |= call_space_create(GRANDCHILD); break;
	case 9: failed |= call_space_fund(GRANDCHILD, 12); break;
	case 10: failed |= call_space_share(GRANDCHILD, AT, AT, 1, RW | RIGHT_SHARE); break;
	case 11: failed |= call_space_unbind(GRANDCHILD, AT, 1, RIGHT_READ); break;
	case 12: failed |= call_space_allow(GRANDCHILD, 3); break;
	case 13: failed |= call_environment_create(GRANDCHILD, &name); break;
	case 14: failed |= call_environment_start(GRANDCHILD, (uintptr_t)idle, (uintptr_t)grandchild_stack + CHILD_STACK - 8, 0); break;
	case 15: failed |= call_space_fund(SLOT_OWN, 4); break;
	case 16: failed |= call_cap_grow(SLOT_OWN, 64); break;
	case 17: failed |= call_cap_copy(GRANDCHILD, SLOT_OWN, 65, RIGHTS_ALL); break;
	case 18: failed |= call_repossession_vector((uintptr_t)vector, 4); break;
	case 19: failed |= call_frame_revoke(t[1].payload, t[1].mac, &t[1].payload, &t[1].mac); break;
	case 20: failed |= call_binding_table(128); break;
	case 21: failed |= call_frame_free(t[1].payload, t[1].mac); break;
	default: return false;
	}
	return true;
}

static void
child(uint64_t last)
{
	struct token t[2] = { { 0 } };

	for (steps = 0; steps < last && step(steps, t); steps++)
		;
	idle(0);
}

static uint64_t
free_pages(void)
{
	static uint64_t word[FRAME_MAP_LIMIT];
	uint64_t count = 0;

	for (uint64_t at = 0; at < MEMORY; at += FRAME_MAP_LIMIT * 4096ul) {
		call_frame_map(at, FRAME_MAP_LIMIT, (uintptr_t)word);
		for (unsigned i = 0; i < FRAME_MAP_LIMIT; i++)
			count += word[i] == FRAME_IS_FREE;
	}
	return count;
}

static void
killed_after(unsigned last)
{
	struct holdings before = { 0 }, after = { 0 };
	uint64_t name, pages = free_pages();

	call_holdings(SLOT_OWN, &before.allowance, &before.given, &before.held, &before.kmem, &before.kmem_free);
	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, child, last), OK);
	call_yield();
	call_yield();
	tap_equal(failed, 0);
	tap_equal(steps, last);
	tap_status(call_destroy(CHILD), OK);
	call_holdings(SLOT_OWN, &after.allowance, &after.given, &after.held, &after.kmem, &after.kmem_free);
	tap_equal(free_pages(), pages);
	tap_equal(after.given, before.given);
	tap_equal(after.held, before.held);
	tap_equal(after.kmem_free, before.kmem_free);
}

/* The same with too little: kernel memory for a part of it, pages for a part of it.  What fails, fails, and nothing of it is left. */
static void
exhausted(uint64_t kmem, uint64_t pages)
{
	uint64_t name, before = free_pages();
	uint64_t image = (uintptr_t)__executable_start & ~4095ul;
	unsigned status = call_space_create(CHILD);

	if (!status)
		status = call_space_fund(CHILD, kmem);
	if (!status)
		status = call_space_share(CHILD, image, image, child_image_pages(), RW | RIGHT_EXECUTE);
	if (!status)
		status = call_space_allow(CHILD, pages);
	if (!status)
		status = call_environment_create(CHILD, &name);
	if (!status)
		status = child_start(CHILD, stack, child, 22);
	tap_ok(status == OK || status == ERR_NO_KMEM, "it starts, or has too little kernel memory");
	call_yield();
	call_yield();
	failed = 0;
	tap_status(call_destroy(CHILD), OK);
	tap_equal(free_pages(), before);
}

int
main(void)
{
	for (uint64_t kmem = 0; kmem < 40; kmem++)
		exhausted(kmem, 40);
	for (uint64_t pages = 0; pages < 40; pages++)
		exhausted(CHILD_KMEM, pages);
	for (unsigned last = 0; last <= 22; last++)
		killed_after(last);
	tap_done();
}
