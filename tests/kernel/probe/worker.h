/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Further threads of a test program.  They have no thread block (FS base 0), so they use nothing of the C library: system calls and
 * memory alone.
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define WORKER_STACK	4096

/* Make WORKER(ARGUMENT) ready on STACK, its thread in slot SLOT; it must not return. */
static inline unsigned
worker_start(unsigned long slot, char stack[WORKER_STACK], void (*worker)(unsigned long), unsigned long argument)
{
	uint64_t id;
	unsigned status = call_thread_create(PROBE_OWN, 0, slot, &id);

	if (status)
		return status;
	return call_thread_start(slot, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument);
}
