/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table: processes in the order they began, families, tasks by number.
 *
 * A number belongs to a task as long as it is in the hash; a process's is its first task's, which therefore stays there until the process has been waited for.
 */
#include <sys/resource.h>
#include <unix/arena.h>
#include "process/internal.h"
#include "process/objects.h"

#define NUMBER_AGAIN 300	/* where they begin anew */

/* --- numbers ----------------------------------------------------------------------------------------------------------------------- */

static struct task **
hash_of(int32_t tid)
{
	return &shared->process.hash[(uint32_t)tid % TASK_HASH];
}

void
task_hash(struct task *t)
{
	struct task **list = hash_of(t->tid);

	t->hash_next = *list;
	*list = t;
}

void
task_unhash(struct task *t)
{
	struct task **link = hash_of(t->tid);

	while (*link != t)
		link = &(*link)->hash_next;
	*link = t->hash_next;
}

struct task *
task_find(int32_t tid)
{
	struct task *t = *hash_of(tid);

	while (t && t->tid != tid)
		t = t->hash_next;
	return t;
}

struct process *
process_find(int32_t pid)
{
	struct task *t = task_find(pid);

	return t && t->process->pid == pid ? t->process : NULL;
}

/* A group or session can live longer than the process that it is named after. */
static bool
names_group(int32_t number)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->group == number || p->session == number)
			return true;
	}
	return false;
}

int32_t
number_take(void)
{
	struct process_state *s = &shared->process;
	int32_t number = s->last_pid;

	for (unsigned tries = 0; tries < PID_LIMIT; tries++) {
		if (++number >= PID_LIMIT) {
			number = NUMBER_AGAIN;
			s->numbers_again = true;
		}
		if (!task_find(number) && !(s->numbers_again && names_group(number)))
			return s->last_pid = number;
	}
	return 0;
}

/* --- families -------------------------------------------------------------------------------------------------------------------------- */

static void
family_leave(struct process *p)
{
	struct process *parent = p->parent;

	if (!parent)
		return;
	*(p->elder ? &p->elder->sibling : &parent->child) = p->sibling;
	*(p->sibling ? &p->sibling->elder : &parent->last_child) = p->elder;
	p->parent = p->elder = p->sibling = NULL;
}

static void
family_join(struct process *p, struct process *parent)
{
	if (!parent)
		return;
	p->parent = parent;
	p->elder = parent->last_child;
	*(p->elder ? &p->elder->sibling : &parent->child) = p;
	parent->last_child = p;
}

void
process_adopt(struct process *p, struct process *parent)
{
	family_leave(p);
	family_join(p, parent);
}

/* --- processes --------------------------------------------------------------------------------------------------------------------------- */

struct process *
process_create(struct process *parent)
{
	struct process_state *s = &shared->process;
	struct process *p = arena_take(ARENA_PROCESS);

	if (!p)
		return NULL;
	family_join(p, parent);
	p->previous = s->last;
	*(s->last ? &s->last->next : &s->first) = p;
	s->last = p;
	s->processes++;
	return p;
}

static void
table_leave(struct process *p)
{
	struct process_state *s = &shared->process;

	*(p->previous ? &p->previous->next : &s->first) = p->next;
	*(p->next ? &p->next->previous : &s->last) = p->previous;
	s->processes--;
}

void
process_free(struct process *p)
{
	struct task *t = p->task;

	family_leave(p);
	table_leave(p);
	if (t) {
		task_unhash(t);
		task_free(t);
	}
	arena_give(ARENA_PROCESS, p);
}

/* --- tasks ------------------------------------------------------------------------------------------------------------------------------- */

struct task *
task_create(struct process *p, int32_t tid)
{
	struct task *t = arena_take(ARENA_TASK), **link = &p->task;

	if (!t)
		return NULL;
	t->process = p;
	t->tid = tid;
	while (*link)
		link = &(*link)->next;
	*link = t;
	p->tasks++;
	shared->process.tasks++;
	task_hash(t);
	return t;
}

void
task_leave(struct task *t)
{
	struct task **link = &t->process->task;

	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
	task_unhash(t);
}

void
task_free(struct task *t)
{
	shared->process.tasks--;
	arena_give(ARENA_TASK, t);
}
