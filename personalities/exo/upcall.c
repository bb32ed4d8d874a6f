/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upcalls to an environment's own handlers: all but what exception.S and fast.S take.
 *
 * A page fault goes to the addressing context; while that is busy, or when there is none, to the exception context, as everything else does.
 * So a fault in one handler is the other's, and what neither can take stops the environment.
 *
 * The save area must be written without a fault, whatever the environment does to its bindings.  So it is in a frame that the environment's
 * own space holds, reached through the direct map, and the kernel has a capability of its own to that frame, in struct environment:
 * whatever takes a frame away (freeing it, donating it) removes all capabilities to it, and with this one the area is gone.
 */
#include "core/arch.h"
#include "core/cpu.h"
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

/* Whatever interrupts a way back: the kernel goes it to its end first, so that what the area holds is no longer needed. */
static bool
finish(struct thread *t)
{
	struct environment *e = environment_of(t);

	if (t->regs.rip - e->range_begin >= e->range_bytes)
		return false;
	for (unsigned i = 0; i < CONTEXTS; i++)
		if (in_range(&e->context[i], t->regs.rip) && way_back(t, e->context[i].area)) {
			e->resumable = false;
			return true;
		}
	return false;
}

static bool
deliver(struct thread *t, enum context_kind which, u64 vector, u64 error, u64 address)
{
	const struct context *c = &environment_of(t)->context[which];
	struct save_area *area = c->area;
	struct trap_frame *f = &t->regs;

	if (!c->hold.type || area->busy)
		return false;
	area->vector = vector;
	area->busy = 1;
	area->error = error;
	area->address = address;
	area->rip = f->rip;
	area->rflags = f->rflags;
	area->rsp = f->rsp;
	f->rip = c->handler;
	f->rflags = FRAME_RFLAGS_INITIAL;
	return true;
}

/* What comes on the way back is the program's, or comes again where it goes on, or is only the area's pages being gone. */
bool
upcall_exception(struct thread *self, const struct fault *fault)
{
	if (finish(self))
		return true;
	if (fault->kind == FAULT_PAGE && deliver(self, CONTEXT_ADDRESSING, fault->vector, fault->error, fault->address))
		return true;
	return deliver(self, CONTEXT_EXCEPTION, fault->vector, fault->error, fault->address);
}

bool
upcall(struct thread *t, enum context_kind which, u64 vector, u64 error)
{
	finish(t);
	return deliver(t, which, vector, error, 0);
}

bool
upcall_call(struct thread *self)
{
	return deliver(self, CONTEXT_CALL, self->regs.rax, 0, 0);
}

/* --- what is told when T next runs ----------------------------------------------------------------------------------- */

void
upcall_request(struct thread *t, u32 pending)
{
	t->pending |= pending;
	environment_of(t)->resumable = false;
	wait_end(t);
}

/* A handler that is busy finds the word before it goes back, and asks itself. */
static void
tell(struct thread *t, enum context_kind which, u64 vector, u64 error)
{
	const struct context *c = &environment_of(t)->context[which];

	if (!upcall(t, which, vector, error) && c->hold.type)
		c->area->pending = 1;
}

/* One at a time: the handler asks for more (`demanded') when it has finished. */
static void
tell_revocation(struct thread *t)
{
	const struct context *c = &environment_of(t)->context[CONTEXT_ADDRESSING];
	struct revocation_news news;

	if (!c->hold.type)
		return;
	if (c->area->busy)
		c->area->pending = 1;
	else if (revocation_next(t, &news)) {
		finish(t);
		deliver(t, CONTEXT_ADDRESSING, news.vector, news.error, news.address);
	}
}

void
upcall_deliver(struct thread *t)
{
	struct environment *e = environment_of(t);
	u32 pending = t->pending;

	t->pending &= ~(PENDING_ENTRY | PENDING_INTERRUPT | PENDING_REVOCATION);
	if (pending & PENDING_REVOCATION)
		tell_revocation(t);
	if (pending & PENDING_ENTRY && e->entries.count)
		tell(t, CONTEXT_ENTRY, e->entries.count, 0);
	if (pending & PENDING_INTERRUPT && e->interrupts.first && e->events & EVENT_INTERRUPT)
		tell(t, CONTEXT_INTERRUPT, UPCALL_INTERRUPT, 0);
}

/* --- calls ------------------------------------------------------------------------------------------------------------ */

/* The smallest range with the ways back of all contexts in it: what the fast path looks at. */
static void
ranges_gather(struct environment *e)
{
	u64 begin = USER_END, end = 0;

	for (unsigned i = 0; i < CONTEXTS; i++) {
		const struct context *c = &e->context[i];

		if (!c->hold.type || !c->range_bytes)
			continue;
		begin = c->range_begin < begin ? c->range_begin : begin;
		end = c->range_begin + c->range_bytes > end ? c->range_begin + c->range_bytes : end;
	}
	e->range_begin = begin;
	e->range_bytes = end > begin ? end - begin : 0;
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
context_set(struct thread *self, enum context_kind which, vaddr_t area, vaddr_t handler, vaddr_t begin, vaddr_t end)
{
	struct context *c = &environment_of(self)->context[which];
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
	ranges_gather(environment_of(self));
	return OK;
}

enum status
sys_exception_context(struct thread *self, const struct args_exception_context *a, struct out_exception_context *out)
{
	return context_set(self, CONTEXT_EXCEPTION, a->area, a->handler, a->begin, a->end);
}

enum status
sys_addressing_context(struct thread *self, const struct args_addressing_context *a, struct out_addressing_context *out)
{
	return context_set(self, CONTEXT_ADDRESSING, a->area, a->handler, a->begin, a->end);
}

enum status
sys_interrupt_context(struct thread *self, const struct args_interrupt_context *a, struct out_interrupt_context *out)
{
	if (a->events & ~(u64)EVENTS_ALL)
		return ERR_BAD_VALUE;
	enum status status = context_set(self, CONTEXT_INTERRUPT, a->area, a->handler, a->begin, a->end);
	if (status)
		return status;
	environment_of(self)->events = a->area ? a->events : 0;
	if (environment_of(self)->interrupts.first)
		upcall_request(self, PENDING_INTERRUPT);
	this_cpu()->pending |= PENDING_RESCHEDULE;	/* a slice's end may matter now */
	return OK;
}

enum status
sys_entry_context(struct thread *self, const struct args_entry_context *a, struct out_entry_context *out)
{
	enum status status = context_set(self, CONTEXT_ENTRY, a->area, a->handler, a->begin, a->end);

	if (status == OK)
		upcall_request(self, PENDING_ENTRY);
	return status;
}

enum status
sys_call_context(struct thread *self, const struct args_call_context *a, struct out_call_context *out)
{
	return context_set(self, CONTEXT_CALL, a->area, a->handler, a->begin, a->end);
}

enum status
sys_library(struct thread *self, const struct args_library *a, struct out_library *out)
{
	struct environment *e = environment_of(self);

	if (a->begin > a->end || a->end > USER_END)
		return ERR_BAD_ADDRESS;
	e->library_begin = a->begin;
	e->library_bytes = a->end - a->begin;
	return OK;
}
