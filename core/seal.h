/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sealed tokens, as in Amoeba and Aegis: a capability that travels through any memory without the kernel.
 *
 *   payload   63..56 kind   55..48 rights   47..0 name (physical address of the object's header, or of the frame)
 *   mac       SipHash-2-4 of 15 bytes: the payload, then the low 7 bytes of the object's epoch, which stays in the kernel
 *
 * A new epoch makes every token for an object stale.  Forged and stale give one error, ERR_BAD_TOKEN, after the same work.
 * Tokens are bearer rights: whoever has the bits has the right.  A bound token is good only in the space it was made for: the
 * space's epoch is part of the message, which makes it one of 23 bytes, so that no token is of both sorts.
 */
#pragma once

#include "core/cap.h"

struct token {
	u64 payload;
	u64 mac;
};

/* Derive the key state from 16 random bytes. */
void seal_init(const u64 key[2]);

/*
 * The same from what the machine has: hardware random numbers; else the first 16 of the BYTES bytes at FILE, which is the boot
 * archive's file `key` (NULL: there is none; fewer than 16 are refused); else the clock, with a warning, as that can be guessed.
 */
void seal_init_from(const void *file, size_t bytes);

/* A token for OBJECT (struct frame when KIND_FRAME) with RIGHTS. */
struct token seal(const void *object, enum kind kind, unsigned rights);

/*
 * Check TOKEN: of KIND, with at least RIGHTS, live.  Fills OUT as a slot lookup would (object, type, badge 0; undefined on
 * error), so that both encodings end in the same shape.  ERR_BAD_TOKEN: forged, stale, or of another kind; ERR_NO_RIGHT: a
 * right is missing.  A dying object's tokens are stale, but for RIGHT_DESTROY: its destruction may have to be called again.
 */
static inline enum status unseal(struct token token, enum kind kind, unsigned rights, struct capability *out);

/* Its parts; WANTED is kind << 8 | rights.  The first two decide at compile time what the third tests at each call. */
enum status unseal_frame(struct token token, enum kind kind, u32 wanted, struct capability *out);
enum status unseal_object(struct token token, enum kind kind, u32 wanted, struct capability *out);
enum status unseal_any(struct token token, enum kind kind, u32 wanted, struct capability *out);

static inline enum status
unseal(struct token token, enum kind kind, unsigned rights, struct capability *out)
{
	u32 wanted = (u32)kind << 8 | rights;

	if (rights & RIGHT_DESTROY)
		return unseal_any(token, kind, wanted, out);
	return kind == KIND_FRAME ? unseal_frame(token, kind, wanted, out) : unseal_object(token, kind, wanted, out);
}

/* For paths that open a frame's token themselves: its MAC, were PAYLOAD made for a frame of EPOCH. */
u64 seal_frame_mac(u64 epoch, u64 payload);

/* A token with fewer rights from a genuine one.  Needs RIGHT_SHARE. */
enum status seal_derive(struct token token, unsigned rights, struct token *out);

/* Make all tokens for OBJECT stale; when it is a space, also all that are bound to it. */
void seal_revoke(void *object, enum kind kind);

/* The variants that only the space HOLDER can use. */
struct token seal_bound(const void *object, enum kind kind, unsigned rights, const struct space *holder) NONNULL;

enum status unseal_frame_bound(struct token token, enum kind kind, u32 wanted, struct capability *out,
			       const struct space *holder) NONNULL;
enum status unseal_object_bound(struct token token, enum kind kind, u32 wanted, struct capability *out,
				const struct space *holder) NONNULL;
enum status unseal_any_bound(struct token token, enum kind kind, u32 wanted, struct capability *out,
			     const struct space *holder) NONNULL;

static inline enum status
unseal_bound(struct token token, enum kind kind, unsigned rights, const struct space *holder, struct capability *out)
{
	u32 wanted = (u32)kind << 8 | rights;

	if (rights & RIGHT_DESTROY)
		return unseal_any_bound(token, kind, wanted, out, holder);
	return kind == KIND_FRAME ? unseal_frame_bound(token, kind, wanted, out, holder) :
				    unseal_object_bound(token, kind, wanted, out, holder);
}
