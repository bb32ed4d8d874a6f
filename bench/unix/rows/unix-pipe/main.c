/* SPDX-License-Identifier: BSD-2-Clause */
#include "echo.h"

static void
setup(void)
{
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		bench_fail("no pipe");
	echo_start(there[0], back[1], there[1], back[0]);
}

const struct benchmark benchmark = { .setup = setup, .run = echo_run };
