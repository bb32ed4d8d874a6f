/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows on mappings share, on probe: frames, and places in the caller's own space where nothing else is. */
#pragma once

#include "bench.h"

#include <janus/kinds.h>
#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define FRAME		32UL			/* slot of the frame that is mapped */
#define FRESH		33UL			/* slot of a frame under way to the pool */
#define PAGE		4096UL
#define HERE		0x200000000UL
#define RW		(RIGHT_READ | RIGHT_WRITE)

static inline void
must(enum status status, const char *what)
{
	if (status != OK)
		bench_fail(what);
}

static inline void
frame_make(unsigned long slot)
{
	uint64_t address;

	must(call_frame_alloc(0, slot, &address), "no frame is free");
}

/* PAGES more for the pool of the space in SLOT. */
static inline void
donate(unsigned long slot, unsigned long pages)
{
	while (pages--) {
		frame_make(FRESH);
		must(call_kmem_donate(FRESH, slot), "a frame cannot be donated");
	}
}

/* A frame, clear, and memory for the records of COUNT mappings of it. */
static inline void
mappings_make(unsigned long count)
{
	donate(PROBE_OWN, 16 + count / 50);
	frame_make(FRAME);
	must(call_frame_clear(FRAME), "a frame cannot be cleared");
}

static inline void
map_all(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		must(call_map(FRAME, PROBE_OWN, HERE + i * PAGE, RW, 0), "a page cannot be mapped");
}

static inline void
unmap_all(void)
{
	must(call_map(FRAME, PROBE_OWN, HERE - PAGE, RW, 0), "a page cannot be mapped");
	must(call_revoke(PROBE_OWN, HERE - PAGE, 0, 1), "a mapping cannot be revoked");
	uint64_t done;
	must(call_unmap_range(0, PROBE_OWN, HERE, 1 << 20, &done), "a range cannot be unmapped");
}

static inline void
mappings_end(void)
{
	must(call_frame_free(FRAME), "the frame cannot be freed");
	must(call_space_trim(PROBE_OWN), "the tables cannot be given back");
}
