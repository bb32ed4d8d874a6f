/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions.  The kernel has written down what happened and has jumped to lib/rt/exo/upcall.S, which calls tiny_exception; when that returns, the program
 * goes on where it was, with what is in its context then.
 */
#include <stdio.h>
#include <stdlib.h>
#include "tiny.h"

#define PAGE_FAULT	14

enum { ERROR_PRESENT = 1, ERROR_WRITE = 2 };	/* of a page fault */

struct context *interrupted;
bool (*page_refused)(uint64_t address, bool write);
bool (*trapped)(struct context *c);

/* A page that is not there is given a frame; one that is, or must not be, did not allow the access. */
static bool
page_fault(const struct save_area *a)
{
	if (!(a->error & ERROR_PRESENT) && page_present(a->address))
		return true;
	return page_refused && page_refused(a->address, a->error & ERROR_WRITE);
}

void
tiny_exception(struct context *c)
{
	interrupted = c;
	bool answered = c->area.vector == PAGE_FAULT ? page_fault(&c->area) : trapped && trapped(c);

	if (answered)
		return;
	printf("tiny: exception %lu at %#lx, address %#lx: nobody's\n", c->area.vector, c->area.rip, c->area.address);
	exit(EXIT_FAILURE);
}

void
tiny_begin(void)
{
	if (context_begin(tiny_exception))
		exit(EXIT_FAILURE);
	threads_begin();
}
