/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a signal's handler finds on its stack, as Linux puts it there, and the way back from it.
 *
 *     rsp ─► return address: the restorer │ ucontext │ siginfo │ ... │ floating point, 64-byte aligned │ red zone or top of the alternate stack
 *
 * The floating-point registers never leave the program: the vDSO's `signal_enter' saves them into the frame before it jumps to the handler, and
 * `signal_leave' loads them on the way back (vdso/signal.S).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/fpu.h"
#include "process/internal.h"
#include "vdso/image.h"

#define RED_ZONE	128
#define SEGMENTS	0x2b000000000033ul	/* cs, gs, fs, ss: as Linux has them */

enum { CONTEXT_XSTATE = 1, CONTEXT_SS = 2, CONTEXT_STRICT = 4 };
enum { FLAG_TRAP = 1 << 8, FLAG_DIRECTION = 1 << 10, FLAG_RESUME = 1 << 16 };
#define FLAGS_USER	0x50dd5ul		/* what a handler can change: CF PF AF ZF SF TF DF OF RF AC */

#define SET(word) (1u << offsetof(struct registers, word) / 8)

struct context {			/* struct sigcontext */
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint64_t segments, error, vector, mask, address;
	uint64_t fpu;
	uint64_t reserved[8];
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

static bool
extended(void)
{
	return shared->process.fpu_bytes > FPU_BASIC;
}

/* What vdso/signal.S pops; there is room for it behind what it has saved. */
struct leaving {
	uint64_t rax, rdx, rdi, rip;
};

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
context_fill(const struct task *t, struct context *c, uint64_t fpu, signal_set mask)
{
	const struct registers *r = &t->registers;

	*c = (struct context){
		.r8 = r->r8, .r9 = r->r9, .r10 = r->r10, .r11 = r->r11, .r12 = r->r12, .r13 = r->r13, .r14 = r->r14, .r15 = r->r15,
		.rdi = r->rdi, .rsi = r->rsi, .rbp = r->rbp, .rbx = r->rbx, .rdx = r->rdx, .rax = r->rax, .rcx = r->rcx, .rsp = r->rsp,
		.rip = r->rip, .rflags = r->rflags, .segments = SEGMENTS,
		.error = t->fault_error, .vector = t->fault_vector, .mask = mask, .address = t->fault_address, .fpu = fpu,
	};
}

static void
frame_fill(struct task *t, struct frame *f, const struct signal_action *a, const struct signal_info *info)
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

/* The handler begins by way of the vDSO, which takes what it needs from rcx, r8 and r9. */
static void
handler_begin(struct task *t, const struct signal_action *a, int number, uint64_t frame, uint64_t fpu)
{
	struct registers *r = &t->registers;

	r->rdi = (uint64_t)number;
	r->rsi = frame + offsetof(struct frame, info);
	r->r9 = frame + offsetof(struct frame, flags);
	r->rcx = a->handler;
	r->r8 = fpu;
	r->rax = r->rdx = UINT32_MAX;
	r->rsp = frame;
	r->rflags &= ~(uint64_t)(FLAG_TRAP | FLAG_DIRECTION | FLAG_RESUME);
	r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_ENTER_XSAVE : VDSO_SIGNAL_ENTER);
	t->set |= SET(rdi) | SET(rsi) | SET(rdx) | SET(rax) | SET(rcx) | SET(r8) | SET(r9) | SET(rsp) | SET(rflags) | SET(rip);
}

int
frame_put(struct task *t, const struct signal_action *a, const struct signal_info *info, signal_set mask)
{
	uint64_t top = stack_for(t, a), fpu = (top - sizeof(struct leaving) - shared->process.fpu_bytes) & ~63ul;
	uint64_t at = ((fpu - sizeof(struct frame)) & ~15ul) - 8;
	struct frame f;

	if (!(a->flags & SA_RESTORER) || (task_on_stack(t, t->registers.rsp) && !task_on_stack(t, at)) || !memory_inside(at, top - at))
		return -EFAULT;
	frame_fill(t, &f, a, info);
	context_fill(t, &f.context, fpu, mask);
	f.mask = mask;
	if (host_copy_out(t, at, &f, sizeof(f)) || fpu_prepare(t, fpu))
		return -EFAULT;
	if (t->stack_flags & STACK_ONCE)
		t->stack_base = t->stack_bytes = t->stack_flags = 0;
	handler_begin(t, a, info->number, at, fpu);
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

/* By way of the vDSO, which loads the floating-point registers, and then from the stack what it needed for that. */
static void
leave_through_vdso(struct task *t, uint64_t at, uint64_t fpu)
{
	struct registers *r = &t->registers;
	struct leaving l = { r->rax, r->rdx, r->rdi, r->rip };
	uint64_t to = r->rsp - RED_ZONE - sizeof(l);
	bool apart = to >= fpu + shared->process.fpu_bytes || to + sizeof(l) <= at;

	if (apart && !host_copy_out(t, to, &l, sizeof(l)) && !host_copy_out(t, at, &to, sizeof(to))) {
		r->rsp = at;
		r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_LEAVE_XSAVE : VDSO_SIGNAL_LEAVE);
	} else {
		r->rsp = at + sizeof(uint64_t);
		r->rip = t->process->vdso + (extended() ? VDSO_SIGNAL_AGAIN_XSAVE : VDSO_SIGNAL_AGAIN);
	}
	r->rdi = fpu;
	r->rax = r->rdx = UINT32_MAX;
}

/* One that is too small to have been set is none that the frame was made with. */
static void
stack_take(struct task *t, const struct frame *f)
{
	if (task_on_stack(t, t->registers.rsp) || (f->stack_bytes < STACK_LEAST && f->stack_flags != STACK_DISABLE))
		return;
	t->stack_base = f->stack_base;
	t->stack_bytes = f->stack_bytes;
	t->stack_flags = (uint32_t)f->stack_flags;
}

int64_t
unix_rt_sigreturn(struct task *t)
{
	uint64_t at = t->registers.rsp - sizeof(uint64_t), fpu;
	bool loaded = t->registers.rip == t->process->vdso + VDSO_SIGNAL_AGAIN_END;
	struct frame f;

	if (!host_copy_in(t, &f, at, offsetof(struct frame, info))) {
		fpu = f.context.fpu;
		t->mask = f.mask & ~(BIT(SIGKILL) | BIT(SIGSTOP));
		signal_look(t);
		context_take(t, &f.context);
		stack_take(t, &f);
		if (!fpu || loaded)
			return 0;
		if (fpu % 64 == 0 && memory_inside(fpu, shared->process.fpu_bytes)) {
			leave_through_vdso(t, at, fpu);
			return 0;
		}
	}
	signal_force(t, &(struct signal_info){ .number = SIGSEGV, .code = SI_KERNEL });
	return 0;
}
