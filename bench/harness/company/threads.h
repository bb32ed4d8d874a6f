/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Company of threads of the same space and priority, with floating-point state and an FS base.  Who includes this says before how many there are (COMPANIONS), from which
 * slot on, how large their stacks are, how one is made and what it does for ever (companion_create, companion).
 */
#pragma once

#include "bench.h"
#include "company.h"

#include <stdlib.h>

#include <janus/registers.h>
#include <janus/rt.h>

enum { BLOCKED = 2 };			/* thread_info's state */

static char stack[COMPANIONS][STACK_BYTES] __attribute__((aligned(16)));

static enum status
companion_start(uint64_t slot, char *stack_top)
{
	struct registers registers = { 0 };
	void *block = aligned_alloc(THREAD_BLOCK_ALIGN, thread_block_bytes());
	enum status status;

	if (!block)
		return ERR_NO_KMEM;
	status = companion_create(slot);
	if (status)
		return status;
	registers.fs_base = thread_block_init(block);
	status = call_thread_exchange(slot, REGISTERS_BASES, (uintptr_t)&registers);
	if (status)
		return status;
	return call_thread_start(slot, (uintptr_t)companion, (uintptr_t)stack_top - sizeof(void *), 0);
}

static bool
companion_waits(uint64_t slot)
{
	uint64_t id, state, suspended, ticks, switches;

	return call_thread_info(slot, &id, &state, &suspended, &ticks, &switches) == OK && state == BLOCKED;
}

static void
companions_start(void)
{
	for (int i = 0; i < COMPANIONS; i++) {
		if (companion_start(FIRST_SLOT + i, stack[i] + STACK_BYTES) != OK)
			bench_fail("other threads cannot be started");
	}
	call_yield();
	for (int i = 0; i < COMPANIONS; i++) {
		if (!companion_waits(FIRST_SLOT + i))
			bench_fail("another thread does not wait");
	}
}
