/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs.  The kernel knows environments and slices; the domain has one slice, the manager's, and shares it out by itself: tasks that can run are in a queue, and whoever
 * has nothing to do yields to the environment of the first of it, else to the manager.  A task is in the queue, or chosen, or runs, or waits.
 *
 * An environment with several tasks changes between them on their library stacks.
 */
#include <errno.h>
#include <exo/calls.h>
#include <exo/stubs.h>
#include <unix/unix.h>
#include "domain.h"

/* --- times -------------------------------------------------------------------------------------------------------------------------- */

static __attribute__((noinline)) void
sleeper_insert(struct task *t, uint64_t deadline)
{
	struct task **link = &domain->sleeper;

	while (*link && (*link)->host.deadline <= deadline)
		link = &(*link)->host.next_sleeper;
	t->host.deadline = deadline;
	t->host.next_sleeper = *link;
	t->host.sleeps = true;
	*link = t;
}

static void
sleeper_remove(struct task *t)
{
	struct task **link = &domain->sleeper;

	if (!t->host.sleeps)
		return;
	while (*link != t)
		link = &(*link)->host.next_sleeper;
	*link = t->host.next_sleeper;
	t->host.sleeps = false;
}

void
sleepers_wake(void)
{
	uint64_t now = host_clock();

	while (domain->sleeper && domain->sleeper->host.deadline <= now) {
		struct task *t = domain->sleeper;
		sleeper_remove(t);
		task_ready(t);
	}
}

/* --- giving way ------------------------------------------------------------------------------------------------------------------------ */

/* yield_to E, whose caller keeps no more than it has to: rbp is left for E. */
static inline void
yield_over(const struct environment *e)
{
	__asm__ volatile("mov %0, %%rdi\n\tpush %%rbp\n\tmov %1, %%eax\n\tsyscall\n\tpop %%rbp" : : "m"(e->name), "i"(CALL_YIELD_TO) :
		"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory");
}

/* E runs, and has the lock meanwhile. */
static inline void
environment_run(struct environment *e)
{
	domain->runs = e;
	host_unlock(NULL);
	yield_over(e);
	host_lock(NULL);
}

static __attribute__((noinline)) void
manager_run(void)
{
	environment_run(&domain->environment[MANAGER]);
}

/* A turn of E's that was over just as it began has not come to the task that it was to run: that is ready again. */
static __attribute__((noinline)) void
chosen_in_vain(struct environment *e)
{
	task_ready(e->chosen);
	e->chosen = NULL;
}

/* T, whose environment E is another, runs. */
static inline void
run_elsewhere(struct environment *e, struct task *t)
{
	e->chosen = t;
	environment_run(e);
	if (e->chosen)
		chosen_in_vain(e);
}

void
task_run(struct task *t)
{
	run_elsewhere(t->host.environment, t);
}

/* Another environment runs, until somebody chooses a task of this one.  Under the lock, which is given up meanwhile. */
static inline struct task *
chosen_wait(struct task *t)
{
	struct task *next;

	time_charge(t);
	while (!(next = own->environment->chosen)) {
		if (domain->wanted || !(next = task_next()))
			manager_run();
		else if (next->host.environment != own->environment)
			run_elsewhere(next->host.environment, next);
		else
			return next;
	}
	own->environment->chosen = NULL;
	return next;
}

/* It has the environment from now on. */
static void
task_take(struct task *t)
{
	if (own->task)
		floating_save(own->task);
	floating_load(t);
	own->task = own->environment->task = t;
	own->stack = t->host.stack;
	space_follow();
}

/* Another task of T's environment goes on, until T is chosen. */
static __attribute__((noinline)) void
task_change(struct task *t, struct task *next)
{
	uint64_t base = fs_base();

	task_take(next);
	if (next->host.sp) {
		stack_switch(&t->host.sp, next->host.sp);
	} else {
		host_unlock(next);
		stack_begin(&t->host.sp, next->host.stack, next);
	}
	fs_base_set(base);
	t->host.sp = 0;
}

void
give_way(struct task *t)
{
	struct task *next = chosen_wait(t);

	if (next == t)
		space_follow();
	else
		task_change(t, next);
}

void
idle(void)
{
	uint64_t nowhere;

	own->task = own->environment->task = NULL;
	host_lock(NULL);
	struct task *next = chosen_wait(NULL);
	task_take(next);
	if (next->host.sp)
		stack_switch(&nowhere, next->host.sp);
	host_unlock(next);
	program_continue(next);
}

