/* SPDX-License-Identifier: BSD-2-Clause */
/* The C side of upcalls: <exo/context.h>. */
#include <exo/bindings.h>
#include <exo/context.h>
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <janus/kinds.h>

#define PAGE		4096
#define RED_ZONE	128		/* bytes below the stack pointer that compiled code uses */

context_function *context_handler __attribute__((used)), *events_handler __attribute__((used)), *entries_handler __attribute__((used)),
	*paging_handler __attribute__((used));

extern char context_entry[], context_back[], context_back_end[];
extern char events_entry[], events_back[], events_back_end[];
extern char entries_entry[], entries_back[], entries_back_end[];
extern char paging_entry[], paging_back[], paging_back_end[];
extern char context_called[];

/* context_called pops them in this order. */
struct called {
	uint64_t function, rflags, rip;
};

/* The context's pages at AT, unless they are there. */
static enum status
pages_take(uint64_t at)
{
	uint64_t physical, granted, rights, accessed, dirty;
	struct page_token page;
	enum status status = OK;

	if (!call_binding(at, &physical, &granted, &rights, &accessed, &dirty))
		return OK;
	for (uint64_t end = at + UPCALL_BYTES; !status && at < end; at += PAGE) {
		status = page_alloc(FRAME_ANY, 0, &page);
		if (!status)
			status = call_bind(at, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE | BIND_WIRED);
	}
	return status;
}

enum status
context_begin(context_function *handler)
{
	enum status status = pages_take(UPCALL_PAGE);

	context_handler = handler;
	return status ? status
		: call_exception_context(UPCALL_PAGE, (uintptr_t)context_entry, (uintptr_t)context_back, (uintptr_t)context_back_end);
}

enum status
events_begin(context_function *handler, unsigned events)
{
	enum status status = pages_take(EVENTS_PAGE);

	events_handler = handler;
	return status ? status
		: call_interrupt_context(EVENTS_PAGE, (uintptr_t)events_entry, (uintptr_t)events_back, (uintptr_t)events_back_end, events);
}

enum status
entries_begin(context_function *handler)
{
	enum status status = pages_take(ENTRIES_PAGE);

	entries_handler = handler;
	return status ? status
		: call_entry_context(ENTRIES_PAGE, (uintptr_t)entries_entry, (uintptr_t)entries_back, (uintptr_t)entries_back_end);
}

enum status
paging_begin(context_function *handler)
{
	enum status status = pages_take(PAGING_PAGE);

	paging_handler = handler;
	return status ? status
		: call_addressing_context(PAGING_PAGE, (uintptr_t)paging_entry, (uintptr_t)paging_back, (uintptr_t)paging_back_end);
}

void
context_call(struct context *c, void (*function)(void))
{
	struct called *at = (struct called *)(c->area.rsp - RED_ZONE) - 1;

	*at = (struct called){ (uintptr_t)function, c->area.rflags, c->area.rip };
	c->area.rip = (uintptr_t)context_called;
	c->area.rflags &= ~0x400ul;	/* compiled code wants the direction flag clear */
	c->area.rsp = (uintptr_t)at;
}
