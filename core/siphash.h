/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4 (Aumasson, Bernstein 2012) of messages of a fixed length, word by word: siphash_first, siphash_word for each
 * further one, siphash_finish.  The last word has at most 7 bytes of the message and, in its top byte, the length in bytes.
 * Nothing is looped over and nothing branches.
 */
#pragma once

#include "core/types.h"

struct siphash {
	u64 v0, v1, v2, v3;
};

static ALWAYS_INLINE u64
rotate_left(u64 word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

/* A round in three parts: v0 with v1, v2 with v3, then both crosswise.  14 instructions on x86-64. */
static ALWAYS_INLINE void
siphash_left(struct siphash *s)
{
	s->v0 += s->v1;
	s->v1 = rotate_left(s->v1, 13) ^ s->v0;
	s->v0 = rotate_left(s->v0, 32);
}

static ALWAYS_INLINE void
siphash_right(struct siphash *s)
{
	s->v2 += s->v3;
	s->v3 = rotate_left(s->v3, 16) ^ s->v2;
}

static ALWAYS_INLINE void
siphash_across(struct siphash *s)
{
	s->v0 += s->v3;
	s->v3 = rotate_left(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate_left(s->v1, 17) ^ s->v2;
	s->v2 = rotate_left(s->v2, 32);
}

static ALWAYS_INLINE void
siphash_round(struct siphash *s)
{
	siphash_left(s);
	siphash_right(s);
	siphash_across(s);
}

/* All that depends on the key alone: the first word of a message changes v3, so the left part of the first round is done. */
static ALWAYS_INLINE struct siphash
siphash_key(u64 low, u64 high)
{
	struct siphash s = {
		.v0 = low ^ 0x736f6d6570736575, .v1 = high ^ 0x646f72616e646f6d,
		.v2 = low ^ 0x6c7967656e657261, .v3 = high ^ 0x7465646279746573,
	};

	siphash_left(&s);
	return s;
}

static ALWAYS_INLINE struct siphash
siphash_first(const struct siphash *key, u64 word)
{
	struct siphash s = *key;

	s.v3 ^= word;
	siphash_right(&s);
	siphash_across(&s);
	siphash_round(&s);
	s.v0 ^= word;
	return s;
}

static ALWAYS_INLINE void
siphash_word(struct siphash *s, u64 word)
{
	s->v3 ^= word;
	siphash_round(s);
	siphash_round(s);
	s->v0 ^= word;
}

static ALWAYS_INLINE u64
siphash_finish(struct siphash *s)
{
	s->v2 ^= 0xff;
	siphash_round(s);
	siphash_round(s);
	siphash_round(s);
	siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* The last word of a message of BYTES bytes: the low 7 bytes of WORD and the length. */
static ALWAYS_INLINE u64
siphash_last(u64 word, unsigned bytes)
{
	return (word & ~0ull >> 8) | (u64)bytes << 56;
}
