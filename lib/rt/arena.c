/* SPDX-License-Identifier: BSD-2-Clause */
/* A heap of fixed size, for personalities that do not yet have one that grows. */
#include <janus/rt.h>

#define ARENA_BYTES	(256ul << 10)

static char arena[ARENA_BYTES] __attribute__((aligned(4096)));
static size_t taken;

void *
heap_extend(size_t bytes)
{
	if (bytes > ARENA_BYTES - taken)
		return NULL;
	taken += bytes;
	return arena + taken - bytes;
}
