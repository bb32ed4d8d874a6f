/* SPDX-License-Identifier: BSD-2-Clause */
#include "whole.h"

#include <stdio.h>

#define BYTES	(1 << 20)

/* Words of a small language, the same each time. */
static void
setup(void)
{
	static const char *const syllables[] = { "ja", "nus", "ker", "nel", "lo", "map", "ri", "ter" };
	FILE *data = fopen("/tmp/data", "w");
	uint32_t state = 1;

	if (!data)
		bench_fail("no file");
	while (ftell(data) < BYTES) {
		state = state * 1664525 + 1013904223;
		fprintf(data, "%s%s%c", syllables[state >> 29], syllables[state >> 26 & 7], state >> 20 & 7 ? ' ' : '\n');
	}
	if (fclose(data))
		bench_fail("no file");
}

static int64_t
sample(void)
{
	static char *const argv[] = { "/busybox", "gzip", "-c", "/tmp/data", NULL };

	return whole_run(argv);
}

const struct benchmark benchmark = { .setup = setup, .sample = sample, .repetitions = WHOLE_REPETITIONS };
