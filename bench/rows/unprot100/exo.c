/* SPDX-License-Identifier: BSD-2-Clause */
#include "../tiny_memory.h"
#include "clock.h"

static int64_t reading;			/* of the clock, what it costs */

static void
setup(void)
{
	int64_t begin = clock_read();

	reading = clock_read() - begin;
	memory_begin();
}

static void
prepare(unsigned long count)
{
	(void)count;
	pages_protect((void *)TINY_START, PAGES, RIGHT_READ);
}

static int64_t
sample(void)
{
	int64_t begin = clock_read();

	pages_protect((void *)TINY_START, PAGES, READ_WRITE);
	return clock_read() - begin - reading;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample };
