/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions to the environment's own handler: the ordinary path, for what exception.S declines (debug traps among them).
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

static struct save_area *
area_of(struct environment *e)
{
	return e->hold.type ? e->area : NULL;
}

static bool
in_range(const struct environment *e, vaddr_t ip)
{
	return ip - e->range_begin < e->range_bytes;
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

bool
upcall_exception(struct thread *self, const struct fault *fault)
{
	struct environment *e = environment_of(self);
	struct save_area *area = area_of(e);
	struct trap_frame *f = &self->regs;

	if (!area)
		return false;
	if (fault->vector == EXCEPTION_DEBUG && in_range(e, f->rip) && way_back(self, area))
		return true;
	if (area->busy)
		return false;
	area->vector = fault->vector;
	area->busy = 1;
	area->error = fault->error;
	area->address = fault->address;
	if (!in_range(e, f->rip)) {
		area->rip = f->rip;
		area->rflags = f->rflags;
		area->rsp = f->rsp;
	}
	f->rip = e->handler;
	f->rflags = FRAME_RFLAGS_INITIAL;
	return true;
}

void
upcall_forget(struct environment *e)
{
	if (e->hold.type)
		cap_delete(&e->hold);
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

enum status
sys_exception_context(struct thread *self, const struct args_exception_context *a, struct out_exception_context *out)
{
	struct environment *e = environment_of(self);
	struct frame *f;
	paddr_t pa;

	if (!a->area) {
		upcall_forget(e);
		return OK;
	}
	if (a->handler >= USER_END || a->begin > a->end || a->end > USER_END)
		return ERR_BAD_ADDRESS;
	enum status status = area_frame(self->space, a->area, &f, &pa);
	if (status)
		return status;
	upcall_forget(e);
	cap_insert(&e->hold, f, KIND_FRAME, 0, 0);
	e->area = arch_direct(pa);
	e->handler = a->handler;
	e->range_begin = a->begin;
	e->range_bytes = a->end - a->begin;
	return OK;
}
