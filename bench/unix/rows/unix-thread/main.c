/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <pthread.h>
#include <stddef.h>

static void *
body(void *nothing)
{
	return nothing;
}

static void
run(unsigned long count)
{
	pthread_t thread;

	BENCH_LOOP(count)
		if (pthread_create(&thread, NULL, body, NULL) || pthread_join(thread, NULL))
			bench_fail("no thread");
}

const struct benchmark benchmark = { .run = run, .batch = 100 };
