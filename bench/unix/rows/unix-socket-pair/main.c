/* SPDX-License-Identifier: BSD-2-Clause */
#include "echo.h"

#include <sys/socket.h>

static void
setup(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		bench_fail("no pair of sockets");
	echo_start(ends[1], ends[1], ends[0], ends[0]);
}

const struct benchmark benchmark = { .setup = setup, .run = echo_run };
