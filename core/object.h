/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every kernel object begins with.
 *
 * Life cycle: an object is made in the kmem pool of its home space (who pays), lives until it is destroyed explicitly
 * (right DESTROY) or its home space is destroyed, and is then given back to that pool.  Capabilities only refer to it:
 * deleting the last one does not destroy the object; destroying the object first removes every capability to it, so
 * that no capability to a dead object exists.  Its epoch is drawn from a 64-bit counter that is never reused; a new
 * epoch makes all sealed tokens for it stale.
 */
#pragma once

#include "core/types.h"
#include <janus/kinds.h>

struct capability;
struct space;

struct object {
	u8 kind;			/* enum kind */
	u8 dying;			/* destruction has begun: no operation but destroy may start */
	u16 reserved;
	u32 serial;			/* low bits of the unique identifier, see thread.h */
	u64 epoch;			/* never 0 for a live object */
	struct capability *caps;	/* all slot capabilities to it: preorder list of the derivation tree */
	struct space *home;		/* whose pool it was made from */
};

/* A never repeated, nonzero epoch. */
u64 epoch_new(void);

/* Fill the header of a new object made from HOME's pool. */
void object_init(struct object *o, enum kind kind, struct space *home);

/*
 * Destroy an object of any kind: removes its capabilities, undoes what it holds, gives its memory back to its home pool.
 * STATUS_RESTART: preempted after bounded work; call again.  Dispatches on kind; personality kinds go to
 * personality_object_destroy.
 */
enum status object_destroy(struct object *o);
