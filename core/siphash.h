/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4 (Aumasson, Bernstein 2012) for messages of a fixed length: the words of the message, the last of which holds at most
 * 7 bytes and, in its top byte, the length, as the standard pads it.  Nothing is looped over and nothing branches.
 */
#pragma once

#include "core/types.h"

struct siphash {
	u64 v0, v1, v2, v3;
};

static inline u64
rotate_left(u64 word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

/* 14 instructions on x86-64: 4 additions, 4 exclusive ors, 6 rotations. */
static inline void
siphash_round(struct siphash *s)
{
	s->v0 += s->v1;
	s->v1 = rotate_left(s->v1, 13) ^ s->v0;
	s->v0 = rotate_left(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate_left(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate_left(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate_left(s->v1, 17) ^ s->v2;
	s->v2 = rotate_left(s->v2, 32);
}

/* The state that a key begins with: all that depends on the key alone. */
static inline struct siphash
siphash_key(u64 low, u64 high)
{
	return (struct siphash){
		.v0 = low ^ 0x736f6d6570736575, .v1 = high ^ 0x646f72616e646f6d,
		.v2 = low ^ 0x6c7967656e657261, .v3 = high ^ 0x7465646279746573,
	};
}

static inline void
siphash_word(struct siphash *s, u64 word)
{
	s->v3 ^= word;
	siphash_round(s);
	siphash_round(s);
	s->v0 ^= word;
}

static inline u64
siphash_finish(struct siphash *s)
{
	s->v2 ^= 0xff;
	siphash_round(s);
	siphash_round(s);
	siphash_round(s);
	siphash_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* The last word of a message of BYTES bytes, whose last BYTES % 8 are the low ones of WORD. */
static inline u64
siphash_last(u64 word, unsigned bytes)
{
	return word | (u64)bytes << 56;
}
