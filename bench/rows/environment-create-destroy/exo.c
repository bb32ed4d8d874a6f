/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/status.h>
#include <exo/stubs.h>

#define SLOT	50
#define PAGES	8			/* of kernel memory: what it has before anything is bound in it */

static enum status
make(void)
{
	uint64_t name;
	enum status status = call_space_create(SLOT);

	if (!status)
		status = call_space_fund(SLOT, PAGES);
	return status ? status : call_environment_create(SLOT, &name);
}

static void
setup(void)
{
	if (make() || call_destroy(SLOT))
		bench_fail("the kernel makes no environment");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		make();
		call_destroy(SLOT);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = 100 };
