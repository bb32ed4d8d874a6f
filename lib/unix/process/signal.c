/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: sent, kept, and what they do to a process that has no handler for them.  Handlers: deliver.c, frame.c. */
#include <errno.h>
#include <signal.h>
#include <unix/arena.h>
#include "process/internal.h"
#include "process/objects.h"

#define STOPS	(BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))
#define SILENT	(BIT(SIGCONT) | BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH))	/* nothing by default */
#define REALTIME 32		/* from this on each one sent is kept */

/* --- queues ---------------------------------------------------------------------------------------------------------------------------- */

/* -EAGAIN: a signal of which each counts could not be kept. */
static int
queue_add(struct signal_queue *q, const struct signal_info *info)
{
	struct signal_entry *e, **last = &q->first;
	bool there = q->set & BIT(info->number);

	if (there && info->number < REALTIME)
		return 0;
	e = arena_take(ARENA_SIGNAL);
	if (!e && info->number >= REALTIME)
		return -EAGAIN;
	q->set |= BIT(info->number);
	if (!e)
		return 0;
	e->info = *info;
	while (*last)
		last = &(*last)->next;
	*last = e;
	return 0;
}

void
queue_empty(struct signal_queue *q, signal_set which)
{
	struct signal_entry **link = &q->first;

	q->set &= ~which;
	while (*link) {
		struct signal_entry *e = *link;
		if (!(which & BIT(e->info.number))) {
			link = &e->next;
			continue;
		}
		*link = e->next;
		arena_give(ARENA_SIGNAL, e);
	}
}

/* The signal's first entry; its bit goes with its last. */
static void
queue_take(struct signal_queue *q, int number, struct signal_info *info)
{
	struct signal_entry **link = &q->first, *e;

	q->set &= ~BIT(number);
	while ((e = *link) && e->info.number != number)
		link = &e->next;
	if (!e) {
		*info = (struct signal_info){ .number = number, .code = SI_USER };
		return;
	}
	*info = e->info;
	*link = e->next;
	for (struct signal_entry *other = e->next; other; other = other->next) {
		if (other->info.number == number)
			q->set |= BIT(number);
	}
	arena_give(ARENA_SIGNAL, e);
}

/* What faults send comes before all others, then the lowest number. */
static int
first_of(signal_set set)
{
	signal_set faults = set & (BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGFPE) | BIT(SIGSYS));

	return __builtin_ctzl(faults ? faults : set) + 1;
}

bool
signal_take(struct task *t, signal_set which, struct signal_info *info)
{
	struct signal_queue *q = &t->pending;

	if (t->forced.number) {
		*info = t->forced;
		t->forced.number = 0;
		return true;
	}
	if (!(q->set & which))
		q = &t->process->pending;
	if (!(q->set & which))
		return false;
	queue_take(q, first_of(q->set & which), info);
	if (info->code == SI_TIMER)
		alarm_told(t->process, info);
	return true;
}

/* --- who is to know ---------------------------------------------------------------------------------------------------------------------- */

void
task_notice(struct task *t)
{
	t->signalled = true;
	if (t->state == TASK_WAITS || t->state == TASK_STOPPED)
		task_wake(t);
	else if (t->state == TASK_RUNS && !t->inside)
		host_interrupt(t);
}

void
task_wake(struct task *t)
{
	if (t->woken)
		return;
	t->woken = 1;
	host_wake(t);
}

void
task_park(struct task *t, enum task_state state, bool (*waits)(struct task *t))
{
	while (waits(t) && !t->process->leaving) {
		t->woken = 0;
		t->state = state;
		host_block(t, UNIX_NEVER);
	}
	t->state = TASK_RUNS;
}

static bool
wants(const struct task *t, int number)
{
	return t->state != TASK_ENDED && (!(t->mask & BIT(number)) || (t->awaited & BIT(number)));
}

/* One task is enough. */
static void
process_notice(struct process *p, int number)
{
	for (struct task *t = p->task; t; t = t->next) {
		if (wants(t, number)) {
			task_notice(t);
			return;
		}
	}
}

/* --- sending ------------------------------------------------------------------------------------------------------------------------------ */

