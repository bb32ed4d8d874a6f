/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a kernel with trace (build option -Dtrace=true) writes its records: a ring a CPU, mapped read-only at USER_TRACE into the
 * first program, which maps it on to whom it likes.  bootinfo.trace_bytes is its size, 0 in a kernel without.
 *
 * Record number n is record[n % capacity].  The kernel writes the record, then counts it; records n with written - capacity <=
 * n < written are there.  Who reads while the kernel goes on reads `written` again behind the copy: what has fallen out of that
 * range meanwhile was overwritten.
 */
#pragma once

#include <stdint.h>

struct trace_record {
	uint64_t time;			/* ticks of the time-stamp counter */
	uint32_t thread;		/* low bits of the current thread's identifier; 0: the CPU was idle */
	uint16_t event;			/* enum trace_event of <janus/trace.h> */
	uint16_t cpu;
	uint64_t a, b;			/* the event's two words */
};
_Static_assert(sizeof(struct trace_record) == 32, "two records a cache line");

struct trace_ring {
	uint64_t written;		/* since boot */
	uint32_t capacity;		/* records in the ring */
	uint32_t cpu;
	uint64_t reserved[2];
	struct trace_record record[];
};
