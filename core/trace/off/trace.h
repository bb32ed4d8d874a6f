/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace records: not built.  The twin in core/trace/on writes them. */
#pragma once

#include <janus/trace.h>
#include "core/types.h"

struct trace_cpu {
};

#define TRACE_OPTION			/* no option of the command line */

static inline void
trace_init(void)
{
}

static inline void
trace(enum trace_event event, u64 a, u64 b)
{
	(void)event, (void)a, (void)b;
}
