/* SPDX-License-Identifier: BSD-2-Clause */
/* A server for rows of IPC, in this space or in another, that waits when setup ends.  Its endpoint's slot is beyond the table's first page. */
#pragma once

#include "bench.h"
#include "company.h"

#include <stdlib.h>

#include <janus/kinds.h>
#include <janus/registers.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/message.h>
#include <l4/stubs.h>

enum { PARTNER_SPACE = 300, PARTNER_THREAD, PARTNER_ENDPOINT = 6500 };

static char partner_stack[4096] __attribute__((aligned(16)));
extern const char __executable_start[], _end[];

static inline void
partner_must(enum status status)
{
	if (status != OK)
		bench_fail("the partner cannot be set up");
}

/* A space in SLOT that has the program's memory, and the endpoint. */
static inline void
partner_space_make(unsigned long slot)
{
	uintptr_t begin = (uintptr_t)__executable_start & -4096ul;
	uintptr_t pages = ((uintptr_t)_end - begin + 4095) / 4096;

	partner_must(call_space_create(slot));
	for (int i = 0; i < 4; i++)
		partner_must(call_space_donate(slot, 16));
	partner_must(call_space_prepare(slot));
	partner_must(call_space_map(slot, begin, begin, pages, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE));
	partner_must(call_cap_grow(slot, PARTNER_ENDPOINT));
	partner_must(call_cap_copy(PARTNER_ENDPOINT, slot, PARTNER_ENDPOINT, RIGHTS_ALL));
}

static inline unsigned long
partner_space(void)
{
	partner_space_make(PARTNER_SPACE);
	return PARTNER_SPACE;
}

/* An ordinary thread: with an FS base, and floating-point state once it runs. */
static inline void
partner_make(bool other_space)
{
	struct registers registers = { 0 };
	void *block = aligned_alloc(THREAD_BLOCK_ALIGN, thread_block_bytes());
	uint64_t id;

	partner_must(block ? OK : ERR_NO_KMEM);
	partner_must(call_cap_grow(SLOT_OWN, PARTNER_SPACE));
	partner_must(call_cap_grow(SLOT_OWN, PARTNER_ENDPOINT));
	partner_must(call_endpoint_create(PARTNER_ENDPOINT));
	partner_must(call_thread_create(other_space ? partner_space() : SLOT_OWN, PARTNER_THREAD, &id));
	registers.fs_base = thread_block_init(block);
	partner_must(call_thread_exchange(PARTNER_THREAD, REGISTERS_BASES, (uintptr_t)&registers));
}

static inline void
partner_run(void (*server)(void))
{
	partner_must(call_thread_start(PARTNER_THREAD, (uintptr_t)server, (uintptr_t)partner_stack + sizeof(partner_stack) - 8, 0));
	call_yield();
}

static inline void
partner_start(bool other_space, void (*server)(void))
{
	partner_make(other_space);
	partner_run(server);
}
