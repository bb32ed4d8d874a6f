/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions to the environment's own handlers: the ordinary path, for what exception.S declines (debug traps among them).
 *
 * A page fault goes to the addressing context; while that is busy, or when there is none, to the exception context, as everything else does.
 * So a fault in one handler is the other's, and what neither can take stops the environment.
 *
 * The save area must be written without a fault, whatever the environment does to its bindings.  So it is in a frame that the environment's
 * own space holds, reached through the direct map, and the kernel has a capability of its own to that frame, in struct environment:
 * whatever takes a frame away (freeing it, donating it) removes all capabilities to it, and with this one the area is gone.
 */
#include "core/arch.h"
#include "core/fault.h"
#include "core/frame.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"

static bool
in_range(const struct context *c, vaddr_t ip)
{
	return c->hold.type && ip - c->range_begin < c->range_bytes;
}

/* Finish the way back for the handler.  False when what is in the area cannot be a thread's state. */
static bool
way_back(struct thread *self, struct save_area *area)
{
	struct registers to;

	arch_thread_read(self, &to);
	to.rip = area->rip;
	to.rflags = area->rflags;
	to.rsp = area->rsp;
	if (arch_thread_write(self, REGISTERS_RIP | REGISTERS_RFLAGS | REGISTERS_RSP, &to))
		return false;
	area->busy = 0;
	return true;
}

/* A debug trap inside a way back. */
static bool
finish(struct thread *self)
{
	struct environment *e = environment_of(self);

	for (unsigned i = 0; i < CONTEXTS; i++)
		if (in_range(&e->context[i], self->regs.rip) && way_back(self, e->context[i].area))
			return true;
	return false;
}

static bool
deliver(struct thread *self, const struct context *c, const struct fault *fault)
{
	struct save_area *area = c->area;
	struct trap_frame *f = &self->regs;

	if (!c->hold.type || area->busy)
		return false;
	area->vector = fault->vector;
	area->busy = 1;
	area->error = fault->error;
	area->address = fault->address;
	if (!in_range(c, f->rip)) {
		area->rip = f->rip;
		area->rflags = f->rflags;
		area->rsp = f->rsp;
	}
	f->rip = c->handler;
	f->rflags = FRAME_RFLAGS_INITIAL;
	return true;
}

bool
upcall_exception(struct thread *self, const struct fault *fault)
{
	const struct context *c = environment_of(self)->context;

	if (fault->vector == EXCEPTION_DEBUG && finish(self))
		return true;
	if (fault->kind == FAULT_PAGE && deliver(self, &c[CONTEXT_ADDRESSING], fault))
		return true;
	return deliver(self, &c[CONTEXT_EXCEPTION], fault);
}

static void
context_forget(struct context *c)
{
	if (c->hold.type)
		cap_delete(&c->hold);
}

void
upcall_forget(struct environment *e)
{
	for (unsigned i = 0; i < CONTEXTS; i++)
		context_forget(&e->context[i]);
}

/* The frame of the save area at VADDR: bound for writing, and held by the space itself, so that nobody can take the right to write alone. */
static enum status
area_frame(struct space *space, vaddr_t vaddr, struct frame **out, paddr_t *pa)
{
	size_t left;

	if (vaddr % SAVE_BYTES || vaddr >= USER_END)
		return ERR_BAD_ADDRESS;
	enum status status = space_walk(space, vaddr, RIGHT_READ | RIGHT_WRITE, pa, &left);
	if (status)
		return status;
	*out = frame_head(frame_of(*pa));
	return (*out)->owner == space ? OK : ERR_NO_RIGHT;
}

static enum status
context_set(struct thread *self, struct context *c, vaddr_t area, vaddr_t handler, vaddr_t begin, vaddr_t end)
{
	struct frame *f;
	paddr_t pa;

	if (!area) {
		context_forget(c);
		return OK;
	}
	if (handler >= USER_END || begin > end || end > USER_END)
		return ERR_BAD_ADDRESS;
	enum status status = area_frame(self->space, area, &f, &pa);
	if (status)
		return status;
	context_forget(c);
	cap_insert(&c->hold, f, KIND_FRAME, 0, 0);
	c->area = arch_direct(pa);
	c->handler = handler;
	c->range_begin = begin;
	c->range_bytes = end - begin;
	return OK;
}

enum status
sys_exception_context(struct thread *self, const struct args_exception_context *a, struct out_exception_context *out)
{
	return context_set(self, &environment_of(self)->context[CONTEXT_EXCEPTION], a->area, a->handler, a->begin, a->end);
}

enum status
sys_addressing_context(struct thread *self, const struct args_addressing_context *a, struct out_addressing_context *out)
{
	return context_set(self, &environment_of(self)->context[CONTEXT_ADDRESSING], a->area, a->handler, a->begin, a->end);
}
