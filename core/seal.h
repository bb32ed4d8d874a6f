/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sealed tokens, as in Amoeba and Aegis: a capability that travels through any memory without the kernel.
 *
 *   payload   63..56 kind   55..48 rights   47..0 name (physical address of the object's header, or of the frame)
 *   mac       SipHash-2-4 over the two words payload, epoch of the object; the epoch stays in the kernel
 *
 * A new epoch makes every token for an object stale.  Forged and stale give one error, ERR_BAD_TOKEN.  Tokens are bearer
 * rights: whoever has the bits has the right; the bound variant adds the holder's epoch to the key so that only the holder can use it.
 */
#pragma once

#include "core/cap.h"

struct token {
	u64 payload;
	u64 mac;
};

/* Derive the key state from 16 random bytes. */
void seal_init(const u64 key[2]);

/* A token for OBJECT (struct frame when KIND_FRAME) with RIGHTS. */
struct token seal(const void *object, enum kind kind, unsigned rights);

/*
 * Check TOKEN: of KIND, with at least RIGHTS, live.  Fills OUT as a slot lookup would (object, type, badge 0), so that both
 * encodings end in the same shape.  ERR_BAD_TOKEN; ERR_NO_RIGHT for a genuine token with too few rights or of another kind.
 */
enum status unseal(struct token token, enum kind kind, unsigned rights, struct capability *out);

/* A token with fewer rights from a genuine one.  Needs RIGHT_SHARE. */
enum status seal_derive(struct token token, unsigned rights, struct token *out);

/* The variants that only the space with HOLDER's epoch can use. */
struct token seal_bound(const void *object, enum kind kind, unsigned rights, const struct space *holder);
enum status unseal_bound(struct token token, enum kind kind, unsigned rights, const struct space *holder,
			 struct capability *out);
