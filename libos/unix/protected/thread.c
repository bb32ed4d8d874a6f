/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks of programs: their turns, their registers, their beginning and end. */
#include <errno.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/memory.h>
#include "libos/unix/domain.h"
#include "servers/unix/fiber.h"
#include "server.h"

#define BASIC	512		/* fxsave's area: there is no xsave */

/* --- floating-point registers: those of a task stay in its environment while no other task of that runs ------------------------------------ */

static unsigned
go_basic(void)
{
	return shared->process.fpu_bytes > BASIC ? 0 : GO_BASIC;
}

static void
floating_copy(void *to, const void *from)
{
	memcpy(to, from, shared->process.fpu_bytes);
}

/* Those of who had S's environment last come out of it, by way of the door. */
static enum came
floating_keep(struct host_space *s)
{
	struct door *d = space_door(s);
	struct task *t = s->task;

	if (!t->host.floating && !(t->host.floating = host_page_take()))
		return CAME_NEVER;
	d->comes = 0;
	d->goes = GO_KEEP | go_basic();
	if (door_enter(s->name))
		return CAME_NEVER;
	s->away = !d->comes;
	if (d->comes != COME_FLOATING)
		return CAME_NOT;
	floating_copy(page_at(t->host.floating), d->floating);
	t->host.kept = true;
	s->task = NULL;
	return CAME;
}

static unsigned
floating_bring(struct task *t, struct door *d)
{
	if (!t->host.kept)
		return 0;
	floating_copy(d->floating, page_at(t->host.floating));
	t->host.kept = false;
	return GO_FLOATING | go_basic();
}

/* --- turns ------------------------------------------------------------------------------------------------------------------------------- */

/* Its registers are in the door. */
static enum came
registers_put(struct task *t)
{
	struct host_space *s = t->host.space;
	struct door *d = space_door(s);

	if (s->task && s->task != t) {
		enum came came = floating_keep(s);
		if (came != CAME)
			return came;
	}
	d->registers = t->registers;
	d->comes = 0;
	d->goes = GO_ON | floating_bring(t, d);
	s->task = t;
	return CAME;
}

/* Who is away goes on where the kernel took the processor from it.  Only a program that is against its own library is, and it cannot be made somebody else. */
static enum came
task_go(struct task *t)
{
	struct host_space *s = t->host.space;

	if (s->away)
		return s->task == t ? CAME : s->task ? CAME_NOT : CAME_NEVER;
	return registers_put(t);
}

enum came
task_enter(struct task *t)
{
	struct host_space *s = t->host.space;
	enum came came = task_go(t);

	if (came != CAME)
		return came;
	uint64_t began = __builtin_ia32_rdtsc();
	if (door_enter(s->name))
		return CAME_NEVER;
	t->host.ticks += __builtin_ia32_rdtsc() - began;
	s->away = !space_door(s)->comes;
	return s->away ? CAME_NOT : CAME;
}

/* --- tasks begin and end ------------------------------------------------------------------------------------------------------------------ */

int
host_thread_create(struct task *t)
{
	t->host = (struct host_thread){ .space = &t->process->memory->host };
	return fiber_reserve() ? 0 : -ENOMEM;
}

/* FROM is in a call, so that its environment is at the door, unless it is against its own library: then T begins as if there were no FROM. */
void
host_thread_start(struct task *t, const struct task *from)
{
	struct host_space *s = from ? from->host.space : NULL;

	if (s && (s->task != from || floating_keep(s) == CAME) && from->host.kept && (t->host.floating = host_page_take())) {
		floating_copy(page_at(t->host.floating), page_at(from->host.floating));
		t->host.kept = true;
	}
	task_ready(t);
}

static void
space_leave(struct task *t)
{
	struct host_space *s = t->host.space;

	if (s->task == t)
		s->task = NULL;
	t->host.kept = false;
}

void
host_thread_end(struct task *t)
{
	task_unready(t);
	loop_forget(t);
	space_leave(t);
	if (t->host.floating)
		host_page_give(t->host.floating);
	t->host.floating = 0;
	if (t->host.fiber)
		t->host.fiber->task = NULL;
	t->host.fiber = NULL;
	fiber_unreserve();
}

int
host_thread_move(struct task *t)
{
	space_leave(t);
	t->host.space = &t->process->memory->host;
	return 0;
}

bool
host_block(struct task *t, uint64_t deadline)
{
	fiber_wait(deadline);
	return t->woken;
}

/* Whoever is not in the core has its turn to come, before which this is looked at. */
void
host_interrupt(struct task *t)
{
}

/* All that came through the door is there. */
void
host_registers(struct task *t)
{
}

uint64_t
host_thread_time(const struct task *t)
{
	return (unsigned __int128)t->host.ticks * 1000000000u / domain->clock_hz;
}
