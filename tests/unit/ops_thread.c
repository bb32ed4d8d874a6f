/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on threads, with forced destruction in any state; the model is an array of what each thread should be.  The
 * personality here runs them from the CPU's ready structure, and may need several calls to let go of one.
 */
#include <string.h>
#include "core/arch.h"
#include "core/cpu.h"
#include "core/thread.h"
#include "fake/personality.h"
#include "homes.h"
#include "unit.h"

#define THREADS		12
#define POOL		8		/* pages: creation fails for want of memory, too */
#define PENDING_TEST	PENDING_PERSONALITY

static struct model {
	struct thread *t;		/* NULL: none */
	enum thread_state state;
	bool suspended, dying;
	unsigned home, space;
	u64 id, ticks;
} model[THREADS];
static unsigned doomed_home;		/* of cpu->doomed */
static u64 newest_id;
static u64 entered;

/* --- the personality ------------------------------------------------------------------------------------------------ */

static enum status
on_thread(struct thread *t, enum thread_event event)
{
	struct ready *ready = &this_cpu()->ready;

	switch (event) {
	case THREAD_READY:
		ready_insert_tail(ready, t);
		break;
	case THREAD_NOT_READY:
		ready_remove(ready, t);
		break;
	case THREAD_GONE:
		return preempt_point() ? STATUS_RESTART : OK;
	}
	return OK;
}

/* When nobody is ready, the fake machine's idle thread "enters user level": nothing would ever end its waiting. */
static struct thread *
on_pick(void)
{
	struct thread *t = ready_first(&this_cpu()->ready);

	if (t)
		t->pending &= ~PENDING_TEST;
	else if (this_cpu()->current == this_cpu()->idle)
		this_cpu()->idle->pending = 0;
	return t;
}

/* --- the model -------------------------------------------------------------------------------------------------------- */

static struct model *
model_of(const struct thread *t)
{
	for (struct model *m = model; m < model + THREADS; m++)
		if (m->t == t)
			return m;
	return NULL;
}

static bool
is_current(const struct model *m)
{
	return m->t == this_cpu()->current;
}

static bool
model_ready(const struct model *m)
{
	return m->state == THREAD_RUNNABLE && !m->suspended;
}

/* Another thread may be current now. */
static void
account(const struct thread *before)
{
	struct cpu *cpu = this_cpu();
	struct model *m = model_of(before);

	if (cpu->current == before)
		return;
	expect(cpu->arch.loaded == cpu->current);
	if (m)
		m->ticks += machine.clock - entered;
	entered = machine.clock;
}

static void
compare(const struct model *m)
{
	const struct thread *t = m->t;

	expect(t->id == m->id);
	expect(t->state == m->state && t->suspended == m->suspended && t->object.dying == m->dying);
	expect(t->queued == model_ready(m));
	expect(thread_ticks(t) == m->ticks + (is_current(m) ? machine.clock - entered : 0));
	expect(t->space == home_at(m->space) && t->object.home == home_at(m->home));
	expect(!is_current(m) || model_ready(m) || this_cpu()->pending & PENDING_RESCHEDULE);
}

/* --- steps ------------------------------------------------------------------------------------------------------------ */

static void
create(struct input *in, struct model *m)
{
	unsigned home = input_below(in, HOMES), space = input_below(in, HOMES);
	unsigned flags = input_below(in, 2) ? THREAD_NO_FPU : 0;
	u64 free = home_at(home)->kmem.pages_free;
	struct thread *t = NULL;

	enum status s = thread_create(home_at(home), home_at(space), flags, &t);
	if (s) {
		expect(s == ERR_NO_KMEM && !t && home_at(home)->kmem.pages_free == free);
		return;
	}
	expect(t->id > newest_id);
	expect(!t->fpu == !!flags);
	newest_id = t->id;
	*m = (struct model){ .t = t, .state = THREAD_STOPPED, .home = home, .space = space, .id = t->id };
}

static void
start(struct input *in, struct model *m)
{
	vaddr_t ip = USER_START + input_below(in, 64) * PAGE_SIZE, sp = input_below(in, 2) ? USER_END : 0;
	enum status s = thread_start(m->t, ip, sp, 7);

	if (m->dying || m->state != THREAD_STOPPED) {
		expect(s == ERR_WRONG_STATE);
		return;
	}
	expect(s == OK && m->t->regs.rip == ip && m->t->regs.rsp == sp);
	m->state = THREAD_RUNNABLE;
}

static void
suspend_or_resume(struct input *in, struct model *m)
{
	bool suspend = input_below(in, 2);
	enum status s = suspend ? thread_suspend(m->t) : thread_resume(m->t);

	expect(s == (m->dying ? ERR_WRONG_STATE : OK));
	if (!m->dying)
		m->suspended = suspend;
}

