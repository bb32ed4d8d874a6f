/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls about a process's own signals: actions, masks, waiting, the stack of handlers. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define SET_BYTES	8
#define NEVER_MASKED	(BIT(SIGKILL) | BIT(SIGSTOP))
#define KNOWN_FLAGS	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND | SA_RESTORER)

/* --- actions ------------------------------------------------------------------------------------------------------------------------------------ */

static void
action_change(struct process *p, int number, const struct signal_action *new)
{
	struct signal_action *a = &p->action[number - 1];

	*a = *new;
	a->flags &= (uint32_t)KNOWN_FLAGS;
	a->mask &= ~NEVER_MASKED;
	if (!action_ignores(p, number))
		return;
	queue_empty(&p->pending, BIT(number));
	for (struct task *t = p->task; t; t = t->next)
		queue_empty(&t->pending, BIT(number));
}

int64_t
unix_rt_sigaction(struct task *t, int number, uint64_t from, uint64_t old, uint64_t bytes)
{
	struct signal_action new, was;

	if (bytes != SET_BYTES)
		return -EINVAL;
	if (from && host_copy_in(t, &new, from, sizeof(new)))
		return -EFAULT;
	if (number < 1 || number > SIGNALS || (from && (number == SIGKILL || number == SIGSTOP)))
		return -EINVAL;
	was = t->process->action[number - 1];
	if (from)
		action_change(t->process, number, &new);
	return old ? host_copy_out(t, old, &was, sizeof(was)) : 0;
}

/* --- masks ---------------------------------------------------------------------------------------------------------------------------------------- */

static int
mask_change(struct task *t, int how, signal_set set)
{
	set &= ~NEVER_MASKED;
	switch (how) {
	case SIG_BLOCK: t->mask |= set; break;
	case SIG_UNBLOCK: t->mask &= ~set; break;
	case SIG_SETMASK: t->mask = set; break;
	default: return -EINVAL;
	}
	signal_look(t);
	return 0;
}

int64_t
unix_rt_sigprocmask(struct task *t, int how, uint64_t from, uint64_t old, uint64_t bytes)
{
	signal_set new, was = t->mask;

	if (bytes != SET_BYTES)
		return -EINVAL;
	if (from && host_copy_in(t, &new, from, sizeof(new)))
		return -EFAULT;
	int error = from ? mask_change(t, how, new) : 0;
	if (error || !old)
		return error;
	return host_copy_out(t, old, &was, sizeof(was));
}

int64_t
unix_rt_sigpending(struct task *t, uint64_t to, uint64_t bytes)
{
	signal_set both = (t->pending.set | t->process->pending.set) & t->mask;

	return bytes > SET_BYTES ? -EINVAL : host_copy_out(t, to, &both, bytes);
}

/* --- waiting ------------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_pause(struct task *t)
{
	wait_at(t, &t->alone, UNIX_NEVER);
	return -ERESTARTNOHAND;
}

int64_t
unix_rt_sigsuspend(struct task *t, uint64_t from, uint64_t bytes)
{
	signal_set mask;

	if (bytes != SET_BYTES)
		return -EINVAL;
	if (host_copy_in(t, &mask, from, sizeof(mask)))
		return -EFAULT;
	signal_mask_put(t, mask);
	return unix_pause(t);
}

static int
info_put(struct task *t, uint64_t to, const struct signal_info *info)
{
	struct { struct signal_info info; char rest[128 - sizeof(struct signal_info)]; } whole = { .info = *info };

	return host_copy_out(t, to, &whole, sizeof(whole));
}

/* What comes is taken whether or not it is masked; what else comes ends the wait. */
static int
signal_await(struct task *t, signal_set which, uint64_t deadline, struct signal_info *info)
{
	int error = 0;

	if (signal_take(t, which, info))
		return 0;
	t->awaited = which;
	if (deadline != 0)
		error = wait_at(t, &t->alone, deadline);
	t->awaited = 0;
	bool came = signal_take(t, which, info);
	signal_look(t);
	if (came)
		return 0;
	return error == -ERESTARTSYS ? -EINTR : -EAGAIN;
}

int64_t
unix_rt_sigtimedwait(struct task *t, uint64_t from, uint64_t to, uint64_t time, uint64_t bytes)
{
	uint64_t deadline = UNIX_NEVER;
	struct signal_info info;
	struct span s;
	signal_set which;

	if (bytes != SET_BYTES)
		return -EINVAL;
	if (host_copy_in(t, &which, from, sizeof(which)) || (time && host_copy_in(t, &s, time, sizeof(s))))
		return -EFAULT;
	if (time && !span_valid(&s))
		return -EINVAL;
	if (time)
		deadline = s.seconds || s.rest ? time_deadline(&s, false, false) : 0;
	int error = signal_await(t, which & ~NEVER_MASKED, deadline, &info);
	if (error)
		return error;
	signal_look(t);
	return to && info_put(t, to, &info) ? -EFAULT : info.number;
}

/* --- the stack ------------------------------------------------------------------------------------------------------------------------------------ */

struct stack {			/* stack_t */
	uint64_t base;
	uint32_t flags, pad;
	uint64_t bytes;
};

static int
stack_change(struct task *t, const struct stack *new)
{
	uint32_t mode = new->flags & ~STACK_ONCE;

	if (task_on_stack(t, t->registers.rsp))
		return -EPERM;
	if (mode != 0 && mode != STACK_IN_USE && mode != STACK_DISABLE)
		return -EINVAL;
	if (mode != STACK_DISABLE && new->bytes < STACK_LEAST)
		return -ENOMEM;
	t->stack_base = mode == STACK_DISABLE ? 0 : new->base;
	t->stack_bytes = mode == STACK_DISABLE ? 0 : new->bytes;
	t->stack_flags = new->flags & ~STACK_IN_USE;
	return 0;
}

int64_t
unix_sigaltstack(struct task *t, uint64_t from, uint64_t old)
{
	struct stack new, was = { t->stack_base, t->stack_flags & STACK_ONCE, 0, t->stack_bytes };

	was.flags |= !t->stack_bytes ? STACK_DISABLE : task_on_stack(t, t->registers.rsp) ? STACK_IN_USE : 0;
	if (from && host_copy_in(t, &new, from, sizeof(new)))
		return -EFAULT;
	int error = from ? stack_change(t, &new) : 0;
	if (error || !old)
		return error;
	return host_copy_out(t, old, &was, sizeof(was));
}
