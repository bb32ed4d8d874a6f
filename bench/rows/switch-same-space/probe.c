/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define SELF	40		/* slots */
#define PARTNER	41

static char stack[4096] __attribute__((aligned(16)));

static void
partner(void)
{
	for (;;)
		call_yield_to(SELF);
}

static void
setup(void)
{
	uint64_t id;

	if (call_thread_self(SELF, &id) || call_thread_create(PROBE_OWN, 0, PARTNER, &id) ||
	    call_thread_start(PARTNER, (uintptr_t)partner, (uintptr_t)stack + sizeof(stack) - sizeof(void *), 0))
		bench_fail("the kernel starts no partner");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		call_yield_to(PARTNER);
}

static void
teardown(void)
{
	call_object_destroy(PARTNER);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown };
