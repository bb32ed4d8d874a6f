/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows of Appel and Li share: a program on libos/tiny whose first hundred pages are there. */
#pragma once

#include "bench.h"

#include <janus/kinds.h>
#include <tiny.h>

#define PAGES		100
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

static inline volatile char *
page(unsigned long n)
{
	return (volatile char *)(TINY_START + n * PAGE_BYTES);
}

static inline void
memory_begin(void)
{
	tiny_begin();
	for (unsigned long n = 0; n < PAGES; n++)
		*page(n) = 1;
}

/* The pages in an order that looks like none: 37 and 100 have no common divisor. */
static inline unsigned long
scattered(unsigned long n)
{
	return n * 37 % PAGES;
}
