/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of programs: foreign ones, whose system calls, faults and exceptions are messages with the address of their task as badge. */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/fault.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <unix/memory.h>
#include <unix/unix.h>
#include "host.h"

#define PROGRAM_PRIORITY	90	/* below the server's: who replies goes on until it waits */

struct task *thread_interrupted;
static struct task **interrupted_end = &thread_interrupted;

/* --- life ---------------------------------------------------------------------------------------------------------------------------- */

/* What the thread runs into comes here. */
static enum status
messages_to_us(uint64_t thread, struct task *t)
{
	static uint64_t badged;
	enum status status;

	if (!badged)
		badged = slot_take();
	status = badged ? call_cap_mint(endpoint, SLOT_OWN, badged, RIGHT_SEND | RIGHT_SHARE, (uintptr_t)t) : ERR_NO_KMEM;
	if (status)
		return status;
	status = call_thread_pager(thread, badged);
	if (!status)
		status = call_thread_handler(thread, badged);
	call_cap_delete(badged);
	return status ? status : call_thread_foreign(thread, FOREIGN_ALL);
}

static int
thread_make(struct task *t, uint64_t *slot)
{
	uint64_t id;

	*slot = slot_take();
	if (!*slot)
		return -ENOMEM;
	enum status status = call_thread_create(t->process->memory->host.slot, *slot, &id);
	if (status == ERR_NO_KMEM && space_release())
		status = call_thread_create(t->process->memory->host.slot, *slot, &id);
	if (status == OK) {
		if (call_thread_priority(*slot, PROGRAM_PRIORITY) == OK && messages_to_us(*slot, t) == OK)
			return 0;
		call_object_destroy(*slot);
	}
	slot_give(*slot);
	return -ENOMEM;
}

int
host_thread_create(struct task *t)
{
	direct_withdraw(&t->process->memory->host);
	t->host = (struct host_thread){ .caller = slot_take() };
	if (!t->host.caller)
		return -ENOMEM;
	if (!fiber_reserve()) {
		slot_give(t->host.caller);
		return -ENOMEM;
	}
	int error = thread_make(t, &t->host.slot);
	if (error) {
		slot_give(t->host.caller);
		fiber_unreserve();
	}
	return error;
}

/* The kernel takes no instruction pointer behind a program's addresses, which a handler or a frame may give.  Who has one executes at 0 instead: there, too, nothing is. */
void
thread_within(struct task *t)
{
	if (t->registers.rip >= MEMORY_END)
		t->registers.rip = 0;
}

static void
registers_write(struct task *t, uint32_t mask)
{
	struct registers all;

	thread_within(t);
	all = t->registers;
	call_thread_exchange(t->host.slot, mask, (uintptr_t)&all);
}

/* Registers that no start takes are written to a thread that is started elsewhere and does not run yet. */
static void
start_elsewhere(struct task *t)
{
	call_thread_suspend(t->host.slot);
	call_thread_start(t->host.slot, UNIX_PAGE, 0, 0);
	registers_write(t, REGISTERS_ALL);
	call_thread_resume(t->host.slot);
}

void
host_thread_start(struct task *t, const struct task *from)
{
	if (from) {
		call_thread_floating(t->host.slot, from->host.slot);
		direct_inherit(t, from);
	}
	registers_write(t, REGISTERS_ALL);
	if (call_thread_start(t->host.slot, t->registers.rip, t->registers.rsp, t->registers.rdi))
		start_elsewhere(t);
}

static void
interrupted_remove(struct task *t)
{
	struct task **link = &thread_interrupted;

	while (*link != t)
		link = &(*link)->host.next;
	*link = t->host.next;
	if (!*link)
		interrupted_end = link;
	t->host.interrupted = false;
}

static void
thread_end(uint64_t slot)
{
	call_object_destroy(slot);
	slot_give(slot);
}

void
host_thread_end(struct task *t)
{
	if (t->host.interrupted)
		interrupted_remove(t);
	if (t->host.fiber)
		t->host.fiber->task = NULL;
	t->host.fiber = NULL;
	direct_drop(t);
	thread_end(t->host.slot);
	t->host.slot = 0;
	slot_give(t->host.caller);
	fiber_unreserve();
}

/* The old one ends with the call that it is in. */
int
host_thread_move(struct task *t)
{
	uint64_t slot;
	int error = thread_make(t, &slot);

	if (error)
		return error;
	direct_drop(t);
	thread_end(t->host.slot);
	t->host.slot = slot;
	t->host.moved = true;
	return 0;
}

void
thread_begin(struct task *t)
{
	t->host.moved = false;
	host_thread_start(t, NULL);
}

/* --- registers --------------------------------------------------------------------------------------------------------------------------- */

/* What the core has set for the way back is not what the thread has.  One that sent its call itself has it in the message, and what it needs else on its stack. */
void
host_registers(struct task *t)
{
	struct registers set = t->registers;
	const uint64_t *from = (const uint64_t *)&set;
	uint32_t left = t->set;

	if (t->host.fiber && t->host.by == BY_DIRECT)
		left |= REGISTERS_ALL & ~REGISTERS_BASES;
	call_thread_exchange(t->host.slot, 0, (uintptr_t)&t->registers);
	for (; left; left &= left - 1)
		((uint64_t *)&t->registers)[__builtin_ctz(left)] = from[__builtin_ctz(left)];
}

uint64_t
host_thread_time(const struct task *t)
{
	uint64_t id, state, suspended, ticks, switches;

	if (call_thread_info(t->host.slot, &id, &state, &suspended, &ticks, &switches))
		return 0;
	return clock_nanoseconds(ticks);
}

void
thread_set(struct task *t)
{
	if (t->set)
		registers_write(t, t->set);
}

/* --- interruption ------------------------------------------------------------------------------------------------------------------------- */

void
host_interrupt(struct task *t)
{
	if (t->host.interrupted || t->host.fiber)
		return;
	t->host.interrupted = true;
	t->host.next = NULL;
	*interrupted_end = t;
	interrupted_end = &t->host.next;
}

static bool
executes_program(uint64_t slot)
{
	uint64_t id, state, suspended, ticks, switches;

	return call_thread_info(slot, &id, &state, &suspended, &ticks, &switches) == OK && state == 1;
}

/* One whose message is under way is in the core soon anyway. */
void
thread_interrupt(void)
{
	struct task *t = thread_interrupted;

	interrupted_remove(t);
	call_thread_suspend(t->host.slot);
	if (executes_program(t->host.slot)) {
		host_registers(t);
		fiber_current->task = t;
		t->host.by = BY_INTERRUPTION;
		t->host.fiber = fiber_current;
		unix_interrupted(t);
		if (fiber_current->task != t)
			return;
		fiber_current->task = NULL;
		t->host.fiber = NULL;
		thread_set(t);
	}
	call_thread_resume(t->host.slot);
}

/* --- waiting ------------------------------------------------------------------------------------------------------------------------------- */

/* Its caller is in the slot meanwhile, and comes back unless the task has been ended: then the slot may be another's. */
bool
host_block(struct task *t, uint64_t deadline)
{
	if (t->host.by == IPC_PAGE_FAULT)
		space_silent();
	bool aside = t->host.by != BY_INTERRUPTION && call_caller_save(t->host.caller) == OK;

	fiber_wait(deadline);
	if (aside && fiber_current->task == t)
		call_caller_load(t->host.caller);
	return t->woken;
}
