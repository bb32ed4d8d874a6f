/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads.  A thread that does not run is a stack pointer, with its registers on the stack; a switch is a push, an exchange of two stack pointers, and
 * a pop.  Stacks are pages like any other: they come when they are touched, and the pages between them are forbidden.
 *
 *	TINY_START + TINY_PAGES pages | ... | stack 2 | stack 1		each STACK_PAGES, the lowest of which cannot be touched
 */
#include <exo/stubs.h>
#include "tiny.h"

#define STACK_PAGES	16ul

struct thread {
	uint64_t sp;
	bool alive;
};

/* What thread_switch pops. */
struct frame {
	uint64_t r15, r14, argument, body, rbp, rbx, rip;
};

static struct thread thread[THREADS];
static unsigned current;
volatile bool thread_switching;		/* between two threads: not the time to switch once more */

void thread_switch(uint64_t *from, uint64_t to);
extern char thread_begin[];

void
threads_begin(void)
{
	thread[0].alive = true;
}

static uint64_t
stack_top(unsigned number)
{
	return TINY_START + (TINY_PAGES - (number - 1) * STACK_PAGES) * PAGE_BYTES;
}

static unsigned
unused(void)
{
	unsigned number = 1;

	while (number < THREADS && thread[number].alive)
		number++;
	return number < THREADS ? number : 0;
}

unsigned
thread_start(void (*body)(void *), void *argument)
{
	unsigned number = unused();

	if (!number)
		return 0;
	struct frame *first = (struct frame *)stack_top(number) - 1;
	pages_protect((void *)(stack_top(number) - STACK_PAGES * PAGE_BYTES), 1, 0);
	*first = (struct frame){ .body = (uintptr_t)body, .argument = (uintptr_t)argument, .rip = (uintptr_t)thread_begin };
	thread[number] = (struct thread){ .sp = (uintptr_t)first, .alive = true };
	return number;
}

void
thread_yield(void)
{
	unsigned from = current;

	thread_switching = true;
	do
		current = (current + 1) % THREADS;
	while (!thread[current].alive);
	if (current != from)
		thread_switch(&thread[from].sp, thread[current].sp);
	thread_switching = false;
}

/* A slice of the environment is over: give it up, and begin the next one with another thread. */
static void
slice_end(struct context *c)
{
	call_yield();
	if (!thread_switching)
		context_call(c, thread_yield);
}

void
threads_preempt(void)
{
	events_begin(slice_end, EVENT_END);
}

void
thread_exit(void)
{
	thread[current].alive = false;
	thread_yield();
	__builtin_trap();		/* the first thread ends with the program */
}

void
thread_join(unsigned number)
{
	while (thread[number].alive)
		thread_yield();
}
