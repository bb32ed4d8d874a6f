/* SPDX-License-Identifier: BSD-2-Clause */
/* Another process that sends back each byte it gets, until the measured one has gone. */
#pragma once

#include "bench.h"

#include <unistd.h>

static int to_echo, from_echo;

static void
echo_body(int in, int out)
{
	char c;

	while (read(in, &c, 1) == 1)
		if (write(out, &c, 1) != 1)
			break;
	_exit(0);
}

/* Its ends of the two channels are `in` and `out`, ours `to` and `from`. */
static void
echo_start(int in, int out, int to, int from)
{
	pid_t pid = fork();

	if (pid < 0)
		bench_fail("no other process");
	if (!pid) {
		close(to);
		if (from != to)
			close(from);
		echo_body(in, out);
	}
	close(in);
	if (out != in)
		close(out);
	to_echo = to;
	from_echo = from;
}

static void
echo_run(unsigned long count)
{
	char c = 0;

	BENCH_LOOP(count)
		if (write(to_echo, &c, 1) != 1 || read(from_echo, &c, 1) != 1)
			bench_fail("the byte did not come back");
}
