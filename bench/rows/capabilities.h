/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows on capabilities and tokens share: an object, and slots for many capabilities to it. */
#pragma once

#include "bench.h"
#include "object.h"

#include <janus/slots.h>
#include <janus/status.h>

#define ORIGINAL	32UL			/* slot of the first capability to it */
#define SLOTS		256UL			/* first of those that a row may fill */

static inline void
must(enum status status, const char *what)
{
	if (status != OK)
		bench_fail(what);
}

/* The object, and pages for COUNT slots from SLOTS on. */
static inline void
object_make(unsigned long count)
{
	must(object_create(ORIGINAL), "no object can be made");
	for (unsigned long slot = SLOTS; slot < SLOTS + count; slot++)
		must(call_cap_grow(SLOT_OWN, slot), "the capability table does not grow");
}

static inline void
object_end(void)
{
	must(call_object_destroy(ORIGINAL), "the object cannot be destroyed");
}

static inline void
original_alone(void)
{
	must(call_cap_revoke(ORIGINAL), "the copies cannot be revoked");
}

/* COUNT copies, all derived from the original. */
static inline void
copies_make(unsigned long count)
{
	for (unsigned long slot = SLOTS; slot < SLOTS + count; slot++)
		must(call_cap_copy(ORIGINAL, SLOT_OWN, slot, RIGHTS_ALL), "a copy cannot be made");
}
