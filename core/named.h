/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces and threads as calls name them: by a slot of the caller's space, or SLOT_OWN; new ones by an empty slot. */
#pragma once

#include <janus/slots.h>
#include "core/space.h"
#include "core/thread.h"

/* The space that SLOT names for RIGHT_CONTROL, or SELF's own. */
static inline enum status
space_named(struct thread *self, u64 slot, struct space **out)
{
	struct capability *c;

	*out = self->space;
	if (slot == SLOT_OWN)
		return OK;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_SPACE, RIGHT_CONTROL, &c);
	if (status == OK)
		*out = space_of(c->object);
	return status;
}

/* The thread that SLOT names for RIGHTS, or SELF. */
static inline enum status
thread_named(struct thread *self, u64 slot, unsigned rights, struct thread **out)
{
	struct capability *c;

	*out = self;
	if (slot == SLOT_OWN)
		return OK;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_THREAD, rights, &c);
	if (status == OK)
		*out = thread_of(c->object);
	return status;
}

/* A new space from SELF's pool, all rights to it in SLOT. */
static inline enum status
space_create_named(struct thread *self, u64 slot, struct space **out)
{
	struct capability *c;
	enum status status = cap_empty_slot(&self->space->caps, slot, &c);

	if (status || (status = space_create(self->space, out)))
		return status;
	cap_insert(c, &(*out)->object, KIND_SPACE, RIGHTS_ALL, 0);
	return OK;
}

/* A new thread from SELF's pool in the space that SPACE names, all rights to it in SLOT. */
static inline enum status
thread_create_named(struct thread *self, u64 space, u64 slot, unsigned flags, struct thread **out)
{
	struct capability *c;
	struct space *in;
	enum status status = cap_empty_slot(&self->space->caps, slot, &c);

	if (status || (status = space_named(self, space, &in)) || (status = thread_create(self->space, in, flags, out)))
		return status;
	cap_insert(c, &(*out)->object, KIND_THREAD, RIGHTS_ALL, 0);
	return OK;
}
