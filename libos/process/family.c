/* SPDX-License-Identifier: BSD-2-Clause */
/* A process's children: waiting for them, and its own end. */
#include <stdlib.h>
#include <string.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <exo/yield.h>
#include "internal.h"

#define LOOK_TICKS	10000000ul	/* how often somebody who waits looks whether the child is there at all */

struct child children[CHILDREN + 1];
unsigned children_living;
bool process_forked;

void
family_forget(void)
{
	memset(children, 0, sizeof(children));
	children_living = 0;
}

void
child_clear(int child)
{
	struct child *c = &children[child];

	call_destroy(CHILD_SLOT + (uint64_t)child);
	while (c->copies)
		page_free(c->copy[--c->copies]);
	page_free(c->page);
	*c = (struct child){ .name = 0 };
	if (!--children_living)
		pages_returned();
}

uint64_t
child_name(int child)
{
	return child > 0 && child <= CHILDREN ? children[child].name : 0;
}

/* Until the child may have ended; false: it has, and has said so or not. */
static bool
child_waits(struct child *c)
{
	uint64_t reason;

	if (__atomic_load_n(&c->family->ended, __ATOMIC_ACQUIRE))
		return false;
	if (!c->sliced)
		return yield_to(c->name) != ERR_NOT_FOUND;
	call_wait((uintptr_t)&c->family->ended, 0, __builtin_ia32_rdtsc() + LOOK_TICKS, &reason);
	return call_transfer_later(c->name, 0, 0, 0, 0) != ERR_NOT_FOUND;
}

int
process_wait(int child)
{
	struct child *c = &children[child];

	if (!child_name(child))
		return CHILD_LOST;
	while (child_waits(c))
		;
	int code = c->family->ended ? (int)c->family->code : CHILD_LOST;
	child_clear(child);
	return code;
}

void
process_exit(int code)
{
	struct family *family = (struct family *)FAMILY_PAGE;

	for (int n = 1; n <= CHILDREN; n++)
		process_wait(n);
	if (!process_forked)
		exit(code);
	family->code = (uint64_t)code;
	__atomic_store_n(&family->ended, 1, __ATOMIC_RELEASE);
	call_wake((uintptr_t)&family->ended);
	call_thread_exit();
	__builtin_trap();
}
