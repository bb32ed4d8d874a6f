/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities as calls name them: two words, in either encoding (option exo.caps).
 *
 *   sealed    payload and MAC of a token (core/seal.h): good wherever its bits are
 *   slot      the index of a slot of the caller's space, and nothing in the second word
 *
 * Both end in a struct capability with the same kind and rights, so that no call behind this knows which it was.
 */
#pragma once

#include "core/cap.h"
#include "core/seal.h"
#include "core/space.h"
#include "core/thread.h"

enum caps { CAPS_SEALED, CAPS_SLOT };	/* in the order of the option's values */

extern u64 exo_caps;			/* enum caps; set at boot */

/* ROOM is for the capability that a token says; OUT is that, or the slot. */
static ALWAYS_INLINE enum status
named(const struct thread *self, enum kind kind, u64 name, u64 mac, unsigned rights, struct capability *room, struct capability **out)
{
	if (exo_caps == CAPS_SLOT)
		return cap_lookup(&self->space->caps, name, kind, rights, out);
	*out = room;
	return unseal((struct token){ name, mac }, kind, rights, room);
}

static ALWAYS_INLINE enum status
frame_named(const struct thread *self, u64 name, u64 mac, unsigned rights, struct capability *room, struct capability **out)
{
	return named(self, KIND_FRAME, name, mac, rights, room, out);
}

/* Where a new capability goes: an empty slot of SPACE, or nowhere. */
static inline enum status
room_for(struct space *space, u64 into, struct capability **slot)
{
	*slot = NULL;
	return exo_caps == CAPS_SLOT ? cap_empty_slot(&space->caps, into, slot) : OK;
}

/* The first one to OBJECT. */
static inline struct token
original(void *object, enum kind kind, unsigned rights, struct capability *slot, u64 into)
{
	if (exo_caps != CAPS_SLOT)
		return seal(object, kind, rights);
	cap_insert(slot, object, kind, rights, 0);
	return (struct token){ .payload = into };
}

/* The same for what the first environment alone may take: ERR_NO_RIGHT. */
enum status device_room(struct thread *self, u64 into, struct capability **slot);
