/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The programs of the manifest and their lives.  docs/l4/servers.md tells the story.
 *
 *   not running --program_start--> running --exit, fault, kill, stop--> not running --restart=always--> running
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/kinds.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include "load.h"
#include "plan.h"

struct program {
	struct plan_program *plan;
	struct instance instance;
	unsigned starts;
	bool running;
	unsigned pager_starts;		/* of its pager, when that was last asked again for a fault that it did not answer */
};

/* All that the root task knows. */
struct root {
	struct plan plan;
	struct program program[PLAN_PROGRAMS];
	uint64_t endpoint;		/* where programs call the root task, and where their faults come */
	uint64_t service[PLAN_SERVICES]; /* endpoints, with all rights */
	uint64_t ours[PLAN_SERVICES];	/* the same, to send, with the root task's badge */
	uint64_t next_badge;
	uint64_t sigma0;		/* slot of ours[] for it; 0: it does not run yet */
};
extern struct root root;

struct program *program_named(const char *name);
struct program *program_of_badge(uint64_t badge);

/* A new instance.  Nothing is left of one that could not be started. */
enum status program_start(struct program *p);

/* Its space is gone, its memory free, its pager told. */
void program_stop(struct program *p);

/* It ended by itself, with CODE: perhaps it is started again; of a main program the machine ends. */
void program_ended(struct program *p, uint64_t code);

/*
 * It died, of an exception, or of none: VECTOR is WORDS_KILLED.  Who says its last words has told why, otherwise the root task does.  Perhaps it is started again; otherwise
 * the machine ends with a main program.
 */
void program_died(struct program *p, uint64_t vector, uint64_t ip, uint64_t address);

/* BY takes OLD's place; requests wait meanwhile. */
enum status program_replace(struct program *old, struct program *by);

/* --- paging.c: the root task's side of pagers ------------------------------------------------------------------------- */

/* P's pager, new to it, answers its faults from now on. */
enum status paging_adopt(struct program *p);
void paging_forget(struct program *p);

/* P's image by way of its pager: a load_pages. */
load_pages paging_tell;

/* P is a pager and was started: it is told of all that there are. */
void paging_begin(const struct program *p);

bool paging_serves(const struct program *p, const struct program *client);

/* P's fault was answered by nobody: true when its pager is another than last time, so that asking again may help. */
bool paging_again(struct program *p);

/* --- begin.c -------------------------------------------------------------------------------------------------------------- */

/* Read the plan, make endpoints, start what is to be started.  Does not return when something is wrong. */
void root_begin(int argc, char **argv);
