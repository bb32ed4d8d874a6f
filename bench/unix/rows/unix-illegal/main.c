/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "bench.h"

#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

#define UD2_BYTES	2

static void
skip(int number __attribute__((unused)), siginfo_t *fault __attribute__((unused)), void *context)
{
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += UD2_BYTES;
}

static void
setup(void)
{
	struct sigaction action = { .sa_sigaction = skip, .sa_flags = SA_SIGINFO };

	if (sigaction(SIGILL, &action, NULL))
		bench_fail("no handler");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("ud2");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
