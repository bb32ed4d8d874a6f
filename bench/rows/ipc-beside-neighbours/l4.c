/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"
#include "clock.h"

enum { SPACE = 310, THREAD, KEPT = 320, TAKEN };	/* here, and in the neighbours' space */

static int64_t counter;			/* reading the clock twice with nothing between */
static char stacks[3][1024] __attribute__((aligned(16)));

static void
server(void)
{
	floating_point_use();
	while (ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

/* Neighbours, a hundred times each turn: one floods the victim's own server, one makes and destroys, one derives and revokes. */
static void
flood(void)
{
	for (unsigned long i = 1;; i++) {
		ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
		if (i % 100 == 0)
			call_yield();
	}
}

static void
allocate(void)
{
	for (unsigned long i = 1;; i++) {
		call_endpoint_create(TAKEN);
		call_object_destroy(TAKEN);
		if (i % 100 == 0)
			call_yield();
	}
}

static void
revoke(void)
{
	for (;;) {
		for (unsigned slot = KEPT + 2; slot < KEPT + 50; slot++)
			call_cap_copy(KEPT, SLOT_OWN, slot, RIGHTS_ALL);
		call_cap_revoke(KEPT);
		call_yield();
	}
}

static void
neighbour(unsigned which, void (*program)(void))
{
	uint64_t id;

	partner_must(call_thread_create(SPACE, THREAD, &id));
	partner_must(call_thread_start(THREAD, (uintptr_t)program, (uintptr_t)stacks[which] + sizeof(stacks[which]) - 8, 0));
	partner_must(call_cap_delete(THREAD));
}

static void
setup(void)
{
	uintptr_t begin = (uintptr_t)__executable_start & -4096ul, pages = ((uintptr_t)_end - begin + 4095) / 4096;

	partner_start(true, server);
	partner_must(call_space_create(SPACE));
	for (int i = 0; i < 4; i++)
		partner_must(call_space_donate(SPACE, 16));
	partner_must(call_space_prepare(SPACE));
	partner_must(call_space_map(SPACE, begin, begin, pages, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE));
	partner_must(call_cap_grow(SLOT_OWN, KEPT));
	partner_must(call_cap_grow(SPACE, KEPT));
	partner_must(call_cap_grow(SPACE, PARTNER_ENDPOINT));
	partner_must(call_cap_copy(PARTNER_ENDPOINT, SPACE, PARTNER_ENDPOINT, RIGHT_SEND));
	partner_must(call_endpoint_create(KEPT));
	partner_must(call_cap_copy(KEPT, SPACE, KEPT, RIGHTS_ALL));
	neighbour(0, flood);
	neighbour(1, allocate);
	neighbour(2, revoke);
	int64_t before = clock_read();
	counter = clock_read() - before;
}

/* Each of them has a turn before each sample. */
static void
prepare(unsigned long count)
{
	call_yield();
}

static int64_t
sample(void)
{
	int64_t before = clock_read();

	ipc_signal(CALL_IPC_CALL, PARTNER_ENDPOINT);
	return clock_read() - before - counter;
}

static void
teardown(void)
{
	call_object_destroy(SPACE);
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = teardown };
