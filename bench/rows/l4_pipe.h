/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BYTES bytes from a writer, this thread, to a reader in another space, in one of three ways.  The writer goes on when the reader has them: it has looked at
 * the first and the last.
 */
#pragma once

#include "l4_partner.h"

#include <l4/rpc.h>
#include <l4/thread.h>
#include <l4/utcb.h>

#define PIPE_LIMIT	(64ul << 10)

static char pipe_source[PIPE_LIMIT] __attribute__((aligned(PIPE_LIMIT)));
static char pipe_target[PIPE_LIMIT] __attribute__((aligned(PIPE_LIMIT), unused));

/* What the reader must see of the transfer number TURN. */
static inline void
pipe_fill(char turn)
{
	pipe_source[0] = pipe_source[BYTES - 1] = turn;
}

static inline void
pipe_check(const char *at, char turn)
{
	if (at[0] != turn || at[BYTES - 1] != turn)
		bench_fail("the bytes are not those that were sent");
}
