/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/kinds.h>
#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define SELF		40	/* slots, the first in both spaces */
#define PARTNER		41
#define SPACE		42
#define FRAME		43
#define POOL		16	/* pages */
#define PAGE		4096ul

static char stack[PAGE] __attribute__((aligned(PAGE)));

/* It has no more of this program than the page that it is in, and its stack. */
static void __attribute__((aligned(64)))
partner(void)
{
	for (;;)
		call_yield_to(SELF);
}

static enum status
space_make(void)
{
	uint64_t id, address;
	enum status status = call_space_create(SPACE, &id);

	for (int i = 0; i < POOL && !status; i++) {
		status = call_frame_alloc(0, FRAME, &address);
		if (!status)
			status = call_kmem_donate(FRAME, SPACE);
	}
	return status ? status : call_space_prepare(SPACE);
}

static enum status
page_share(void *address, unsigned rights)
{
	uint64_t page = (uintptr_t)address & -PAGE;

	return call_map_derive(PROBE_OWN, page, SPACE, page, 0, rights);
}

static enum status
partner_start(void)
{
	uint64_t id;
	enum status status = call_thread_self(SELF, &id);

	if (!status)
		status = call_cap_copy(SELF, SPACE, SELF, RIGHTS_ALL);
	if (!status)
		status = call_thread_create(SPACE, 0, PARTNER, &id);
	return status ? status : call_thread_start(PARTNER, (uintptr_t)partner, (uintptr_t)stack + PAGE - sizeof(void *), 0);
}

static void
setup(void)
{
	if (space_make() || page_share(partner, RIGHT_READ | RIGHT_EXECUTE) || page_share(stack, RIGHT_READ | RIGHT_WRITE) ||
	    partner_start())
		bench_fail("the kernel starts no partner in another space");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield_to(PARTNER);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
