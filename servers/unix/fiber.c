/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stacks of calls that wait.  The loop runs on one stack; a call that waits leaves it there, and the loop goes on on a
 * free one.  Woken, it is ready; the loop goes back to it once it has replied to whom it served, and the stack that the loop had is free.
 */
#include "fiber.h"

#define STACK_BYTES	16384ul
#define CALLEE_SAVED	6		/* words that fiber_switch takes off a stack, before the return address */

void fiber_switch(uint64_t *from, uint64_t to);

struct fiber *fiber_current;
struct fiber *fiber_ready, *fiber_timed;
static struct fiber *free_fibers, **ready_end = &fiber_ready;

static unsigned made, threads;		/* fibers in all; programs' threads, each of which can wait on one */

/* A structure at the top of its stack, free. */
static bool
fiber_make(void)
{
	char *stack = host_shared_alloc(STACK_BYTES);

	if (!stack)
		return false;
	struct fiber *f = (struct fiber *)(stack + STACK_BYTES) - 1;
	f->next = free_fibers;
	free_fibers = f;
	made++;
	return true;
}

bool
fiber_reserve(void)
{
	while (made < threads + 2) {
		if (!fiber_make())
			return false;
	}
	threads++;
	return true;
}

void
fiber_unreserve(void)
{
	threads--;
}

/* As if it had called fiber_switch from where loop begins.  There is one: all threads may wait, and the loop is on another. */
static struct fiber *
fiber_fresh(void)
{
	struct fiber *f = free_fibers;

	free_fibers = f->next;
	uint64_t *sp = (uint64_t *)((uintptr_t)f & -16ul) - 2;
	*sp = (uint64_t)loop;
	f->sp = (uint64_t)(sp - CALLEE_SAVED);
	f->task = NULL;
	return f;
}

/* --- who waits for a time ----------------------------------------------------------------------------------------------------- */

static void
timed_insert(struct fiber *f)
{
	struct fiber **link = &fiber_timed;

	while (*link && (*link)->deadline <= f->deadline)
		link = &(*link)->next;
	f->next = *link;
	f->link = link;
	if (f->next)
		f->next->link = &f->next;
	*link = f;
}

static void
timed_remove(struct fiber *f)
{
	if (!f->link)
		return;
	*f->link = f->next;
	if (f->next)
		f->next->link = f->link;
	f->link = NULL;
}

static void
make_ready(struct fiber *f)
{
	timed_remove(f);
	f->next = NULL;
	*ready_end = f;
	ready_end = &f->next;
}

void
fiber_deadlines(uint64_t now)
{
	while (fiber_timed && fiber_timed->deadline <= now)
		make_ready(fiber_timed);
}

/* --- waiting ------------------------------------------------------------------------------------------------------------------------ */

static void
fiber_enter(struct fiber *f, uint64_t *from)
{
	fiber_current = f;
	fiber_switch(from, f->sp);
}

void
fiber_resume(void)
{
	struct fiber *f = fiber_ready, *self = fiber_current;

	fiber_ready = f->next;
	if (!fiber_ready)
		ready_end = &fiber_ready;
	self->next = free_fibers;
	free_fibers = self;
	fiber_enter(f, &self->sp);
}

void
fiber_begin(void)
{
	uint64_t abandoned;

	fiber_enter(fiber_fresh(), &abandoned);
	__builtin_unreachable();
}

void
fiber_wait(uint64_t deadline)
{
	struct fiber *self = fiber_current, *other = fiber_fresh();

	self->deadline = deadline;
	self->link = NULL;
	if (deadline != UNIX_NEVER)
		timed_insert(self);
	fiber_enter(other, &self->sp);
}

void
host_wake(struct task *t)
{
	make_ready(t->host.fiber);
}

void
host_lock(struct task *t)
{
}

void
host_unlock(struct task *t)
{
}
