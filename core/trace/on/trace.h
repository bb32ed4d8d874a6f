/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trace records: built with -Dtrace=true.  The twin in core/trace/off has no code.
 *
 * The ring's frames are RAM that is taken at boot (option trace=PAGES) and counted in bootinfo.reserved_bytes.  It belongs to its
 * CPU alone; user level reads it through a mapping (<janus/trace_ring.h>).
 */
#pragma once

#include <janus/trace.h>
#include "core/types.h"

struct trace_record;
struct trace_ring;

/* Its row in core_options. */
#define TRACE_OPTION	{ "trace", NULL, 1, 65536, "pages of the trace ring" },

/* In struct cpu. */
struct trace_cpu {
	struct trace_ring *ring;	/* NULL before trace_init */
	struct trace_record *next, *end;
};

/* Takes the ring's RAM out of bootinfo's regions: before frame_init. */
void trace_init(void);

/* About 30 instructions. */
void trace(enum trace_event event, u64 a, u64 b);
