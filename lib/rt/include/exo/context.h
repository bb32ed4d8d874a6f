/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upcalls in C: a handler is an ordinary function that gets, and may change, everything that the upcall interrupted.
 *
 *	UPCALL_PAGE	struct context | ... | the handler's stack, which ends here	UPCALL_PAGE + UPCALL_BYTES
 *	EVENTS_PAGE	the same for slices and interrupts
 *	ENTRIES_PAGE	the same for asynchronous entries
 *	PAGING_PAGE	the same for page faults and revocation, where an environment wants to be told of these
 *
 * The kernel writes the save area at the context's beginning, the entry stub the rest.  The address is fixed and below 2 GiB, so that the stub
 * reaches it without a register; the page is the environment's own, because nobody else may be able to take it away.
 *
 * A handler has one level: while it runs, what it is for does not come again.  What takes long, or may fault, is made the interrupted code's own
 * business by context_call.  Handlers of events and entries can fault; the exception handler cannot.
 */
#pragma once

#include <exo/upcall.h>

#define UPCALL_PAGE	0x10000
#define EVENTS_PAGE	0x14000
#define ENTRIES_PAGE	0x18000
#define PAGING_PAGE	0x1c000
#define UPCALL_BYTES	0x4000

#define CONTEXT_GENERAL	SAVE_BYTES
#define CONTEXT_FPU	192

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <janus/status.h>

struct context {
	struct save_area area;		/* vector, error, address; rip, rflags, rsp */
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
	uint8_t fpu[512] __attribute__((aligned(16)));	/* as fxsave has it: what compiled code uses */
};
_Static_assert(offsetof(struct context, rax) == CONTEXT_GENERAL && offsetof(struct context, fpu) == CONTEXT_FPU, "offsets");

typedef void context_function(struct context *c);

/*
 * From now on HANDLER is called: at exceptions; at EVENTS, which are EVENT_* of <exo/upcall.h> and of which c->area.vector says the one; when
 * asynchronous entries are there to be taken.  Each takes its pages when it is called first.
 */
enum status context_begin(context_function *handler);
enum status events_begin(context_function *handler, unsigned events);
enum status entries_begin(context_function *handler);

/*
 * Page faults (c->area.vector is 14), demands and repossession (UPCALL_* of <exo/revocation.h>); without it, page faults are exceptions, and nobody
 * is told of the others.  A fault in this handler is an exception.
 */
enum status paging_begin(context_function *handler);

/*
 * The interrupted code calls FUNCTION before it goes on, on its own stack and with upcalls on; it finds all its registers as they were.
 * Its stack must be there: 160 bytes below the stack pointer are written here, by the handler.
 */
void context_call(struct context *c, void (*function)(void));
#endif
