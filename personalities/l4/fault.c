/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults, exceptions and foreign system calls as messages: the kernel makes a call for the thread that ran into it.
 *
 *   page fault ---> pager ---------------> resumed, and tries again
 *                    | none, gone, refuses
 *                    v
 *   exception ----> exception handler ---> resumed, with the registers that the reply sets
 *   `syscall`        | none, gone, refuses
 *   of a foreign     v
 *   thread          suspended; the log says why
 *
 * A thread that waits so is in WAIT_CALL or WAIT_REPLY like any other caller, with `fault` saying what about.  Its frame is what it was
 * when it ran into it: the message is made from it when it is delivered, and nothing of it changes before the answer.
 */
#include "check.h"
#include "core/arch.h"
#include "core/call.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/named.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include <l4/fault.h>

_Static_assert(EXCEPTION_REGISTERS == sizeof(struct registers) / sizeof(u64), "they are all");

/* --- the message --------------------------------------------------------------------------------------------------- */

static void
deliver_page_fault(struct trap_frame *to, const struct fault *fault, const struct trap_frame *from)
{
	to->arg[0] = fault->address;
	to->arg[1] = fault->ip;
	to->arg[3] = fault->access;
	to->arg[4] = fault->error;
	to->arg[5] = from->rflags;
	to->rbx = from->rsp;
	to->rbp = 0;
}

static void
deliver_exception(struct trap_frame *to, const struct fault *fault, const struct trap_frame *from)
{
	to->arg[0] = fault->vector;
	to->arg[1] = fault->error;
	to->arg[3] = fault->address;
	to->arg[4] = fault->ip;
	to->arg[5] = from->rflags;
	to->rbx = from->rsp;
	to->rbp = 0;
}

static void
deliver_foreign(struct trap_frame *to, const struct trap_frame *from)
{
	to->arg[0] = from->arg[0], to->arg[1] = from->arg[1];
	to->arg[3] = from->arg[3], to->arg[4] = from->arg[4], to->arg[5] = from->arg[5];
	to->rbx = from->rax;
	to->rbp = from->arg[2];
	to->r12 = from->rip;
	to->r13 = from->rsp;
	to->r14 = from->rflags;
}

/* All registers of FROM into the UTCB of TO, if it has one: the tag. */
static u64
deliver_registers(struct thread *to, const struct thread *from)
{
	struct utcb *utcb = l4_thread(to)->utcb;

	if (!utcb)
		return 0;
	arch_thread_read(from, (struct registers *)utcb->word);
	return IPC_TAG_OF(EXCEPTION_REGISTERS, 0, 0);
}

void
fault_deliver(struct thread *to, const struct thread *from, u64 badge)
{
	u64 kind = ((const struct l4_thread *)from->personality)->fault, tag = 0;
	struct fault fault;

	to->regs.r12 = to->regs.r13 = to->regs.r14 = to->regs.r15 = 0;
	if (kind == IPC_FOREIGN_CALL) {
		deliver_foreign(&to->regs, &from->regs);
	} else {
		arch_thread_fault(from, &fault);
		if (kind == IPC_PAGE_FAULT) {
			deliver_page_fault(&to->regs, &fault, &from->regs);
		} else {
			deliver_exception(&to->regs, &fault, &from->regs);
			tag = deliver_registers(to, from);
		}
	}
	to->regs.arg[2] = badge;
	to->regs.rax = kind << IPC_KIND | tag << IPC_TAG;
	to->regs.valid = FRAME_GENERAL | FRAME_SYSRET;
}

/* --- who is told ---------------------------------------------------------------------------------------------------- */

/* False: C is empty, or about to be. */
static bool
ask(struct thread *t, struct capability *c, u8 kind)
{
	if (!(c->type & RIGHT_SEND))
		return false;
	l4_thread(t)->fault = kind;
	ipc_call_for(t, c);
	return true;
}

static bool
ask_pager(struct thread *t)
{
	return ask(t, &l4_thread(t)->pager, IPC_PAGE_FAULT);
}

static bool
ask_handler(struct thread *t, u8 kind)
{
	return ask(t, &l4_thread(t)->handler, kind);
}

/* Nobody is left.  WHY says what became of the last. */
static void
stop(struct thread *t, u8 kind, const char *why)
{
	char what[FAULT_TEXT], text[2 * FAULT_TEXT];
	struct fault fault;

	if (kind == IPC_FOREIGN_CALL) {
		t->regs.rip -= SYSCALL_BYTES;		/* to be tried again, like a fault */
		format(what, sizeof(what), "system call %lu of a foreign thread, at ip 0x%lx", t->regs.rax, t->regs.rip);
	} else {
		arch_thread_fault(t, &fault);
		fault_describe(&fault, what, sizeof(what));
	}
	format(text, sizeof(text), "%s; %s: it is suspended (thread_handler gives it one, thread_resume lets it go on)", what, why);
	fault_stop(t, text);
}

void
personality_fault(struct thread *self, const struct fault *fault)
{
	if (fault->kind == FAULT_PAGE && ask_pager(self))
		return;
	if (!ask_handler(self, IPC_EXCEPTION))
		stop(self, IPC_EXCEPTION, "it has no exception handler");
}

void
fault_set_foreign(struct thread *t, unsigned foreign)
{
	struct l4_thread *l = l4_thread(t);

	l->slot_limit = foreign == FOREIGN_ALL ? 0 : CAP_LIMIT;
	l->null_limit = foreign ? 0 : 1;
	l->plain_limit = foreign ? 0 : 1ul << IPC_TAG;
}

void
fault_ask_foreign(struct thread *self)
{
	if (!ask_handler(self, IPC_FOREIGN_CALL))
		stop(self, IPC_FOREIGN_CALL, "it has no handler");
}

