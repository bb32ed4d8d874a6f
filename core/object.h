/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every kernel object begins with.
 *
 *   object_init --> live --object_destroy--> dying --(its kind's destroy, resumable)--> object_fini --> memory back to the pool
 *
 * An object is made in the kmem pool of its home space (who pays), lives until it is destroyed explicitly (right DESTROY) or
 * its home space is destroyed, and is then given back to that pool.  Capabilities only refer to it: deleting the last one does
 * not destroy the object; destroying the object removes every capability to it, so that no capability to a dead object exists.
 * Its epoch is drawn from a counter that never repeats; a new epoch makes all sealed tokens for it stale.
 */
#pragma once

#include "core/types.h"
#include <janus/kinds.h>

struct cap_link;
struct capability;
struct space;

struct object {
	u8 kind;			/* enum kind */
	u8 dying;			/* destruction has begun: no operation but destroy may start */
	u16 reserved;
	u32 serial;			/* low bits of the unique identifier, see thread.h */
	u64 epoch;			/* for sealed tokens; never 0 in an object, nor that of another */
	struct cap_link *caps;		/* all slot capabilities to it, a derivation tree (cap.h) */
	struct space *home;		/* whose pool it was made from */
};

/*
 * An epoch:   63..56 the number 15   55 dying   54..0 a number that never repeats
 *
 * The 15 makes it the last word of a token's message as it is (seal.h).  The epoch of a dying object is marked, so that its
 * tokens are stale but for those who call to destroy it again.
 */
#define EPOCH_FIRST	(15ull << 56)
#define EPOCH_DYING	(1ull << 55)

extern u64 epoch_last;

/* A new one, never 0.  Drawing it takes at least a system call: 55 bits last for decades at any speed. */
static inline u64
epoch_new(void)
{
	return __atomic_add_fetch(&epoch_last, 1, __ATOMIC_RELAXED);
}

/* Fill the header of a new object made from HOME's pool. */
void object_init(struct object *o, enum kind kind, struct space *home);

/* The last step of each kind's destruction, before the memory goes back: neither slot nor token leads to it any more. */
void object_fini(struct object *o);

/*
 * Destroy an object of any kind: removes its capabilities, undoes what it holds, gives its memory back to its home pool.
 * STATUS_RESTART: preempted after bounded work; call again.  ERR_WRONG_STATE: a space that the current thread depends on
 * (space_holds_current).  Dispatches on kind; personality kinds go to personality_object_destroy.
 */
enum status object_destroy(struct object *o);

/*
 * The same for a call that names the object by a slot, C (looked up with RIGHT_DESTROY): C goes last, so that the call can be
 * executed again after STATUS_RESTART; and with it one that the object's home has, by which another can go on with it should the caller end.  Once all
 * others have gone, these have no other right, so that nothing else can begin.
 */
enum status object_destroy_by(struct capability *c);
