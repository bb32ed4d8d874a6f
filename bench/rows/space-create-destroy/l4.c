/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/status.h>
#include <l4/stubs.h>

#define SLOT	40
#define PAGES	3			/* of its pool: table, slots, one to spare */

static enum status
make(void)
{
	enum status status = call_space_create(SLOT);

	if (!status)
		status = call_space_donate(SLOT, PAGES);
	return status ? status : call_space_prepare(SLOT);
}

static void
setup(void)
{
	if (make() || call_object_destroy(SLOT))
		bench_fail("the kernel makes no space");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		make();
		call_object_destroy(SLOT);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = 100 };
