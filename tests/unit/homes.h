/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces that pay for objects and that threads can be in, without page tables: what threads and lines are tested on. */
#pragma once

#include "core/kmem.h"
#include "core/space.h"

#define HOMES	2

/* A new machine, whose HOMES spaces have PAGES in their pools; home_at(0) is returned. */
struct space *home_make(unsigned pages);
struct space *home_at(unsigned i);
