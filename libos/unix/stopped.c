/* SPDX-License-Identifier: BSD-2-Clause */
/* The manager and who does not give way by itself: environments that were cut short, were stopped by the kernel, or are to be. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/context.h>
#include <exo/yield.h>
#include <janus/rt.h>
#include <unix/process.h>
#include "manager.h"

static const char *deaths;	/* the setting: programs of this name are stopped where their slice ends, as if they had died there; NULL: none */
static bool fallen;		/* somebody has begun again */
unsigned slices_ended;

/* --- the end ---------------------------------------------------------------------------------------------------------------------------- */

/* Nothing that is shared can be believed any more: what cannot be looked at is not. */
static void
culprit_tell(const char *what, const struct environment *e)
{
	uint64_t number = (uint64_t)(e - domain->environment);

	if (number >= ENVIRONMENTS || (char *)e != (char *)&domain->environment[number] || number == 0) {
		printf("unix: %s: no environment, %p\n", what, (const void *)e);
		return;
	}
	printf("unix: %s: environment %lu\n", what, number);
	if ((uintptr_t)e->task >= UNIX_ARENA && (uintptr_t)e->task < UNIX_ARENA + UNIX_ARENA_LIMIT)
		printf("unix: which executes %.*s\n", (int)sizeof(e->task->name), e->task->name);
}

/* Who wrote something wrong cannot be told, where all may write; but whose turn it was when it was found. */
void
domain_ends(const char *why)
{
	static bool ended;

	if (!ended) {
		ended = true;
		printf("unix: the domain ends: %s\n", why);
		culprit_tell("had the last turn", domain->runs);
		if (domain->holder)
			culprit_tell("has the lock", &domain->environment[domain->holder]);
	}
	exit(EXIT_FAILURE);
}

static void
endless(void)
{
	domain_ends("its manager does not come to an end with what is shared");
}

void
slice_ends(struct context *c)
{
	if (++slices_ended == LONGEST)
		context_call(c, endless);
}

/* --- who is cut short ------------------------------------------------------------------------------------------------------------------- */

/* E is gone.  One whose process was to end for that already has nothing more to hope for. */
static void
begin_again(struct environment *e)
{
	long number = e - domain->environment;
	bool locked = domain->holder == (uint64_t)number;
	enum status status = !e->name ? ERR_NOT_FOUND : e->status ? e->status : e->fallen ? ERR_WRONG_STATE : environment_restart(e);

	fallen = true;
	if (status) {
		printf("unix: environment %ld is gone: %s\n", number, status_string(status));
		domain_ends("somebody is gone who cannot go on");
	}
	printf("unix: environment %ld was stopped at %#lx%s\n", number, domain->left.rip, locked ? ", with the lock" : "");
}

/* E's process has been killed, and E executes its program without looking. */
static bool
is_killed(const struct environment *e)
{
	const struct task *t = e->task;

	return t && !t->inside && t->process->leaving && t->process->status == SIGKILL;
}

static bool
is_to_die(const struct environment *e)
{
	return deaths && e->task && strcmp(e->task->name, deaths) == 0;
}

/* Others are before E, which has not given way by itself: it goes on when its task's turn has come. */
static void
turn_over(struct environment *e)
{
	host_lock(NULL);
	time_charge(e->task);
	if (e->task)
		task_ready(e->task);
	domain->runs = own->environment;
	host_unlock(NULL);
}

/* Who has the lock, or else the turn. */
static struct environment *
who_is_first(void)
{
	uint64_t holder = domain->holder, number = holder ? holder : (uint64_t)(domain->runs - domain->environment);

	if (number == 0 || number >= ENVIRONMENTS)
		domain_ends("who is first is no environment");
	return &domain->environment[number];
}

/*
 * Who was in the library for longer after its slice than the kernel bears, or is not told of slices' ends, was cut short, and goes on before all else for one slice more; who has the
 * lock, until it has given that back, which no call takes long to do.
 */
void
cut_short(void)
{
	static uint64_t name;		/* the manager's: by another nobody finds it, and all would wait for ever */
	struct environment *last = NULL;

	if (!name)
		name = own->environment->name;
	if (own->environment->name != name)
		domain_ends("the manager has another name");
	for (unsigned slices = 0;; slices++) {
		struct environment *e = who_is_first();
		if (e == own->environment)
			return;
		if (e != last)
			slices = 0;
		last = e;
		if (slices == LONGEST)
			domain_ends("somebody does not give the lock back");
		if ((!e->fallen && (is_to_die(e) || is_killed(e))) || yield_to(e->name) == ERR_NOT_FOUND)
			begin_again(e);
		else if (!domain->holder && domain->runs == e)
			turn_over(e);
	}
}

/* Where an environment has begun again, its program ends: it has lost its floating-point registers. */
void
fallen_end(void)
{
	const struct signal_info killed = { .number = SIGKILL, .code = SI_KERNEL };

	if (!fallen)
		return;
	host_lock(NULL);
	for (const struct environment *e = domain->environment; e < domain->environment + ENVIRONMENTS; e++) {
		if (e->fallen && e->task)
			signal_process(e->task->process, &killed);
	}
	host_unlock(NULL);
	fallen = false;
}

void
deaths_begin(const char *name)
{
	deaths = name;
}
