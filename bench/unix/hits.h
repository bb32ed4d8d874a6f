/* SPDX-License-Identifier: BSD-2-Clause */
/* How many of 1,000 system calls of a whole program did not enter the kernel: counts, where other rows have ticks. */
#pragma once

#include "whole.h"

#include <stdio.h>

struct calls {
	int64_t all, without_kernel;
};

static inline struct calls
calls_read(void)
{
	FILE *file = fopen("/proc/stat", "re");
	struct calls c = { 0 };
	char line[128];

	while (file && !c.all && fgets(line, sizeof(line), file))
		sscanf(line, "calls %ld %ld", &c.all, &c.without_kernel);
	if (!c.all)
		bench_fail("/proc/stat does not say which calls did not enter the kernel");
	fclose(file);
	return c;
}

/* Those of making the program and of waiting for it are its own; those of reading the counts are not. */
static inline int64_t
hits_of(char *const argv[])
{
	struct calls first = calls_read(), begin = calls_read();

	whole_run(argv);
	struct calls end = calls_read();
	int64_t all = end.all - begin.all - (begin.all - first.all);
	int64_t hits = end.without_kernel - begin.without_kernel - (begin.without_kernel - first.without_kernel);
	return hits * 1000 / all;
}
