/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop: whose turn it is goes to its program; what came of that is served, at once or on this stack later, when the loop has gone on on another (servers/unix/fiber.c).
 *
 * A program's turn ends with its slice, or when its call waits.  The server waits for no program: who does not come back is one whose slice is over.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <unix/unix.h>
#include "libos/unix/device.h"
#include "libos/unix/domain.h"
#include "libos/unix/manager.h"
#include "servers/unix/fiber.h"
#include "server.h"

#define PAGE_FAULT	14
#define ERROR_PRESENT	1
#define ERROR_WRITE	2		/* of a page fault's error code */
#define ERROR_FETCH	16

static struct task *turn;		/* whose it is; NULL: the first's that is ready */

void
loop_forget(const struct task *t)
{
	if (turn == t)
		turn = NULL;
}

/* --- devices, times ------------------------------------------------------------------------------------------------------------------- */

static void
look(void)
{
	console_poll();
	fiber_deadlines(host_clock());
	if (host_clock() < domain->alarm)
		return;
	domain->alarm = UNIX_NEVER;
	unix_alarmed();
}

static uint64_t
next_time(void)
{
	return fiber_timed && fiber_timed->deadline < domain->alarm ? fiber_timed->deadline : domain->alarm;
}

/* Nobody can run. */
static void
sleep(void)
{
	uint64_t reason;

	call_wait(0, 0, ticks_of(next_time()), &reason);
	look();
}

/* The slice is over: others are before who had it, and a new one begins. */
static void
slice_end(void)
{
	own->late = false;
	if (turn)
		task_ready(turn);
	turn = NULL;
	call_yield();
	look();
}

/* --- what came ------------------------------------------------------------------------------------------------------------------------- */

static void
task_comes(struct task *t)
{
	turn = NULL;
	fiber_current->task = t;
	t->host.fiber = fiber_current;
}

static void
task_leaves(struct task *t)
{
	if (fiber_current->task != t) {
		if (unix_ended() >= 0)
			exit(program_code());
		return;
	}
	fiber_current->task = NULL;
	t->host.fiber = NULL;
	if (turn)
		task_ready(t);
	else
		turn = t;
}

/* Its environment is no more, or there is no memory for it. */
static void
task_lost(struct task *t)
{
	host_log("unix: %s is ended: its environment cannot be gone on with", t->name);
	turn = NULL;
	unix_died(t);
	if (unix_ended() >= 0)
		exit(program_code());
}

static void
fault(struct task *t, uint64_t error, uint64_t address)
{
	unsigned access = error & ERROR_FETCH ? RIGHT_EXECUTE : error & ERROR_WRITE ? RIGHT_WRITE : RIGHT_READ;

	task_comes(t);
	unix_fault(t, address, access, error & ERROR_PRESENT);
	if (fiber_current->task == t && !t->set && !space_bring(t, address)) {
		fiber_current->task = NULL;
		t->host.fiber = NULL;
		task_lost(t);
		return;
	}
	task_leaves(t);
}

static void
exception(struct task *t, uint64_t vector, uint64_t error)
{
	task_comes(t);
	unix_exception(t, (unsigned)vector, error);
	task_leaves(t);
}

static void
interrupted(struct task *t)
{
	task_comes(t);
	unix_interrupted(t);
	task_leaves(t);
}

/* A task that gives up its turn is the last of those that are ready. */
static void
call(struct task *t)
{
	bool yields = t->registers.rax == SYS_sched_yield;

	task_comes(t);
	unix_call(t);
	task_leaves(t);
	if (!yields || turn != t)
		return;
	turn = NULL;
	task_ready(t);
}

/* The door can say anything: what is not known is a slice's end. */
static void
serve(struct task *t)
{
	const struct door *d = space_door(t->host.space);

	if (d->comes != COME_FLOATING)
		t->registers = d->registers;
	switch (d->comes) {
	case COME_CALL:
		call(t);
		break;
	case COME_FAULT:
		fault(t, d->error, d->address);
		break;
	case COME_EXCEPTION:
		exception(t, d->vector, d->error);
		break;
	default:
		own->late = true;
	}
}

static void
turn_take(struct task *t)
{
	turn = t;
	if (t->signalled && !t->host.space->away) {
		interrupted(t);
		return;
	}
	switch (task_enter(t)) {
	case CAME:
		serve(t);
		break;
	case CAME_NOT:
		if (t->process->leaving)
			task_lost(t);
		own->late = true;
		break;
	case CAME_NEVER:
		task_lost(t);
	}
}

void
loop(void)
{
	for (;;) {
		if (own->late)
			slice_end();
		if (fiber_ready)
			fiber_resume();
		struct task *t = turn ? turn : task_next();
		if (t)
			turn_take(t);
		else
			sleep();
	}
}