/* What a personality does when a thread waits for something, and when that comes; it may come to one that is being destroyed. */
static void
block_or_wake(struct model *m)
{
	if (m->state == THREAD_RUNNABLE) {
		thread_block(m->t);
		m->state = THREAD_BLOCKED;
	} else if (m->state == THREAD_BLOCKED) {
		thread_make_runnable(m->t);
		m->state = THREAD_RUNNABLE;
	}
}

static void
exchange(struct input *in, struct model *m)
{
	struct registers regs = { .rip = input_below(in, 2) ? USER_START : USER_END, .rax = input_below(in, 256) };
	u64 mask = 1u << input_below(in, 21), rax = m->t->regs.rax, rip = m->t->regs.rip;
	enum status s = thread_exchange(m->t, mask, &regs);

	if (m->dying || is_current(m))
		expect(s == ERR_WRONG_STATE);
	else if (mask & ~(u64)REGISTERS_ALL)
		expect(s == ERR_BAD_VALUE);
	else if (mask == REGISTERS_RIP && regs.rip == USER_END)
		expect(s == ERR_BAD_ADDRESS);
	else
		expect(s == OK && regs.rax == rax && regs.rip == rip);
	if (s)
		expect(m->t->regs.rax == rax && m->t->regs.rip == rip);
}

/* One call; it is repeated now or in a later step. */
static void
destroy(struct model *m)
{
	struct cpu *cpu = this_cpu();
	bool current = is_current(m);

	m->dying = true;
	m->suspended |= !current;
	if (object_destroy(&m->t->object) == STATUS_RESTART)
		return;
	if (current) {
		expect(cpu->doomed == m->t && cpu->pending & PENDING_RESCHEDULE);
		doomed_home = m->home;
	}
	m->t = NULL;
}

static void
leave_by_exit(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *expected = cpu->current, *first = ready_first(&cpu->ready);

	cpu->idle->pending = PENDING_IDLE;
	if (cpu->pending | cpu->current->pending)
		expected = first ? first : cpu->idle;
	pending_run();
	expect(cpu->current == expected);
	expect(!cpu->doomed && !cpu->pending && !cpu->current->pending && !cpu->idling);
}

/* The exit path, or the personality's own switch to another ready thread. */
static void
leave(struct input *in)
{
	struct cpu *cpu = this_cpu();
	struct thread *before = cpu->current, *next = ready_first(&cpu->ready);

	machine.clock += input_below(in, 1000);
	if (next && next != before && input_below(in, 2))
		thread_switch(next);
	else
		leave_by_exit();
	account(before);
}

static void
act(struct input *in, struct model *m)
{
	switch (input_below(in, 6)) {
	case 0:
		start(in, m);
		break;
	case 1:
		suspend_or_resume(in, m);
		break;
	case 2:
		block_or_wake(m);
		break;
	case 3:
		exchange(in, m);
		break;
	case 4:
		destroy(m);
		break;
	case 5:
		m->t->pending |= PENDING_TEST;
		this_cpu()->pending |= PENDING_RESCHEDULE;
		break;
	}
}

static void
setup(struct input *in)
{
	home_make(POOL);
	hooks.on_thread = on_thread;
	hooks.on_pick = on_pick;
	memset(model, 0, sizeof(model));
	newest_id = 0;
	entered = 0;
}

static void
step(struct input *in)
{
	struct model *m = &model[input_below(in, THREADS)];

	if (input_below(in, 4) == 0)
		leave(in);
	else if (!m->t)
		create(in, m);
	else
		act(in, m);
	if (m->t)
		compare(m);
}

static u64
pages_used(unsigned home)
{
	u64 used = this_cpu()->doomed && doomed_home == home;

	for (unsigned i = 0; i < THREADS; i++)
		used += model[i].t && model[i].home == home;
	return used;
}

static void
verify(void)
{
	unsigned listed = 0, living = 0;

	ready_check(&this_cpu()->ready);
	for (unsigned i = 0; i < THREADS; i++) {
		if (!model[i].t)
			continue;
		thread_check(model[i].t);
		compare(&model[i]);
		living++;
	}
	for (unsigned i = 0; i < HOMES; i++) {
		for (const struct thread *t = home_at(i)->threads; t; t = t->space_next)
			listed += model_of(t) && t->space == home_at(i);
		expect(home_at(i)->kmem.pages - home_at(i)->kmem.pages_free == pages_used(i));
	}
	expect(listed == living);
}

static void
teardown(void)
{
	struct input none = input_bytes(NULL, 0);

	for (unsigned i = 0; i < THREADS; i++)
		if (model[i].t)
			destroy(&model[i]);
	leave(&none);
	verify();
	expect(!home_at(0)->threads && !home_at(1)->threads && !this_cpu()->ready.summary);
}

const struct operations ops_thread = { "thread", setup, step, verify, teardown };
