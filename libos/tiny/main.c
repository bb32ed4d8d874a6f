/* SPDX-License-Identifier: BSD-2-Clause */
/* A program on tiny: memory that comes when it is touched, threads, and an exception of its own.  */
#include "tiny.h"

static void
counts(void *argument)
{
	for (int i = 1; i <= 3; i++) {
		console_put("thread %s: %d\n", (const char *)argument, i);
		thread_yield();
	}
}

/* Write one byte in every hundredth page of tiny's memory. */
static void
touch(void)
{
	char *memory = (char *)TINY_START;

	for (unsigned long page = 0; page < 2000; page += 100)
		memory[page * PAGE_BYTES] = 1;
	console_put("%u pages have a frame, after %u faults\n", pages_count().there, pages_count().faults);
}

static bool
skip_undefined(struct context *c)
{
	console_put("exception %lu, and on behind it\n", c->area.vector);
	c->area.rip += 2;
	return c->area.vector == 6;
}

int
main(void)
{
	tiny_begin();
	touch();
	unsigned one = thread_start(counts, "one"), two = thread_start(counts, "two");
	thread_join(one);
	thread_join(two);
	trapped = skip_undefined;
	__asm__ volatile("ud2");
	console_put("%u pages have a frame, after %u faults\n", pages_count().there, pages_count().faults);
	return 0;
}
