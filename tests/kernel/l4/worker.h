/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Further threads of a test program, in its own space or in one that shares its memory.  They have no thread block (FS base 0), so they use
 * nothing of the C library: system calls and memory alone.
 */
#pragma once

#include <stdint.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <janus/status.h>
#include <l4/message.h>
#include <l4/stubs.h>

#define WORKER_STACK	4096

extern const char __executable_start[], _end[];	/* of the linker: where the program begins and ends */

/* Make WORKER(ARGUMENT) ready in SPACE on STACK, its thread in slot SLOT; it must not return. */
static inline unsigned
worker_start_in(unsigned long space, unsigned long slot, char stack[WORKER_STACK], void (*worker)(unsigned long), unsigned long argument)
{
	uint64_t id;
	unsigned status = call_thread_create(space, slot, &id);

	if (status)
		return status;
	return call_thread_start(slot, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument);
}

static inline unsigned
worker_start(unsigned long slot, char stack[WORKER_STACK], void (*worker)(unsigned long), unsigned long argument)
{
	return worker_start_in(SLOT_OWN, slot, stack, worker, argument);
}

/* A space in slot SLOT that has the program's memory at the same addresses. */
static inline unsigned
space_share(unsigned long slot)
{
	uintptr_t begin = (uintptr_t)__executable_start & -4096ul;
	unsigned long pages = ((uintptr_t)_end - begin + 4095) / 4096;
	unsigned status = call_space_create(slot);

	for (int i = 0; i < 3 && status == OK; i++)
		status = call_space_donate(slot, 16);
	if (status == OK)
		status = call_space_prepare(slot);
	return status ? status : call_space_map(slot, begin, begin, pages, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE);
}
