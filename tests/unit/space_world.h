/* SPDX-License-Identifier: BSD-2-Clause */
/* Prepared spaces with real page tables, and frames, for tests of what is mapped in them. */
#pragma once

#include "core/frame.h"
#include "core/map.h"
#include "core/space.h"

#define RW	(RIGHT_READ | RIGHT_WRITE)
#define RX	(RIGHT_READ | RIGHT_EXECUTE)
#define RWX	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)

/* A new machine with BYTES of RAM, and the first space with POOL pages. */
struct space *world_make(u64 bytes, unsigned pool);

/* A space below HOME with POOL pages from HOME's frames, prepared when that is not 0. */
struct space *world_space(struct space *home, unsigned pool);
void world_donate(struct space *donor, struct space *space, unsigned pages);

struct frame *world_frame(struct space *owner, enum order order);

/* These must succeed, in one call or several. */
struct map *world_map(struct space *space, vaddr_t vaddr, struct frame *f, unsigned rights);
struct map *world_derive(struct map *parent, struct space *space, vaddr_t vaddr, unsigned rights);
struct map *world_part(struct map *parent, u64 page, enum order order, struct space *space, vaddr_t vaddr, unsigned rights);

/* All checks of core, and a TLB without anything stale. */
void world_check(void);
