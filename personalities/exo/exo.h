/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exo: environments, and what runs on whose slices.
 *
 * An environment is a space and its one thread.  Its positions in the vector of slices (slice.c) are its share of the processor.  A share is run by its
 * owner, or by an environment that the owner, or whoever ran it, transferred control to:
 *
 *   share->runs == t  if and only if  environment_of(t)->share == share
 *
 * An environment whose `share` is NULL is parked: it can be entered, at its entry alone.  The vector knows the owners of the shares that run
 * somebody, whoever that is; so a transfer does not touch it.  Time is counted by whose slice it was: `ticks` of a thread are not kept.
 */
#pragma once

#include "core/cap.h"
#include "core/space.h"
#include "core/thread.h"
#include <exo/frames.h>
#include <exo/revocation.h>
#include <exo/slices.h>
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
	CONTEXT_INTERRUPT,		/* of time and of devices */
	CONTEXT_ENTRY,			/* asynchronous entries */
	CONTEXT_CALL,			/* system calls from outside the library OS */
	CONTEXTS,
};

/* Asynchronous entries that wait to be taken: a ring of `size` in the environment's pool. */
struct entries {
	struct entry *at;		/* NULL: there is no queue */
	u32 size, first, count;
};

/* Lines that fired and wait to be taken, and all that it attached itself to; see interrupt.c. */
struct interrupts {
	struct irq *first, *last;
	struct irq *attached;
};

/* Where an environment that waits is found; see wait.c. */
struct sleeper_link {
	struct sleeper_link *next, **pprev;	/* pprev NULL: in no list */
};

struct sleeper {
	struct sleeper_link in_bucket, of_owner;
	struct sleeper_look *look;	/* through the list of_owner, where it is in one */
	paddr_t word;			/* 0: it waits for none */
	u64 waits;
};

#define SLICE_WORDS	(SLICES / 64)

/* What waits to be told to a thread before it enters user level: bits of thread.pending. */
#define PENDING_ENTRY		PENDING_PERSONALITY
#define PENDING_INTERRUPT	(PENDING_PERSONALITY << 1)
#define PENDING_REVOCATION	(PENDING_PERSONALITY << 2)

enum timeout_kind { TIMEOUT_WAIT, TIMEOUT_SLICE };

struct binding_table {
	struct binding **page;		/* NULL: there is none */
	u64 mask;			/* offset of an entry in bytes, were the pages one array */
	struct frame *leaf;		/* the leaf page table that was bound in last, or what is none; never NULL */
};

struct environment {
	struct share *share;		/* that it runs on; NULL: parked */
	u64 entry;			/* where a transfer continues */
	u64 name;			/* in the table of names */
	u64 library_begin, library_bytes; /* where its library OS is: calls from elsewhere are upcalls */
	u64 range_begin, range_bytes;	/* around the ways back of all its contexts */
	u64 resumable;			/* the fast entry may go on with it: it left by yield_to, and nothing is to be told to it */

	struct binding_table table;	/* cache.h */
	struct context context[CONTEXTS];

	struct share own;
	bool lost;			/* it was parked in the middle of something */
	struct frame *funding;		/* space_fund was preempted while it donated this */
	u64 positions[SLICE_WORDS];	/* of the vector, that are its own */
	u64 events;			/* EVENT_* that it wants to be told of */
	struct sleeper sleeper;
	struct entries entries;
	struct interrupts interrupts;
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
	struct sleeper_link *sleepers;	/* who waits for a word in a frame that the space holds */
	struct sleeper_look {
		struct frame *frame;	/* that goes away, for which they were looked through when that was preempted; NULL: there is none */
		struct sleeper_link *next; /* the first that was not looked at */
	} look;

	/* The table of bindings (cache.h), of which struct environment has what a page fault needs; eviction (evict.c). */
	struct binding **cache_directory;
	u64 cache_pages;		/* that it has: all, but while they are being made or freed */
	u64 cache_wanted;		/* entries; a call that makes them is preempted as long as there are fewer */
	struct cache_sweep {
		vaddr_t address;	/* of the call that is preempted; */
		u64 pages, done;	/* so many of its entries are dealt with */
	} sweep;
	vaddr_t hand;			/* where eviction looks next */
	struct eviction_turn {
		vaddr_t address;	/* of the page that the call wants that is preempted; 0: none is */
		vaddr_t start;
		vaddr_t hand;		/* the table that is looked at, or emptied */
		bool wrapped;
	} turn;
	bool evicted;			/* something was */

