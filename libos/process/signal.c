/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals.  One that a process sends is an asynchronous entry; an exception is one that it causes itself.  Either way the handler of the upcall only
 * notes it, and makes the interrupted code call signals_run: a signal's function runs on the program's stack, with everything on.
 */
#include <exo/entries.h>
#include <exo/stubs.h>
#include "internal.h"

static void (*functions[SIGNALS])(unsigned number);
static volatile uint32_t pending;

static void
signals_run(void)
{
	while (pending) {
		unsigned number = (unsigned)__builtin_ctz(pending);
		__atomic_fetch_and(&pending, ~(1u << number), __ATOMIC_RELAXED);
		if (!functions[number])
			process_exit(128 + (int)number);
		functions[number](number);
	}
}

static void
come(struct context *c, unsigned number)
{
	__atomic_fetch_or(&pending, 1u << number, __ATOMIC_RELAXED);
	context_call(c, signals_run);
}

static void
entered(struct context *c)
{
	uint64_t from, number, w[3], left;

	while (!call_entry_take(&from, &number, &w[0], &w[1], &w[2], &left))
		if (number < SIGNALS && number)		/* 0 asks whether there is anybody */
			come(c, (unsigned)number);
}

/* The handler of exceptions must not fault: the stack that it is about to write has to be there. */
static void
stack_ready(const struct context *c)
{
	uint64_t top = c->area.rsp, low = top - 256;

	for (uint64_t at = low & -PAGE_BYTES; at < top; at += PAGE_BYTES)
		if (at >= TINY_START && at < TINY_START + TINY_PAGES * PAGE_BYTES && !page_written(at))
			page_present(at);
}

static bool
exception(struct context *c)
{
	stack_ready(c);
	come(c, SIGNAL_TRAP);
	return true;
}

static bool
refused(uint64_t address, bool write)
{
	if (write && page_written(address))
		return true;
	stack_ready(interrupted);
	come(interrupted, SIGNAL_FAULT);
	return true;
}

void
signals_begin(void)
{
	page_refused = refused;
	trapped = exception;
	call_entry_queue(ENTRIES_MAX);
	entries_begin(entered);
}

void
process_signal(unsigned number, void (*function)(unsigned number))
{
	if (number < SIGNALS)
		functions[number] = function;
}

/* A child that has not begun yet has no queue. */
bool
process_kill(int child, unsigned number)
{
	uint64_t name = child_name(child);
	enum status status = name && number && number < SIGNALS ? OK : ERR_BAD_VALUE;

	if (status)
		return false;
	while ((status = call_transfer_later(name, number, 0, 0, 0)) == ERR_WRONG_STATE)
		call_yield();
	return !status;
}
