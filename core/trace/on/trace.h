/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace records: built with -Dtrace=true.  The twin in core/trace/off has no code. */
#pragma once

#include <janus/trace.h>
#include "core/types.h"

void trace_init(void);
void trace(enum trace_event event, u64 a, u64 b);
