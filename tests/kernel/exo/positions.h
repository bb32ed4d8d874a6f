/* SPDX-License-Identifier: BSD-2-Clause */
/* Positions of the vector of slices, as tests take them and read them back, and the clock by which they pass. */
#pragma once

#include <exo/slices.h>
#include <exo/stubs.h>

enum { FREE_SLOT = 60 };		/* of the capability to one that is taken */

static uint64_t ticks;			/* a slice's, when a position was read last */

static uint64_t
clock(void)
{
	return __builtin_ia32_rdtsc();
}

struct token { uint64_t payload, mac; };

static unsigned
take(uint64_t position, uint64_t space, struct token *t, uint64_t *at)
{
	return call_slice_alloc(position, space, FREE_SLOT, &t->payload, &t->mac, at);
}

/* What slice_read says of a position. */
static uint64_t
owner_at(uint64_t position, uint64_t *charged, uint64_t *forfeited)
{
	uint64_t at = 0, owner = 0, ready = 0, length = 0;

	if (call_slice_read(position, &at, &owner, &ready, charged, forfeited, &length) || at != position)
		return ~0ul;
	ticks = length;
	return owner;
}
