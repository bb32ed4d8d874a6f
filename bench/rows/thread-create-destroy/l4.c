/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/slots.h>
#include <janus/status.h>
#include <l4/stubs.h>

#define SLOT	40

static void
setup(void)
{
	uint64_t id;

	if (call_thread_create(SLOT_OWN, SLOT, &id) || call_object_destroy(SLOT))
		bench_fail("the kernel makes no thread");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		uint64_t id;

		call_thread_create(SLOT_OWN, SLOT, &id);
		call_object_destroy(SLOT);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
