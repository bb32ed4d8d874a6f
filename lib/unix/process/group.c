/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of processes, groups and sessions. */
#include <errno.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

/* Nobody of its session, outside of the group, could continue it. */
bool
group_orphaned(int32_t group)
{
	for (const struct process *p = shared->process.first; p; p = p->next) {
		if (p->group == group && !p->ended && p->parent && p->parent->group != group && p->parent->session == p->session)
			return false;
	}
	return true;
}

static const struct process *
member_of(int32_t group)
{
	const struct process *p = shared->process.first;

	while (p && p->group != group)
		p = p->next;
	return p;
}

static struct process *
process_named(struct task *t, int32_t pid)
{
	return pid ? process_find(pid) : t->process;
}

int64_t
unix_getpid(struct task *t)
{
	return t->process->pid;
}

int64_t
unix_gettid(struct task *t)
{
	return t->tid;
}

/* Who has lost his parent has process 1 for one, which is nobody here. */
int64_t
unix_getppid(struct task *t)
{
	const struct process *parent = t->process->parent;

	return parent ? parent->pid : 1;
}

int64_t
unix_getpgid(struct task *t, int32_t pid)
{
	const struct process *p = process_named(t, pid);

	return p ? p->group : -ESRCH;
}

int64_t
unix_getpgrp(struct task *t)
{
	return t->process->group;
}

int64_t
unix_getsid(struct task *t, int32_t pid)
{
	const struct process *p = process_named(t, pid);

	return p ? p->session : -ESRCH;
}

int64_t
unix_setsid(struct task *t)
{
	struct process *p = t->process;

	if (p->session == p->pid || member_of(p->pid))
		return -EPERM;
	p->session = p->group = p->pid;
	p->terminal = NULL;
	return p->pid;
}

/* Of itself, or of a child that has not executed a program yet; into a group of its session. */
int64_t
unix_setpgid(struct task *t, int32_t pid, int32_t group)
{
	struct process *self = t->process, *p = process_named(t, pid);
	const struct process *member;

	if (group < 0)
		return -EINVAL;
	if (!p || (p != self && p->parent != self))
		return -ESRCH;
	if (p != self && p->session != self->session)
		return -EPERM;
	if (p != self && p->execed)
		return -EACCES;
	if (p->session == p->pid)
		return -EPERM;
	group = group ? group : p->pid;
	member = member_of(group);
	if (group != p->pid && (!member || member->session != self->session))
		return -EPERM;
	p->group = group;
	return 0;
}