void
fault_foreign(struct thread *self)
{
	fault_ask_foreign(self);
	check_after_call();
}

bool
fault_page_for(struct thread *t, struct thread *owner, vaddr_t address, unsigned access)
{
	arch_thread_set_fault(t, address, access);
	return ask(t, &l4_thread(owner)->pager, IPC_PAGE_FAULT);
}

bool
fault_pager_is(struct thread *t, struct thread *other)
{
	const struct l4_thread *o = l4_thread(other);
	const void *e = l4_thread(t)->pager.object;
	bool sends = other->state == WAIT_SEND || other->state == WAIT_CALL;

	return e && (o->serves == e || (!sends && o->endpoint == e));
}

/* --- the answer ------------------------------------------------------------------------------------------------------- */

/* T, which waits nowhere, was refused.  False: nobody else is asked, and unless that was for a transfer it stops. */
static bool
refused(struct thread *t, const char *why)
{
	u8 kind = l4_thread(t)->fault;

	if (transfer_refused(t)) {
		l4_thread(t)->fault = 0;
		return false;
	}
	if (kind == IPC_PAGE_FAULT && ask_handler(t, IPC_EXCEPTION))
		return true;
	l4_thread(t)->fault = 0;
	stop(t, kind, why);
	return false;
}

/* The registers that a reply's first word names: these few from its others, or all from the UTCB. */
static enum status NEVER_INLINE
answer_fully(struct thread *self, struct thread *t)
{
	const struct trap_frame *from = &self->regs;
	struct registers r = { .rax = from->arg[1], .rip = from->arg[4], .rflags = from->arg[5], .rsp = from->rbx };
	u64 mask = from->arg[0];

	if (mask & ~(REGISTERS_RAX | REGISTERS_RIP | REGISTERS_RFLAGS | REGISTERS_RSP)) {
		if (!l4_thread(self)->utcb)
			return ERR_BAD_VALUE;
		r = *(const struct registers *)l4_thread(self)->utcb->word;
	}
	return mask ? arch_thread_write(t, mask, &r) : OK;
}

static inline enum status
answer_registers(struct thread *self, struct thread *t)
{
	if (self->regs.arg[0] != REGISTERS_RAX)
		return answer_fully(self, t);
	t->regs.rax = self->regs.arg[1];
	return OK;
}

enum status
fault_answer(struct thread *self, struct thread *t)
{
	if (self->regs.arg[0] & FAULT_REFUSED) {
		caller_clear(self);
		refused(t, "it was refused");
		return OK;
	}
	if (!l4_thread(t)->transfer.faulted) {	/* whose page may be another's, and its pager */
		enum status status = answer_registers(self, t);
		if (status)
			return status;
	}
	caller_clear(self);
	l4_thread(t)->fault = 0;
	l4_thread(t)->transfer.faulted = NULL;		/* it goes on, and its partner may leave before it is done */
	return OK;
}

void
fault_forsaken(struct thread *t)
{
	if (t->object.dying)
		l4_thread(t)->fault = 0;
	else if (refused(t, "its handler went away"))
		return;
	thread_make_runnable(t);
}

void
fault_cancel(struct thread *t)
{
	ipc_leave(t);
	l4_thread(t)->fault = 0;
	if (transfer_cancel(t)) {
		t->regs.rip += SYSCALL_BYTES;		/* where it would have been executed again */
		ipc_fail(t, ERR_CANCELLED);
	}
	thread_make_runnable(t);
}

/* --- calls -------------------------------------------------------------------------------------------------------------- */

static inline enum status
hold_end(struct capability *hold)
{
	return hold->type ? cap_remove(hold) : OK;
}

enum status
fault_forget(struct thread *t)
{
	return hold_end(&l4_thread(t)->pager) || hold_end(&l4_thread(t)->handler) ? STATUS_RESTART : OK;
}

/* T, which still waits to be heard by whom HOLD leads to, tries again what it did, and so asks whoever comes into HOLD. */
static void
ask_anew(struct thread *t, const struct capability *hold)
{
	struct l4_thread *l4 = l4_thread(t);

	if (!l4->fault || l4->transfer.faulted || t->state != WAIT_CALL || l4->through != hold)
		return;
	if (l4->fault == IPC_FOREIGN_CALL)
		t->regs.rip -= SYSCALL_BYTES;
	fault_cancel(t);
}

/* HOLD, T's own slot, is to hold the right to send that SLOT of SELF's space has; derived from it, so that revoking reaches it. */
static enum status
hold_begin(struct thread *self, struct thread *t, struct capability *hold, u64 slot)
{
	struct capability *c = NULL;

	if (slot != SLOT_NONE) {
		enum status status = cap_lookup(&self->space->caps, slot, KIND_ENDPOINT, RIGHT_SEND | RIGHT_SHARE, &c);
		if (status)
			return status;
	}
	ask_anew(t, hold);
	if (hold_end(hold) == STATUS_RESTART)
		return STATUS_RESTART;
	return c ? cap_copy(hold, c, RIGHT_SEND) : OK;
}

enum status
sys_thread_pager(struct thread *self, const struct args_thread_pager *a, struct out_thread_pager *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	return status ? status : hold_begin(self, t, &l4_thread(t)->pager, a->endpoint);
}

enum status
sys_thread_handler(struct thread *self, const struct args_thread_handler *a, struct out_thread_handler *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	return status ? status : hold_begin(self, t, &l4_thread(t)->handler, a->endpoint);
}

enum status
sys_thread_foreign(struct thread *self, const struct args_thread_foreign *a, struct out_thread_foreign *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (status)
		return status;
	if (a->foreign > FOREIGN_BUT_IPC)
		return ERR_BAD_VALUE;
	fault_set_foreign(t, a->foreign);
	return OK;
}
