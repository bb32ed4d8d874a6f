/* SPDX-License-Identifier: BSD-2-Clause */
/* What a system says that it has free: bytes, where other rows have ticks. */
#pragma once

#include "bench.h"

#include <sys/sysinfo.h>

static inline int64_t
memory_free(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		bench_fail("the system does not say what memory is free");
	return (int64_t)info.freeram * info.mem_unit;
}
