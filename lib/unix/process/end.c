/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ends: of tasks, of processes.  Whoever is to end does so itself, on its way back to its program (signal_deliver); until then it is waited for.  A process that has ended
 * stays until its parent has waited for it; what it held is gone before.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include <unix/unix.h>
#include "process/internal.h"
#include "process/objects.h"

void
process_leave(struct process *p, int32_t status)
{
	if (p->leaving)
		return;
	p->leaving = true;
	p->status = status;
	for (struct task *t = p->task; t; t = t->next)
		task_notice(t);
}

void
vfork_release(struct process *p)
{
	struct task *waiting = p->vforker;

	if (!waiting)
		return;
	p->vforker = NULL;
	waiting->vforked = NULL;
	task_wake(waiting);
}

/* --- the last task has ended ----------------------------------------------------------------------------------------------------------- */

/* Stopped jobs that nobody could continue any more end, unless they want to go on. */
static void
group_forsaken(int32_t group)
{
	bool stopped = false;

	if (!shared->process.stopped)		/* who ends need not look at all others */
		return;
	for (struct process *p = shared->process.first; p; p = p->next)
		stopped |= p->group == group && p->stopped && !p->ended;
	if (!stopped || !group_orphaned(group))
		return;
	signal_group(group, &(struct signal_info){ .number = SIGHUP, .code = SI_KERNEL });
	signal_group(group, &(struct signal_info){ .number = SIGCONT, .code = SI_KERNEL });
}

static struct process *
heir_of(const struct process *p)
{
	struct process *heir = p->parent;

	while (heir && (!heir->subreaper || heir->leaving))
		heir = heir->parent;
	return heir;
}

static void
child_bequeath(struct process *child, struct process *from)
{
	int32_t group = child->group;
	int death_signal = child->task->death_signal;
	bool other_group = group != from->group && child->session == from->session;

	process_adopt(child, heir_of(from));
	if (child->ended && !child->parent)
		process_free(child);
	else if (child->ended)
		signal_parent(child, child->status & 0x7f ? CLD_KILLED : CLD_EXITED, child->status);
	else if (death_signal)
		signal_process(child, &(struct signal_info){ .number = death_signal, .code = SI_USER, .by = { .pid = from->pid, .uid = from->who.uid } });
	if (other_group)
		group_forsaken(group);
}

static bool
parent_waits(const struct process *p)
{
	const struct signal_action *a = &p->parent->action[SIGCHLD - 1];

	return p->exit_signal != SIGCHLD || !((void *)a->handler == SIG_IGN || (a->flags & SA_NOCLDWAIT));
}

static void
process_tell(struct process *p)
{
	struct process *parent = p->parent;

	if (!parent) {
		process_free(p);
		return;
	}
	bool waits = parent_waits(p);
	signal_parent(p, p->status & 0x7f ? CLD_KILLED : CLD_EXITED, p->status);
	if (!waits)
		process_free(p);
	wait_wake(&parent->changes);
}

static void
process_end(struct process *p)
{
	struct memory *memory = p->memory;
	struct files *files = p->files;

	if (p->session == p->pid && p->terminal)
		terminal_leave(p);
	alarms_end(p);
	queue_empty(&p->pending, ~0ul);
	vfork_release(p);
	p->memory = NULL;
	p->files = NULL;
	memory_drop(memory);
	if (files)
		files_drop(files);
	p->ended = true;
	shared->process.stopped -= p->stopped;
	while (p->child)
		child_bequeath(p->child, p);
	group_forsaken(p->group);
	if (p->pid == shared->process.first_pid)
		shared->process.first_status = p->status;
	process_tell(p);
}

/* --- a task ------------------------------------------------------------------------------------------------------------------------------- */

static void
vfork_forget(struct task *t)
{
	if (t->vforked)
		t->vforked->vforker = NULL;
}

void
task_end(struct task *t)
{
	struct process *p = t->process;

	task_release(t);
	vfork_forget(t);
	wait_leave(t);
	queue_empty(&t->pending, ~0ul);
	p->time_ended += host_thread_time(t);
	host_thread_end(t);
	t->state = TASK_ENDED;
	t->signalled = false;
	p->tasks--;
	if (t != p->task) {
		task_leave(t);
		task_free(t);
	}
	if (p->sole)
		task_wake(p->sole);
	if (!p->tasks)
		process_end(p);
}

static bool
has_company(struct task *t)
{
	return t->process->tasks > 1;
}

static void
others_end(struct task *t)
{
	struct process *p = t->process;

	p->sole = t;
	for (struct task *other = p->task; other; other = other->next) {
		if (other != t)
			task_notice(other);
	}
	task_park(t, TASK_WAITS, has_company);
	p->sole = NULL;
}

static void
number_inherit(struct task *t)
{
	struct process *p = t->process;
	struct task *first = p->task;

	task_leave(first);
	task_free(first);
	task_unhash(t);
	t->tid = p->pid;
	task_hash(t);
}

int
tasks_alone(struct task *t)
{
	struct process *p = t->process;

	if (p->sole)
		return -EAGAIN;
	if (p->tasks > 1)
		others_end(t);
	if (p->leaving)
		return -EAGAIN;
	if (t != p->task)
		number_inherit(t);
	return 0;
}

/* --- calls, and the host's ------------------------------------------------------------------------------------------------------------------ */

int64_t
unix_exit(struct task *t, int status)
{
	struct process *p = t->process;

	if (t == p->task && !p->leaving)
		p->status = (status & 0xff) << 8;
	task_end(t);
	return 0;
}

int64_t
unix_exit_group(struct task *t, int status)
{
	process_leave(t->process, (status & 0xff) << 8);
	task_end(t);
	return 0;
}

int
unix_ended(void)
{
	return shared->process.first_status;
}

void
unix_died(struct task *t)
{
	host_lock(t);
	process_leave(t->process, SIGKILL);
	task_end(t);
	host_unlock(t);
}
