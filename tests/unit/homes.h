/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces that pay for objects and that threads can be in: what threads, lines and devices are tested on. */
#pragma once

#include "core/kmem.h"
#include "core/space.h"

#define HOMES	2

/* A new machine, whose HOMES spaces have PAGES in their pools, but no page tables; home_at(0) is returned. */
struct space *home_make(unsigned pages);
struct space *home_at(unsigned i);

/* A new machine, whose first space has PAGES in its pool, and page tables. */
struct space *home_first(unsigned pages);
