/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring of bytes.  No system call: the host tests it. */
#pragma once

#include <stdint.h>

#define RING_BYTES	8192		/* a power of two */

struct ring {
	uint32_t in, out;		/* bytes ever put and got */
	uint8_t byte[RING_BYTES];
};

static inline uint32_t
ring_used(const struct ring *r)
{
	return r->in - r->out;
}

/* As many of BYTES as there is room for. */
static inline uint64_t
ring_put(struct ring *r, const void *from, uint64_t bytes)
{
	uint64_t n = RING_BYTES - ring_used(r) < bytes ? RING_BYTES - ring_used(r) : bytes;

	for (uint64_t i = 0; i < n; i++)
		r->byte[r->in++ % RING_BYTES] = ((const uint8_t *)from)[i];
	return n;
}

static inline uint64_t
ring_get(struct ring *r, void *to, uint64_t bytes)
{
	uint64_t n = ring_used(r) < bytes ? ring_used(r) : bytes;

	for (uint64_t i = 0; i < n; i++)
		((uint8_t *)to)[i] = r->byte[r->out++ % RING_BYTES];
	return n;
}
