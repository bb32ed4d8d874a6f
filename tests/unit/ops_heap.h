/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the heap under test gets its memory. */
#pragma once

#include "unit.h"

#define HEAP_SPACE	(16ul << 20)

struct heap_source {
	char *memory;			/* HEAP_SPACE bytes */
	size_t taken;
	size_t gap;			/* left between two regions; 0: they touch */
	size_t limit;			/* bytes that it gives in all */
};

extern struct heap_source heap_source;

/* From here on the heap may take LIMIT bytes more, in regions that are GAP bytes apart. */
void heap_source_allow(size_t limit, size_t gap);

extern const struct operations ops_heap;
