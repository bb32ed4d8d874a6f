/* SPDX-License-Identifier: BSD-2-Clause */
#include "hits.h"

static int64_t
sample(void)
{
	static char *const argv[] = { "/sqlite", "/tmp/db", NULL };

	return hits_of(argv);
}

const struct benchmark benchmark = { .sample = sample, .repetitions = WHOLE_REPETITIONS };
