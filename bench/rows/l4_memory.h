/* SPDX-License-Identifier: BSD-2-Clause */
/* What l4's rows on mappings share: memory of the first space, and mappings of a page of it in a row. */
#pragma once

#include "bench.h"

#include <janus/kinds.h>
#include <janus/slots.h>
#include <janus/status.h>
#include <l4/memory.h>
#include <l4/stubs.h>

#define PAGE		4096UL
#define SOURCE		0x100000000UL		/* a page */
#define HERE		0x200000000UL		/* derived from it */
#define THERE		0x300000000UL		/* derived from that */
#define RW		(RIGHT_READ | RIGHT_WRITE)

static inline void
must(enum status status, const char *what)
{
	if (status != OK)
		bench_fail(what);
}

/* The page, and memory for the records of COUNT mappings. */
static inline void
source_make(unsigned long count)
{
	uint64_t frame;

	for (unsigned long i = 0; i < 4 + count / 300; i++)
		must(call_space_donate(SLOT_OWN, 16), "no frame is free");
	must(call_frame_take(FRAME_ANY, FRAME_4K, SOURCE, RW, &frame), "no frame is free");
}

/* COUNT pages at TO, each derived from the page at FROM, or from the one of COUNT there that is as far. */
static inline void
derive(unsigned long to, unsigned long from, unsigned long step, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		must(call_space_map(SLOT_OWN, to + i * PAGE, from + i * step, 1, RW), "a page cannot be mapped");
}

static inline void
unmap_all(void)
{
	must(call_unmap(SLOT_OWN, SOURCE, 1, 0, 0), "mappings cannot be removed");
}
