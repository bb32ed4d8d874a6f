/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <signal.h>
#include <unistd.h>

static void
take(int number __attribute__((unused)))
{
}

static void
setup(void)
{
	struct sigaction action = { .sa_handler = take };

	if (sigaction(SIGUSR1, &action, NULL))
		bench_fail("no handler");
}

static void
run(unsigned long count)
{
	pid_t self = getpid();

	BENCH_LOOP(count)
		kill(self, SIGUSR1);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
