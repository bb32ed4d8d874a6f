/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exo: environments, and what runs on whose slices.
 *
 * An environment is a space and its one thread.  Its place among the ready is its own share of the processor.  A share is run by its owner, or
 * by an environment that the owner, or whoever ran it, transferred control to:
 *
 *   share->runs == t  if and only if  environment_of(t)->share == share
 *
 * An environment whose `share` is NULL is parked: it can be entered, at its entry alone.  The ready structure holds the owners of the shares that run
 * somebody, whoever that is; so a transfer does not touch it.
 */
#pragma once

#include "core/cap.h"
#include "core/space.h"
#include "core/thread.h"
#include <exo/frames.h>
#include <exo/upcall.h>

struct share {
	struct thread *runs;		/* NULL: its owner is parked and has not given it away */
};

/* Where an environment's upcalls of one sort go.  The area is the kernel's to write as long as it holds a capability to its frame, see upcall.c. */
struct context {
	struct save_area *area;		/* in the direct map */
	u64 handler;
	u64 range_begin, range_bytes;	/* the way back from the handler */
	struct capability hold;
};

enum context_kind {
	CONTEXT_EXCEPTION,
	CONTEXT_ADDRESSING,		/* page faults, and what the kernel says of the environment's memory */
	CONTEXTS,
};

struct environment {
	struct share *share;		/* that it runs on; NULL: parked */
	u64 entry;			/* where a transfer continues */
	u64 name;			/* in the table of names */

	struct context context[CONTEXTS];

	struct share own;
	struct frame *funding;		/* space_fund was preempted while it donated this */
};
_Static_assert(sizeof(struct environment) <= THREAD_PERSONALITY_BYTES, "fits into struct thread");

static inline struct environment *
environment_of(struct thread *t)
{
	return (struct environment *)t->personality;
}

static inline struct thread *
environment_thread(struct environment *e)
{
	return (struct thread *)((char *)e - offsetof(struct thread, personality));
}

/* What exo knows of a space, in space->personality. */
struct holdings {
	struct thread *environment;	/* the thread that makes it one; NULL before environment_create */
	u64 allowance;			/* pages that it may hold, those that it gave on included; see frames.c */
	u64 given;			/* the sum of the allowances that it gave to others */
};
_Static_assert(sizeof(struct holdings) <= SPACE_PERSONALITY_BYTES, "fits into struct space");

static inline struct holdings *
space_holdings(struct space *space)
{
	return (struct holdings *)space->personality;
}

/* The thread that makes SPACE an environment; NULL before environment_create. */
static inline struct thread **
space_environment(struct space *space)
{
	return &space_holdings(space)->environment;
}

/*
 * Names: generation << 16 | index << 4.  A name is never given twice.  The fast entry compares the one word that it is given with that of
 * the entry at its index, so NAME_NONE, which no such word is to equal, has the index of an entry that is never used.
 */
#define NAME_INDEX_MASK	0xfff0u
#define NAME_SHIFT	16
#define NAME_NONE	(~0ul)
#define NAMES		(NAME_INDEX_MASK / 16)

struct name_entry {
	u64 fast;			/* the name, when the fast entry may transfer to it; else NAME_NONE */
	struct thread *thread;
};
extern struct name_entry exo_names[NAMES + 1];

void names_init(void);
enum status name_give(struct thread *t);	/* ERR_LIMIT: all are in use */
void name_open(struct thread *t);		/* it has started: the fast entry may transfer to it */
void name_take(struct thread *t);
struct thread *name_find(u64 name);		/* NULL: there is no such environment, or no more */

/* T runs on its own share; it is ready. */
void share_begin(struct thread *t);

/* T runs no more, on whosever share it did, and nobody on its own. */
void share_end(struct thread *t);

/* T is no environment any more: nobody can enter it, and it holds nothing. */
void environment_forget(struct thread *t);

void upcall_forget(struct environment *e);	/* all its contexts */

/* Continue at SELF's handler.  False: there is none that could take FAULT. */
struct fault;
bool upcall_exception(struct thread *self, const struct fault *fault);

/* --- allowances (frames.c) --- */

/* OK when SPACE may hold PAGES more; else ERR_LIMIT. */
enum status allowance_check(struct space *space, u64 pages);

void frames_init(void);

/* SPACE, the first, may hold all memory that is free, and what it has. */
void allowance_init(struct space *space);
