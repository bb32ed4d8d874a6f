/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

static int null;

static void
setup(void)
{
	null = open("/dev/null", O_WRONLY);
	if (null < 0)
		bench_fail("no /dev/null");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		if (write(null, "", 1) != 1)
			bench_fail("a byte was not written");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
