/* SPDX-License-Identifier: BSD-2-Clause */
/* On the way back to the program: who is to end ends, who is to stop stops, handlers begin, calls begin anew. */
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unix/arena.h>
#include "process/internal.h"

static bool
is_stopped(struct task *t)
{
	return t->process->stopped;
}

/* A background job of an orphaned group is not stopped by its terminal: nobody would continue it. */
static void
process_stop(struct process *p, int number)
{
	if (number != SIGSTOP && group_orphaned(p->group))
		return;
	shared->process.stopped += !p->stopped;
	p->stopped = true;
	p->continued = false;
	p->status = number << 8 | 0x7f;
	for (struct task *t = p->task; t; t = t->next)
		task_notice(t);
	news_tell(p, CLD_STOPPED, number);
}

/* What the signal does by itself. */
static void
act_by_default(struct task *t, int number)
{
	switch (number) {
	case SIGCONT: case SIGCHLD: case SIGURG: case SIGWINCH:
		return;
	case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU:
		process_stop(t->process, number);
		return;
	default:
		process_leave(t->process, number);
	}
}

/* --- calls that a signal has interrupted ------------------------------------------------------------------------------------------------- */

#define SYSCALL_BYTES 2

static void
call_again(struct task *t, int64_t number)
{
	t->registers.rax = (uint64_t)number;
	t->registers.rip -= SYSCALL_BYTES;
	t->set |= REGISTERS_RAX | REGISTERS_RIP;
}

static void
call_before_handler(struct task *t, int64_t call, const struct signal_action *a)
{
	int64_t result = (int64_t)t->registers.rax;

	if (call < 0 || !restarts(result))
		return;
	if (result == -ERESTARTNOINTR || (result == -ERESTARTSYS && (a->flags & SA_RESTART)))
		call_again(t, call);
	else
		t->registers.rax = (uint64_t)-EINTR;
}

static void
call_without_handler(struct task *t, int64_t call)
{
	int64_t result = (int64_t)t->registers.rax;

	if (call >= 0 && restarts(result))
		call_again(t, result == -ERESTART_RESTARTBLOCK ? SYS_restart_syscall : call);
}

/* --- handlers -------------------------------------------------------------------------------------------------------------------------------- */

/* What cannot be masked is in no action's mask (rt_sigaction).  In one piece with the frame. */
static __attribute__((flatten)) void
handle(struct task *t, struct signal_action *a, const struct signal_info *info)
{
	int number = info->number;
	bool failed = frame_put(t, a, info, t->mask_saved ? t->saved_mask : t->mask);

	t->forced.number = 0;
	if (a->flags & SA_RESETHAND || (failed && number == SIGSEGV))
		a->handler = (uint64_t)SIG_DFL;
	if (failed) {
		signal_force(t, SIGSEGV, SI_KERNEL, 0);
		return;
	}
	t->mask_saved = false;
	t->mask |= a->mask | (a->flags & SA_NODEFER ? 0 : BIT(number));
}

/* Nothing waits, and while the handler begins nothing comes that it does not mask. */
bool
signal_at_once(struct task *t, const struct signal_info *info)
{
	struct signal_action *a = &t->process->action[info->number - 1];

	if (t->signalled || t->mask_saved || t->mask & BIT(info->number) || a->handler <= (uint64_t)SIG_IGN)
		return false;
	handle(t, a, info);
	if (t->signalled)
		signal_deliver(t, -1);
	return true;
}

/* The next one, where it is or in ROOM; NULL: there is none. */
static const struct signal_info *
signal_next(struct task *t, struct signal_info *room)
{
	if (t->forced.number)
		return &t->forced;
	return signal_take(t, ~t->mask, room) ? room : NULL;
}

/* One signal.  False: there is none. */
static bool
deliver_one(struct task *t, int64_t *call)
{
	struct signal_info room;
	const struct signal_info *info = signal_next(t, &room);

	if (!info)
		return false;
	int number = info->number;
	struct signal_action *a = &t->process->action[number - 1];
	if ((void *)a->handler != SIG_IGN && (void *)a->handler != SIG_DFL) {
		call_before_handler(t, *call, a);
		*call = -1;
		handle(t, a, info);
		return true;
	}
	t->forced.number = 0;
	if ((void *)a->handler == SIG_DFL)
		act_by_default(t, number);
	return true;
}

static bool
goes_on(struct task *t, int64_t *call)
{
	struct process *p = t->process;

	if (p->leaving || (p->sole && p->sole != t))
		return false;
	if (p->stopped) {
		task_park(t, TASK_STOPPED, is_stopped);
		return true;
	}
	if (deliver_one(t, call))
		return true;
	call_without_handler(t, *call);
	*call = -1;
	if (!t->mask_saved)
		return false;
	signal_mask_back(t);
	return true;
}

__attribute__((noinline)) void
signal_deliver(struct task *t, int64_t call)
{
	struct process *p = t->process;

	while (goes_on(t, &call)) {
		if (call < 0 && !t->mask_saved && !signal_look(t))
			return;			/* a handler begins, and there is nothing else */
	}
	if (p->leaving || (p->sole && p->sole != t))
		task_end(t);
	else
		signal_look(t);
}

/* --- the mask of a call ------------------------------------------------------------------------------------------------------------------------ */

void
signal_mask_put(struct task *t, signal_set mask)
{
	t->saved_mask = t->mask;
	t->mask_saved = true;
	t->mask = mask & ~(BIT(SIGKILL) | BIT(SIGSTOP));
	signal_look(t);
}

void
signal_mask_back(struct task *t)
{
	t->mask_saved = false;
	t->mask = t->saved_mask;
	signal_look(t);
}
