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

enum { CONTEXT_SS = 2, CONTEXT_STRICT = 4 };
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
	uint64_t info_rest[16 - sizeof(struct signal_info) / 8];
};
_Static_assert(sizeof(struct context) == 256 && sizeof(struct frame) == 440, "as Linux has them");
_Static_assert(FRAME_UCONTEXT == offsetof(struct frame, flags) && FRAME_REGISTERS == offsetof(struct frame, context) &&
	FRAME_FPU == offsetof(struct frame, context.fpu) && FRAME_STACK == offsetof(struct frame, stack_base) && FRAME_RIP == offsetof(struct frame, context.rip) &&
	FRAME_RFLAGS == offsetof(struct frame, context.rflags) && FRAME_MASK == offsetof(struct frame, mask) && FRAME_HANDLER == offsetof(struct frame, context.handler) && FRAME_INFO == offsetof(struct frame, info), "vdso/frame.h");

static bool
extended(void)
{
	return shared->process.fpu_bytes > FPU_BASIC;
}

void
frame_begin(void)
{
	shared->process.frame_flags = CONTEXT_SS | CONTEXT_STRICT | (extended() ? CONTEXT_XSTATE : 0);
	shared->process.signal_enter = extended() ? VDSO_SIGNAL_ENTER_XSAVE : VDSO_SIGNAL_ENTER;
}

/* --- there --------------------------------------------------------------------------------------------------------------------------------- */

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
ucontext_fill(const struct task *t, struct frame *f, const struct signal_action *a)
{
	f->restorer = a->restorer;
	f->flags = shared->process.frame_flags;
	f->link = 0;
	f->stack_base = t->stack_base;
	f->stack_bytes = t->stack_bytes;
	f->stack_flags = t->stack_flags;
}

/* The handler begins by way of the vDSO. */
static void
handler_begin(struct task *t, uint64_t frame)
{
	struct registers *r = &t->registers;

	r->rsp = frame;
	r->rip = t->process->vdso + shared->process.signal_enter;
	t->set |= REGISTERS_RSP | REGISTERS_RIP;
	if (r->rflags & FLAG_TRAP) {
		r->rflags &= ~(uint64_t)FLAG_TRAP;
		t->set |= REGISTERS_RFLAGS;
	}
}

struct place {
	uint64_t top, fpu, at;		/* the highest is where there is nothing of it any more */
};

static inline uint64_t
frame_below(uint64_t end)
{
	return ((end - sizeof(struct frame)) & ~15ul) - 8;
}

static inline struct place
place_below(uint64_t top)
{
	uint64_t fpu = (top - shared->process.fpu_bytes) & ~63ul;

	return (struct place){ .top = top, .fpu = fpu, .at = frame_below(fpu) };
}

/* So much lower that it is in one page: the host may have that to write to. */
static inline uint64_t
in_one_page(uint64_t at)
{
	uint64_t last = at + sizeof(struct frame) - 1;

	return at / UNIX_PAGE == last / UNIX_PAGE ? at : frame_below(last & -UNIX_PAGE);
}

/* Of a task that has a stack for its handlers.  False: it is full. */
static __attribute__((noinline)) bool
place_with_stack(const struct task *t, const struct signal_action *a, struct place *place)
{
	bool there = task_on_stack(t, t->registers.rsp);

	if (a->flags & SA_ONSTACK && !there)
		*place = place_below(t->stack_base + t->stack_bytes);
	bool begins = task_on_stack(t, place->at);
	uint64_t lower = in_one_page(place->at);
	if (task_on_stack(t, lower) == begins)
		place->at = lower;
	return begins || !there;
}

/* Where the frame at AT can be written to; NULL: it is to be copied. */
static inline struct frame *
frame_at(struct task *t, uint64_t at, size_t bytes, unsigned rights)
{
	return at < MEMORY_END ? host_at(t, at, bytes, rights) : NULL;
}

/* One instruction each: a compiler would have more for a string instruction than there are words. */
static inline void
words_clear(volatile uint64_t *word, unsigned count)
{
	#pragma GCC unroll 16
	for (unsigned i = 0; i < count; i++)
		word[i] = 0;
}

static void
frame_fill(const struct task *t, struct frame *f, const struct signal_action *a, const struct signal_info *info, uint64_t fpu, signal_set mask)
{
	ucontext_fill(t, f, a);
	context_fill(t, &f->context, a, fpu, mask);
	f->mask = mask;
	f->info = *info;
	words_clear(f->info_rest, sizeof(f->info_rest) / sizeof(f->info_rest[0]));
}

/* Where it is not in one page that is there. */
static __attribute__((noinline)) int
frame_copy(struct task *t, const struct place *place, const struct signal_action *a, const struct signal_info *info, signal_set mask)
{
	struct frame local;

	if (!memory_inside(place->at, place->top - place->at))
		return -EFAULT;
	memset(&local.context, 0, sizeof(local.context));	/* what the vDSO writes, too */
	frame_fill(t, &local, a, info, place->fpu, mask);
	return host_copy_out(t, place->at, &local, sizeof(local));
}

int
frame_put(struct task *t, const struct signal_action *a, const struct signal_info *info, signal_set mask)
{
	struct place place = place_below(t->registers.rsp - RED_ZONE);

	if (!t->stack_bytes)
		place.at = in_one_page(place.at);
	else if (!place_with_stack(t, a, &place))
		return -EFAULT;
	if (!(a->flags & SA_RESTORER))
		return -EFAULT;
	struct frame *f = frame_at(t, place.at, sizeof(*f), RIGHT_WRITE);
	if (f)
		frame_fill(t, f, a, info, place.fpu, mask);
	else if (frame_copy(t, &place, a, info, mask))
		return -EFAULT;
	if (t->stack_flags & STACK_ONCE)
		t->stack_base = t->stack_bytes = t->stack_flags = 0;
	handler_begin(t, place.at);
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
	const struct frame *f = frame_at(t, at, bytes, RIGHT_READ);
	struct frame local;

	if (!f && !host_copy_in(t, &local, at, bytes))
		f = &local;
	if (!f || !frame_take(t, f, at))
		signal_force(t, SIGSEGV, SI_KERNEL, 0);
	return 0;
}
