/* SPDX-License-Identifier: BSD-2-Clause */
/* The program of a row: makes its thread an ordinary one, measures, and says one line of JSON. */
#include "bench.h"
#include "company.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

void
bench_fail(const char *why)
{
	printf("{\"row\":\"%s\",\"error\":\"%s\"}\n", BENCH_ROW, why);
	exit(EXIT_FAILURE);
}

static void
print(const struct figures *f)
{
	printf("{\"row\":\"%s\",\"kind\":\"%s\",\"batch\":%u,\"repetitions\":%u,\"units\":%u,"
	       "\"counter\":%ld,\"loop\":%ld,\"first\":%ld,\"min\":%ld,\"median\":%ld,\"max\":%ld,\"marked\":%ld}\n",
	       BENCH_ROW, benchmark.sample ? "sample" : "batch", f->batch, f->repetitions, f->units,
	       f->counter, f->loop, f->first, f->min, f->median, f->max, f->marked);
}

int
main(void)
{
	struct figures f;

	floating_point_use();
	company_start();
	if (benchmark.setup)
		benchmark.setup();
	measure(&benchmark, &f);
	if (benchmark.teardown)
		benchmark.teardown();
	print(&f);
	return EXIT_SUCCESS;
}
