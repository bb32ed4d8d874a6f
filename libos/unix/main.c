/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The manager of a domain (domain.h): the manifest's first program.  It takes all memory, begins the core with the boot archive, makes environments when they are needed,
 * and has the slice: whoever is first in the queue runs in it.  When nobody is, it sleeps until a time comes or something is typed.
 */
#include <stdio.h>
#include <exo/wait.h>
#include <exo/yield.h>
#include <unix/unix.h>
#include "device.h"
#include "domain.h"
#include "manager.h"

static uint64_t
next_time(void)
{
	uint64_t sleeper = domain->sleeper ? domain->sleeper->host.deadline : UNIX_NEVER;

	return sleeper < domain->alarm ? sleeper : domain->alarm;
}

static void
times_look(void)
{
	host_lock(NULL);
	sleepers_wake();
	host_unlock(NULL);
	if (host_clock() < domain->alarm)
		return;
	domain->alarm = UNIX_NEVER;
	unix_alarmed();
}

/* Whoever is first runs; nobody: until there is something to do. */
static void
turn(void)
{
	struct task *t;
	uint64_t reason;

	host_lock(NULL);
	if (domain->wanted)
		environment_add();
	if (domain->poor)
		environment_fund(domain->poor);
	if (domain->low)
		environments_end();
	t = task_next();
	if (t) {
		domain->since = __builtin_ia32_rdtsc();
		task_run(t);
	}
	host_unlock(NULL);
	if (!t && unix_ended() < 0)		/* who was cut short may have been the last */
		call_wait(0, 0, ticks_of(next_time()), &reason);
}

static void
calls_tell(void)
{
	printf("unix: %lu of %lu system calls by stubs; %lu stubs, %lu sites rewritten\n", domain->calls.stub, domain->calls.stub + domain->calls.upcall,
		domain->stubs, domain->sites);
}

int
main(int argc, char **argv)
{
	struct settings settings;

	domain_begin(argc);
	settings_read(&settings, argv[0]);
	domain->rewrites = settings.rewrites;
	deaths_begin(settings.deaths);
	domain->wall = wall_read();
	console_begin();
	archive_begin();
	host_lock(NULL);
	environment_add();
	host_unlock(NULL);
	program_begin(argv + 1);
	while (unix_ended() < 0) {
		slices_ended = 0;
		cut_short();
		fallen_end();
		console_poll();
		times_look();
		turn();
	}
	if (settings.counts)
		calls_tell();
	return program_code();
}
