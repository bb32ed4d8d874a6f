/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue of tasks that can run: in domain->first, linked through host.next. */
#include "domain.h"

void
task_ready(struct task *t)
{
	if (t->host.ready)
		return;
	t->host.ready = true;
	t->host.next = NULL;
	if (domain->first)
		domain->last->host.next = t;
	else
		domain->first = t;
	domain->last = t;
}

struct task *
task_next(void)
{
	struct task *t = domain->first;

	if (!t)
		return NULL;
	domain->first = t->host.next;
	t->host.ready = false;
	return t;
}

void
task_unready(struct task *t)
{
	struct task **link = &domain->first, *before = NULL;

	if (!t->host.ready)
		return;
	for (; *link != t; link = &(*link)->host.next)
		before = *link;
	*link = t->host.next;
	if (domain->last == t)
		domain->last = before;
	t->host.ready = false;
}
