/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows on frames and bindings share.  Each works with either encoding of capabilities (exo.caps): a slot is said for each frame. */
#pragma once

#include "bench.h"

#include <exo/bindings.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <janus/status.h>

#define AT		0x200000000ul		/* where nothing is */
#define PAGE		4096ul
#define LEAF		(512 * PAGE)		/* what a leaf page table maps */
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define MEMORY		0x4000000ul		/* frames from here on: in the largest part of RAM, as nearly all are */
#define FIRST_SLOT	64			/* of the frames' */

struct token {
	uint64_t payload, mac;
};

static inline void
must(enum status status, const char *otherwise)
{
	if (status)
		bench_fail(otherwise);
}

/* Frame I, and a slot for it. */
static inline struct token
frame_take(uint64_t i)
{
	struct token t = { 0 };

	must(call_cap_grow(SLOT_OWN, FIRST_SLOT + i), "there is no slot");
	must(call_frame_alloc(FRAME_AT, MEMORY + i * PAGE, FIRST_SLOT + i, &t.payload, &t.mac), "there is no frame");
	return t;
}

/* The leaf tables of COUNT pages stay when they are empty. */
static inline void
tables_make(struct token t, uint64_t count)
{
	for (uint64_t at = AT; at < AT + count * PAGE; at += LEAF) {
		must(call_bind(at, t.payload, t.mac, READ_WRITE | BIND_WIRED), "a page cannot be bound");
		must(call_unbind(at, 1), "a page cannot be unbound");
	}
}
