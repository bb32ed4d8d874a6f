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

void (*context_handler)(struct context *c) __attribute__((used));

extern char context_entry[], context_back[], context_back_end[], context_called[];

/* The stub pops them in this order. */
struct called {
	uint64_t function, rflags, rip;
};

static enum status
pages_take(void)
{
	struct page_token page;
	enum status status = OK;

	for (uint64_t at = UPCALL_PAGE; !status && at < UPCALL_STACK; at += PAGE) {
		status = page_alloc(FRAME_ANY, 0, &page);
		if (!status)
			status = call_bind(at, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE | BIND_WIRED);
	}
	return status;
}

enum status
context_begin(void (*handler)(struct context *c))
{
	uint64_t physical, granted, rights, accessed, dirty;

	if (call_binding(UPCALL_PAGE, &physical, &granted, &rights, &accessed, &dirty)) {
		enum status status = pages_take();
		if (status)
			return status;
	}
	context_handler = handler;
	return call_exception_context(UPCALL_PAGE, (uintptr_t)context_entry, (uintptr_t)context_back, (uintptr_t)context_back_end);
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