bool
action_ignores(const struct process *p, int number)
{
	void *handler = (void *)p->action[number - 1].handler;

	return handler == SIG_IGN || (handler == SIG_DFL && (SILENT & BIT(number)));
}

bool
signal_ignored(const struct task *t, int number)
{
	return (t->mask & BIT(number)) || (void *)t->process->action[number - 1].handler == SIG_IGN;
}

static void
forget_everywhere(struct process *p, signal_set which)
{
	if (p->pending.set & which)
		queue_empty(&p->pending, which);
	for (struct task *t = p->task; t; t = t->next) {
		if (t->pending.set & which)
			queue_empty(&t->pending, which);
	}
}

static void
process_continue(struct process *p)
{
	if (!p->stopped)
		return;
	shared->process.stopped -= !p->ended;
	p->stopped = false;
	p->continued = true;
	for (struct task *t = p->task; t; t = t->next)
		task_notice(t);
	news_tell(p, CLD_CONTINUED, SIGCONT);
}

int
signal_send(struct process *p, struct task *t, const struct signal_info *info)
{
	struct task *to = t ? t : p->task;
	int number = info->number;

	if (p->leaving || p->ended)
		return 0;
	if (number == SIGKILL) {
		process_leave(p, SIGKILL);
		return 0;
	}
	if (BIT(number) & STOPS) {
		forget_everywhere(p, BIT(SIGCONT));
	} else if (number == SIGCONT) {
		forget_everywhere(p, STOPS);
		process_continue(p);
	}
	if (!(to->mask & BIT(number)) && number != SIGSTOP && action_ignores(p, number) && !(to->awaited & BIT(number)))
		return 0;
	int error = queue_add(t ? &t->pending : &p->pending, info);
	if (t && wants(t, number))
		task_notice(t);
	else if (!t)
		process_notice(p, number);
	return error;
}

bool
signal_own(struct task *t, const struct task *to, const struct signal_info *info)
{
	signal_set bit = BIT(info->number);

	if (t->signalled || (to ? to != t : t->process->tasks > 1) || bit & (t->mask | STOPS | BIT(SIGCONT)) || info->code == SI_TIMER)
		return false;
	if (t->process->action[info->number - 1].handler <= (uint64_t)SIG_IGN)
		return false;
	t->forced = *info;
	return t->signalled = true;
}

void
signal_process(struct process *p, const struct signal_info *info)
{
	signal_send(p, NULL, info);
}

void
signal_task(struct task *t, const struct signal_info *info)
{
	signal_send(t->process, t, info);
}

void
signal_group(int32_t group, const struct signal_info *info)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->group == group)
			signal_process(p, info);
	}
}

/* What its program did cannot wait, and must not be overlooked. */
void
signal_force(struct task *t, int number, int code, uint64_t address)
{
	struct signal_action *a = &t->process->action[number - 1];

	if ((t->mask & BIT(number)) || (void *)a->handler == SIG_IGN)
		a->handler = (uint64_t)SIG_DFL;
	t->mask &= ~BIT(number);
	t->forced = (struct signal_info){ .number = number, .code = code, .fault = { address } };
	t->signalled = true;
}

/* --- parents -------------------------------------------------------------------------------------------------------------------------------- */

void
signal_parent(struct process *p, int code, int32_t status)
{
	int32_t value = code == CLD_EXITED ? status >> 8 & 0xff : status & 0x7f;

	if (p->exit_signal)
		signal_process(p->parent, &(struct signal_info){ .number = p->exit_signal, .code = code,
			.by = { .pid = p->pid, .uid = p->who.uid, .value = (uint32_t)value } });
}

void
news_tell(struct process *p, int code, int32_t status)
{
	struct process *parent = p->parent;

	p->news = true;
	if (!parent)
		return;
	if (!(parent->action[SIGCHLD - 1].flags & SA_NOCLDSTOP))
		signal_process(parent, &(struct signal_info){ .number = SIGCHLD, .code = code,
			.by = { .pid = p->pid, .uid = p->who.uid, .value = (uint32_t)status } });
	wait_wake(&parent->changes);
}