	/* Revocation (revoke.c). */
	u64 demanded[DEMANDS];		/* and not told yet */
	u64 bound;			/* arch_clock(): until then what it owes is not taken by force */
	u64 taken;			/* pages taken by force, and not told yet */
	vaddr_t vector;			/* the repossession vector */
	u64 vector_entries, vector_used;
	u64 missed;			/* entries that named no page, since force began */
	struct frame *victim;		/* where in the list of what it holds force goes on, if it is still there */
	bool listed;			/* force has come to that list's end */
	u64 unbound;			/* pages of the space that force has unbound */
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
enum status name_give(struct thread *t);	/* ERR_LIMIT: who pays for it has as many as it may (core/quota.h) */
void name_open(struct thread *t);		/* it has started: the fast entry may transfer to it */
void name_take(struct thread *t);
struct thread *name_find(u64 name);		/* NULL: there is no such environment, or no more */

/* T runs on its own share; it is ready. */
void share_begin(struct thread *t);

/* T runs no more, on whosever share it did, and nobody on its own. */
void share_end(struct thread *t);

/* T becomes an environment: all of it is its library OS. */
void environment_init(struct thread *t);

/* T is no environment any more: nobody can enter it, and it holds nothing. */
void environment_forget(struct thread *t);

struct thread *share_owner(struct share *share);

void upcall_forget(struct environment *e);	/* all its contexts */

/* Continue at SELF's handler.  False: there is none that could take FAULT. */
struct fault;
bool upcall_exception(struct thread *self, const struct fault *fault);

/* T continues at its handler of context WHICH, which is told VECTOR and ERROR.  False: there is none, or it is busy. */
bool upcall(struct thread *t, enum context_kind which, u64 vector, u64 error);

/* A PENDING_* of T: it is told before it next enters user level, and wakes for it. */
void upcall_request(struct thread *t, u32 pending);
void upcall_deliver(struct thread *t);		/* what was requested; T runs next */

/* A system call from outside SELF's library OS.  False: no handler takes it. */
bool upcall_call(struct thread *self);

static inline bool
call_is_foreign(struct thread *self)
{
	const struct environment *e = environment_of(self);

	return self->regs.rip - e->library_begin >= e->library_bytes;
}

/* --- waiting (wait.c), asynchronous entry (entry.c), interrupts (interrupt.c) --- */

void wait_init(void);
void wait_end(struct thread *t);		/* if it waits, it waits no longer: its call is executed again */
void wait_forget(struct thread *t);

/* F, or all that OWNER holds, goes away: nobody waits for a word in it any more.  STATUS_RESTART: preempted, call again. */
enum status wait_frame_gone(struct frame *f);
enum status wait_owner_gone(struct space *owner);

void entries_forget(struct environment *e);
void interrupts_forget(struct thread *t);

/* What T's space is to be told of revocation next: an upcall's three words.  False: nothing. */
struct revocation_news {
	u64 vector, error, address;
};
bool revocation_next(struct thread *t, struct revocation_news *news);

/* --- allowances (frames.c) --- */

/* What SPACE holds, or gave to others, beyond its allowance: after a demand. */
u64 owed(struct space *space);

/* OK when SPACE may hold PAGES more; else ERR_LIMIT. */
enum status allowance_check(struct space *space, u64 pages);

/* So many pages of what FROM may hold are what TO, which it made, may. */
void allowance_move(struct space *from, struct space *to, u64 pages);

void frames_init(void);

/* SPACE, the first, may hold all memory that is free, and what it has. */
void allowance_init(struct space *space);

/* --- slices (slice.c) --- */

void slices_init(void);
void slices_first(struct thread *t);	/* T, the first of all, gets the first position */

/* T's share runs somebody from now on, or nobody: its positions are ready, or passed over. */
void slices_join(struct thread *t);
void slices_leave(struct thread *t);

struct thread *slices_pick(struct thread *current);
void slices_expired(struct thread *current);	/* the turn's timeout */

/* The turn is over; or goes on with T (ERR_WRONG_STATE: which cannot run). */
void slices_yield(void);
enum status slices_yield_to(struct thread *t);

void slices_forget(struct thread *t);	/* it owns no position any more */
void slice_destroy(struct object *o);