static __attribute__((noinline)) bool
block_timed(struct task *t, uint64_t deadline)
{
	if (!t->woken)
		sleeper_insert(t, deadline);
	while (!t->woken && host_clock() < deadline)
		give_way(t);
	sleeper_remove(t);
	return t->woken;
}

bool
host_block(struct task *t, uint64_t deadline)
{
	if (deadline != UNIX_NEVER)
		return block_timed(t, deadline);
	while (!t->woken)
		give_way(t);
	return true;
}

void
host_wake(struct task *t)
{
	task_ready(t);
}

/* --- tasks begin and end -------------------------------------------------------------------------------------------------------------- */

static int
stack_take(struct task *t)
{
	uint64_t stack = domain->free_stack;

	if (stack) {
		domain->free_stack = ((uint64_t *)stack)[-1];
	} else {
		char *low = host_shared_alloc(LIBRARY_STACK + FLOATING_AREA);
		if (!low)
			return -ENOMEM;
		stack = (uintptr_t)low + LIBRARY_STACK;
	}
	t->host.stack = stack;
	return 0;
}

static void
stack_give(struct task *t)
{
	((uint64_t *)t->host.stack)[-1] = domain->free_stack;
	domain->free_stack = t->host.stack;
	t->host.stack = 0;
}

/* The environment in which another task of the process's memory runs; NULL: none. */
static struct environment *
environment_of_process(const struct process *p)
{
	for (const struct task *t = p->task; t; t = t->next) {
		if (t->host.environment)
			return t->host.environment;
	}
	return NULL;
}

void
environment_rest(struct environment *e)
{
	e->next = domain->idle;
	domain->idle = e;
	domain->idles++;
}

/* One that is idle; the manager makes them, when there is none. */
static struct environment *
environment_take(void)
{
	while (!domain->idle) {
		if (domain->exhausted) {
			domain->exhausted = false;
			return NULL;
		}
		domain->wanted = true;
		task_ready(own->task);
		give_way(own->task);
	}
	struct environment *e = domain->idle;
	domain->idle = e->next;
	domain->idles--;
	e->fallen = false;
	return e;
}

int
host_thread_create(struct task *t)
{
	struct environment *e = environment_of_process(t->process);

	if (stack_take(t))
		return -ENOMEM;
	if (!e && (e = environment_take()))
		space_enter(e, &t->process->memory->host);
	if (!e) {
		stack_give(t);
		return -ENOMEM;
	}
	e->tasks++;
	t->host.environment = e;
	return 0;
}

/* FROM is whose call this is: its floating-point registers are in the processor. */
void
host_thread_start(struct task *t, const struct task *from)
{
	struct environment *e = t->host.environment;

	if (e->tasks == 1)
		space_begin(e);
	if (!from)
		floating_fresh();
	floating_save(t);
	t->set = REGISTERS_ALL;
	task_ready(t);
}

/* What T had here is others'.  An environment whose last task it was is idle. */
void
task_forget(struct task *t)
{
	struct environment *e = t->host.environment;

	task_unready(t);
	sleeper_remove(t);
	if (e->chosen == t)
		e->chosen = NULL;
	stack_give(t);
	if (--e->tasks)
		return;
	space_enter(e, NULL);
	environment_rest(e);
}

/* Another one's is over at once; one's own when its call comes to its end (enter.c). */
void
host_thread_end(struct task *t)
{
	t->host.ended = true;
	if (t == own->task)
		own->late |= LATE_ENDED;
	else
		task_forget(t);
}

int
host_thread_move(struct task *t)
{
	struct environment *e = own->environment;

	space_enter(e, &t->process->memory->host);
	e->unsettled = false;
	e->changes = e->space->changes;
	if (!e->before)
		kept_settle(e, t->process->memory, true);
	floating_fresh();
	return 0;
}

/* Who executes its program was preempted there, and looks when it goes on. */
void
host_interrupt(struct task *t)
{
}

uint64_t
host_thread_time(const struct task *t)
{
	uint64_t ticks = t->host.ticks + (t == own->task ? __builtin_ia32_rdtsc() - domain->since : 0);

	return (unsigned __int128)ticks * 1000000000u / domain->clock_hz;
}

void
host_registers(struct task *t)
{
	if (t == own->task && !(t->set & REGISTERS_FS_BASE))
		t->registers.fs_base = fs_base();
}
