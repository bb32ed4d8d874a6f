/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory_free.h"

/* The standard machine's: systems differ in what of it they admit to. */
#define MEMORY		(128l << 20)

static int64_t
sample(void)
{
	return MEMORY - memory_free();
}

const struct benchmark benchmark = { .sample = sample };
