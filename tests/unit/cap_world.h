/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces with a pool, frames and objects: what capabilities and tokens are tested on. */
#pragma once

#include "core/arch.h"
#include "core/cap.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/object.h"
#include "core/space.h"
#include "unit.h"

#define WORLD_SPACES	4

extern const struct operations ops_cap, ops_seal;

/* A new machine with 1 MiB of RAM, frames ready. */
void world_init(void);

/* Space number S, without page tables, with PAGES in its pool. */
struct space *world_space(unsigned s, unsigned pages);

/* A 4 KiB frame of SPACE; NULL when there is none. */
struct frame *world_frame(struct space *space);

/* An object of a personality's KIND from SPACE's pool, 64 bytes or, for an odd kind, 128; NULL: the pool is empty. */
struct object *world_object(struct space *space, enum kind kind);
