/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a signal's handler finds on its stack, as Linux puts it there, and the way back from it.
 *
 *     rsp ─► return address: the restorer │ ucontext │ siginfo │ ... │ floating point, 64-byte aligned │ red zone or top of the alternate stack
 *
 * The core writes what it knows: where the program was, the signal, the masks.  All other registers never leave the program: the vDSO's `signal_enter' saves them into the
 * frame before it jumps to the handler, and `signal_leave' loads them on the way back (vdso/signal.S).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/fpu.h"
#include "process/internal.h"
#include "vdso/frame.h"
#include "vdso/image.h"

#define SEGMENTS	0x2b000000000033ul	/* cs, gs, fs, ss: as Linux has them */

enum { CONTEXT_XSTATE = 1, CONTEXT_SS = 2, CONTEXT_STRICT = 4 };
enum { FLAG_TRAP = 1 << 8, FLAG_ALIGNED = 1 << 18 };
#define FLAGS_USER	0x50dd5ul		/* what a handler can change: CF PF AF ZF SF TF DF OF RF AC */

struct context {			/* struct sigcontext */
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint64_t segments, error, vector, mask, address;
	uint64_t fpu;
	uint64_t handler;		/* this and the others are reserved: for the vDSO */
	uint64_t reserved[7];
};

struct frame {
	uint64_t restorer;
	uint64_t flags, link;
	uint64_t stack_base, stack_flags, stack_bytes;
	struct context context;
	signal_set mask;
	struct signal_info info;
	char info_rest[128 - sizeof(struct signal_info)];
};
_Static_assert(sizeof(struct context) == 256 && sizeof(struct frame) == 440, "as Linux has them");
_Static_assert(FRAME_UCONTEXT == offsetof(struct frame, flags) && FRAME_REGISTERS == offsetof(struct frame, context) &&
	FRAME_FPU == offsetof(struct frame, context.fpu) && FRAME_HANDLER == offsetof(struct frame, context.handler) && FRAME_INFO == offsetof(struct frame, info), "vdso/frame.h");

static bool
extended(void)
{
	return shared->process.fpu_bytes > FPU_BASIC;
}

/* --- there --------------------------------------------------------------------------------------------------------------------------------- */

static uint64_t
stack_for(const struct task *t, const struct signal_action *a)
{
	uint64_t sp = t->registers.rsp;

	if ((a->flags & SA_ONSTACK) && t->stack_bytes && !task_on_stack(t, sp))
		return t->stack_base + t->stack_bytes;
	return sp - RED_ZONE;
}

static void
context_fill(const struct task *t, struct context *c, const struct signal_action *a, uint64_t fpu, signal_set mask)
{
	c->rsp = t->registers.rsp;
	c->rip = t->registers.rip;
	c->rflags = t->registers.rflags;
	c->segments = SEGMENTS;
	c->error = t->fault_error;
	c->vector = t->fault_vector;
	c->mask = mask;
	c->address = t->fault_address;
	c->fpu = fpu;
	c->handler = a->handler;
}

static void
frame_fill(const struct task *t, struct frame *f, const struct signal_action *a, const struct signal_info *info)
{
	f->restorer = a->restorer;
	f->flags = CONTEXT_SS | CONTEXT_STRICT | (extended() ? CONTEXT_XSTATE : 0);
	f->link = 0;
	f->stack_base = t->stack_base;
	f->stack_bytes = t->stack_bytes;
	f->stack_flags = t->stack_flags;
	f->info = *info;
	memset(f->info_rest, 0, sizeof(f->info_rest));
}

/* The handler begins by way of the vDSO. */
static void
handler_begin(struct task *t, uint64_t frame)
{
	struct registers *r = &t->registers;

	r->rsp = frame;
	r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_ENTER_XSAVE : VDSO_SIGNAL_ENTER);
	t->set |= REGISTERS_RSP | REGISTERS_RIP;
	if (r->rflags & FLAG_TRAP) {
		r->rflags &= ~(uint64_t)FLAG_TRAP;
		t->set |= REGISTERS_RFLAGS;
	}
}

static inline uint64_t
frame_below(uint64_t end)
{
	return ((end - sizeof(struct frame)) & ~15ul) - 8;
}

/* In one page, if it may lie so much lower: the host may have that to write to. */
static uint64_t
frame_place(const struct task *t, uint64_t fpu)
{
	uint64_t at = frame_below(fpu), last = at + sizeof(struct frame) - 1, lower = frame_below(last & -UNIX_PAGE);

	return at / UNIX_PAGE != last / UNIX_PAGE && task_on_stack(t, lower) == task_on_stack(t, at) ? lower : at;
}

int
frame_put(struct task *t, const struct signal_action *a, const struct signal_info *info, signal_set mask)
{
	uint64_t top = stack_for(t, a), fpu = (top - shared->process.fpu_bytes) & ~63ul;
	uint64_t at = frame_place(t, fpu);
	struct frame local, *f;

	if (!(a->flags & SA_RESTORER) || (task_on_stack(t, t->registers.rsp) && !task_on_stack(t, at)) || !memory_inside(at, top - at))
		return -EFAULT;
	f = host_at(t, at, sizeof(*f), RIGHT_WRITE);
	if (!f) {
		memset(&local.context, 0, sizeof(local.context));	/* what the vDSO writes, too */
		f = &local;
	}
	frame_fill(t, f, a, info);
	context_fill(t, &f->context, a, fpu, mask);
	f->mask = mask;
	if (f == &local && host_copy_out(t, at, f, sizeof(*f)))
		return -EFAULT;
	if (t->stack_flags & STACK_ONCE)
		t->stack_base = t->stack_bytes = t->stack_flags = 0;
	handler_begin(t, at);
	return 0;
}

/* --- and back --------------------------------------------------------------------------------------------------------------------------------- */

static void
context_take(struct task *t, const struct context *c)
{
	struct registers *r = &t->registers;

	*r = (struct registers){
		.r8 = c->r8, .r9 = c->r9, .r10 = c->r10, .r11 = c->r11, .r12 = c->r12, .r13 = c->r13, .r14 = c->r14, .r15 = c->r15,
		.rdi = c->rdi, .rsi = c->rsi, .rbp = c->rbp, .rbx = c->rbx, .rdx = c->rdx, .rax = c->rax, .rcx = c->rcx, .rsp = c->rsp,
		.rip = c->rip, .rflags = (r->rflags & ~FLAGS_USER) | (c->rflags & FLAGS_USER),
		.fs_base = r->fs_base, .gs_base = r->gs_base,
	};
	t->set = REGISTERS_GENERAL | REGISTERS_RIP | REGISTERS_RFLAGS | REGISTERS_RSP;
}

/* By way of the vDSO, which loads all registers from the frame at AT, unless it cannot: then only the floating-point ones. */
static void
leave_through_vdso(struct task *t, const struct context *c, uint64_t at)
{
	struct registers *r = &t->registers;
	uint64_t to = c->rsp - RED_ZONE - sizeof(to), end = c->fpu + shared->process.fpu_bytes;
	bool apart = to >= end || to + sizeof(to) <= at;

	if (apart && !(c->rflags & (FLAG_TRAP | FLAG_ALIGNED)) && !host_copy_out(t, to, &c->rip, sizeof(c->rip))) {
		r->rsp = at + FRAME_REGISTERS;
		r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_LEAVE_XSAVE : VDSO_SIGNAL_LEAVE);
	} else {
		r->rsp = at + FRAME_UCONTEXT;
		r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_AGAIN_XSAVE : VDSO_SIGNAL_AGAIN);
	}
	t->set = REGISTERS_RSP | REGISTERS_RIP;
}

/* One that is too small to have been set is none that the frame was made with. */
static void
stack_take(struct task *t, const struct frame *f)
{
	if (task_on_stack(t, f->context.rsp) || (f->stack_bytes < STACK_LEAST && f->stack_flags != STACK_DISABLE))
		return;
	t->stack_base = f->stack_base;
	t->stack_bytes = f->stack_bytes;
	t->stack_flags = (uint32_t)f->stack_flags;
}

/* False: there is no way back by this frame. */
static bool
frame_take(struct task *t, const struct frame *f, uint64_t at)
{
	uint64_t fpu = f->context.fpu;
	bool loaded = t->registers.rip == t->process->vdso + VDSO_SIGNAL_AGAIN_END;

	t->mask = f->mask & ~(BIT(SIGKILL) | BIT(SIGSTOP));
	signal_look(t);
	stack_take(t, f);
	if (!fpu || loaded)
		context_take(t, &f->context);
	else if (fpu % 64 == 0 && memory_inside(fpu, shared->process.fpu_bytes))
		leave_through_vdso(t, &f->context, at);
	else
		return false;
	return true;
}

int64_t
unix_rt_sigreturn(struct task *t)
{
	uint64_t at = t->registers.rsp - sizeof(uint64_t), bytes = offsetof(struct frame, info);
	const struct frame *f = host_at(t, at, bytes, RIGHT_READ);
	struct frame local;

	if (!f && !host_copy_in(t, &local, at, bytes))
		f = &local;
	if (!f || !frame_take(t, f, at))
		signal_force(t, &(struct signal_info){ .number = SIGSEGV, .code = SI_KERNEL });
	return 0;
}
