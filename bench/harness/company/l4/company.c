/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of the same space and priority, with floating-point state and an FS base, that wait for messages that do not come. */
#include "bench.h"
#include "company.h"

#include <stdlib.h>

#include <janus/registers.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <janus/status.h>
#include <l4/message.h>
#include <l4/stubs.h>

#define COMPANIONS	100
#define ENDPOINT	64
#define FIRST_SLOT	65
#define STACK_BYTES	1024

enum { BLOCKED = 2 };			/* thread_info's state */

static char stack[COMPANIONS][STACK_BYTES] __attribute__((aligned(16)));

static void
companion(void)
{
	floating_point_use();
	for (;;)
		ipc_signal(CALL_IPC_RECEIVE, ENDPOINT);
}

static enum status
companion_start(uint64_t slot, char *stack_top)
{
	struct registers registers = { 0 };
	void *block = aligned_alloc(THREAD_BLOCK_ALIGN, thread_block_bytes());
	uint64_t id;
	enum status status;

	if (!block)
		return ERR_NO_KMEM;
	status = call_thread_create(SLOT_OWN, slot, &id);
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

void
company_start(void)
{
	if (call_cap_grow(SLOT_OWN, ENDPOINT) != OK || call_cap_grow(SLOT_OWN, FIRST_SLOT + COMPANIONS) != OK ||
	    call_endpoint_create(ENDPOINT) != OK)
		bench_fail("there is no endpoint to wait at");
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
