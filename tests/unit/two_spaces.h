/* SPDX-License-Identifier: BSD-2-Clause */
/* Two spaces below the first, and a page to map: what the tests of mappings begin with. */
#pragma once

#include "space_world.h"

#define MIB	(1ul << 20)
#define HERE	0x400000ul
#define LAST	(USER_END - PAGE_SIZE)

static struct space *first, *a, *b;
static struct frame *frame;

static int
setup(void **state)
{
	first = world_make(16 * MIB, 64);
	a = world_space(first, 32);
	b = world_space(first, 32);
	frame = world_frame(first, ORDER_4K);
	return 0;
}

static int
teardown(void **state)
{
	world_check();
	return 0;
}
