/* SPDX-License-Identifier: BSD-2-Clause */
/* From a benchmark to its figures. Ticks of the clock throughout; the host divides by the number of operations. */
#pragma once

#include <stdint.h>

struct benchmark;

struct figures {
	unsigned batch, repetitions, units;
	int64_t counter;		/* reading the clock twice with nothing between */
	int64_t loop;			/* `batch` turns of the empty loop */
	int64_t first;			/* the very first operation, less `counter` */
	int64_t min, median, max;	/* over the repetitions: a batch, less all that is not the operation */
	int64_t marked;			/* one more batch, marked for the plugin, the turns of the loop left in */
};

void measure(const struct benchmark *b, struct figures *f);
