/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads: their life and their states.
 *
 *                 start                    block
 *   create --> STOPPED --------> RUNNABLE <-------> BLOCKED
 *                                        make_runnable
 *
 * `suspended` lies across the states: a suspended thread keeps its state, and changes it when what it waits for happens,
 * but is not ready before it is resumed.  The personality hears of a change when a thread becomes ready (RUNNABLE and not
 * suspended) and when it ceases to be.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/panic.h"
#include "core/personality.h"
#include "core/space.h"
#include "core/thread.h"
#include "trace.h"

static u64 last_id;		/* 2^64 threads do not come to be: identifiers never repeat */

static bool
is_ready(const struct thread *t)
{
	return t->state == THREAD_RUNNABLE && !t->suspended;
}

/* T's state or suspension changed; it was ready before if WAS_READY. */
static void
tell_change(struct thread *t, bool was_ready)
{
	struct cpu *cpu = this_cpu();

	if (is_ready(t) == was_ready)
		return;
	if (was_ready && t == cpu->current)
		cpu->pending |= PENDING_RESCHEDULE;
	personality_thread(t, was_ready ? THREAD_NOT_READY : THREAD_READY);
}

static void
space_link(struct space *space, struct thread *t)
{
	t->space = space;
	t->cr3 = space->cr3;
	t->space_next = space->threads;
	t->space_pprev = &space->threads;
	if (t->space_next)
		t->space_next->space_pprev = &t->space_next;
	space->threads = t;
}

static void
space_unlink(struct thread *t)
{
	*t->space_pprev = t->space_next;
	if (t->space_next)
		t->space_next->space_pprev = t->space_pprev;
}

enum status
thread_create(struct space *home, struct space *space, unsigned flags, struct thread **out)
{
	if (flags & ~THREAD_NO_FPU)
		return ERR_BAD_VALUE;
	if (home->object.dying || space->object.dying || !space->root)
		return ERR_WRONG_STATE;
	struct frame *page = kmem_page_alloc(home, FRAME_PAGE, KIND_THREAD);
	if (!page)
		return ERR_NO_KMEM;

	struct thread *t = arch_direct(frame_address(page));
	object_init(&t->object, KIND_THREAD, home);
	t->id = ++last_id;
	t->object.serial = (u32)t->id;
	t->state = THREAD_STOPPED;
	space_link(space, t);
	arch_thread_init(t);
	if (!(flags & THREAD_NO_FPU))
		arch_fpu_init(t);
	trace(TRACE_CREATE, KIND_THREAD, t->id);
	*out = t;
	return OK;
}

enum status
thread_start(struct thread *t, vaddr_t ip, vaddr_t sp, u64 argument)
{
	if (t->object.dying || t->state != THREAD_STOPPED)
		return ERR_WRONG_STATE;
	if (ip < USER_START || ip >= USER_END)
		return ERR_BAD_ADDRESS;
	if (sp && (sp < USER_START || sp > USER_END))
		return ERR_BAD_ADDRESS;
	arch_thread_start(t, ip, sp, argument);
	trace(TRACE_START, t->id, ip);
	thread_make_runnable(t);
	return OK;
}

static void
set_suspended(struct thread *t, bool suspended)
{
	bool was_ready = is_ready(t);

	t->suspended = suspended;
	tell_change(t, was_ready);
}

enum status
thread_suspend(struct thread *t)
{
	if (t->object.dying)
		return ERR_WRONG_STATE;
	set_suspended(t, true);
	return OK;
}

enum status
thread_resume(struct thread *t)
{
	if (t->object.dying)
		return ERR_WRONG_STATE;
	set_suspended(t, false);
	return OK;
}

enum status
thread_exchange(struct thread *t, u64 write_mask, struct registers *regs)
{
	struct registers old;

	if (t->object.dying || t == current_thread())
		return ERR_WRONG_STATE;
	if (write_mask & ~(u64)REGISTERS_ALL)
		return ERR_BAD_VALUE;
	arch_thread_read(t, &old);
	enum status status = arch_thread_write(t, write_mask, regs);
	if (status)
		return status;
	*regs = old;
	return OK;
}

static void
free_page(struct thread *t)
{
	arch_fpu_drop(t);
	kmem_page_free(frame_of(arch_physical(t)));
}

/*
 * Nothing refers to a doomed thread any more but the processor, while it is current: traps save registers into its frame.
 * At most one waits at a time: should the personality have switched away from one and destroyed the next, the first goes
 * now.
 */
void
thread_reap(struct cpu *cpu)
{
	struct thread *t = cpu->doomed;

	if (!t)
		return;
	if (t == cpu->current)
		thread_switch(cpu->idle);
	cpu->doomed = NULL;
	free_page(t);
}

/* The current thread is stopped last, because it may have to execute its call again; another must not run half undone. */
enum status
thread_destroy(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	t->object.dying = true;
	if (t != cpu->current)
		set_suspended(t, true);
	if (personality_thread(t, THREAD_GONE) == STATUS_RESTART)
		return STATUS_RESTART;
	set_suspended(t, true);
	kassert(!t->queued);
	timeout_cancel(&cpu->timeouts, &t->timeout);
	space_unlink(t);
	trace(TRACE_DESTROY, KIND_THREAD, t->id);
	object_fini(&t->object);
	if (t != cpu->current) {
		free_page(t);
		return OK;
	}
	thread_reap(cpu);
	cpu->doomed = t;
	cpu->pending |= PENDING_RESCHEDULE;
	return OK;
}

void
thread_make_runnable(struct thread *t)
{
	bool was_ready = is_ready(t);

	t->state = THREAD_RUNNABLE;
	tell_change(t, was_ready);
}

void
thread_block(struct thread *t)
{
	bool was_ready = is_ready(t);

	t->state = THREAD_BLOCKED;
	tell_change(t, was_ready);
}

u64
thread_ticks(const struct thread *t)
{
	return t == current_thread() ? t->ticks + arch_clock() : t->ticks;
}

/* Taken at every switch that is not a personality's own fast path. */
void
thread_switch(struct thread *next)
{
	struct cpu *cpu = this_cpu();
	struct thread *prev = cpu->current;
	u64 now = arch_clock();

	trace(TRACE_SWITCH, prev->id, next->id);
	prev->ticks += now;
	next->ticks -= now;
	next->switches++;
	cpu->entered = now;
	cpu->current = next;
	arch_switch(prev, next);
}

/* A thread that waits for the exit path to free it is in no list any more. */
void
thread_check(const struct thread *t)
{
	if (t == this_cpu()->doomed)
		return;
	kassert(t->object.kind == KIND_THREAD);
	kassert(((u64)t & PAGE_MASK) == 0);
	kassert(t->id && t->object.serial == (u32)t->id);
	kassert(!t->fpu || t->fpu == (const char *)t + THREAD_FPU_OFFSET);
	kassert(t->space && t->cr3 == t->space->cr3);
	kassert(*t->space_pprev == t);
	kassert(!t->space_next || t->space_next->space_pprev == &t->space_next);
}
