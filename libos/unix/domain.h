/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain: all environments that share one Unix, and what they share besides the core's arena.
 *
 * The manager is the first environment.  It holds all frames, makes environments, and runs when nobody else does; a program's environment binds whatever frame it
 * needs by the token that is here, schedules by yielding to whom it likes, and changes the core's state itself.  Who is in the domain is trusted by all in it.
 *
 *     manager ── makes, funds ──► environment 1..n: one process each, or idle until there is one for it
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <exo/upcall.h>
#include <janus/status.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include <unix/machine.h>
#include <unix/memory.h>

#define ENVIRONMENTS	1024
#define LIBRARY_STACK	(5 * UNIX_PAGE)		/* of a call */
#define FLOATING_AREA	UNIX_PAGE		/* above it: floating-point registers of a task that its environment does not have just now */
#define STUB_PAGES	64
#define STUB_LISTS	256
#define UNFIT_SITES	64
#define KEEP_FREE	32		/* of so many frames one is not for environments */

struct environment {
	uint64_t name;			/* 0: there is none */
	struct task *chosen;		/* whom it is to run: set by who yields to it */
	struct task *task;		/* whom it runs; NULL: it is idle */
	struct host_space *space;	/* whose mappings its page tables have; NULL: none */
	struct host_space *before;	/* whose they had before an execve, and have until that one's memory ends; NULL: none */
	struct shadow_node *kept;	/* a tree of what they have besides: kept.c; NULL: nothing */
	unsigned nodes;			/* of that tree */
	bool hidden;			/* without rights */
	bool unsettled;			/* that has not been compared yet with what the space shows */
	uint64_t changes;		/* of the space, that they have followed */
	uint64_t entered;		/* how often it was given a space */
	unsigned tasks;
	enum status status;		/* of its beginning */
	page_t stack;			/* on which it began */
	bool again;			/* it begins where another was that the space has lost: domain->left */
	bool fallen;			/* it did, and its process is to end */
	struct environment *next;	/* that are idle */
};

static inline void fs_base_set(uint64_t base) { __asm__ volatile("wrfsbase %0" : : "r"(base)); }

struct token { uint64_t payload, mac; };

/* A page frame, by its number: what it is bound with. */
struct domain_frame {
	struct token token;
	page_t next;			/* that are free */
};

struct unix_domain {
	uint64_t holder;		/* of the lock: an environment's number, 0: nobody; first, for enter.S */
	uint64_t clock_hz, wall;
	uint64_t alarm;
	uint64_t since;			/* when who runs began to */
	struct environment *runs;	/* whose turn it is: set by who yields to it, and not when the kernel switches by itself */
	struct task *first, *last;	/* that are ready */
	struct task *sleeper;
	struct environment *idle;	/* the last to become it first: its tables are those that the next process needs */
	struct registers left;		/* of the environment that begins again */
	uint64_t free_stack;		/* library stacks, linked through their last word */
	bool wanted;			/* an environment is needed and not there: the manager's turn */
	bool exhausted;			/* and cannot be made */
	uint64_t made, idles;		/* environments: all, and idle ones */
	uint64_t reserve, spare;	/* pages to make them of: at first, and now */
	page_t library_pages;		/* frames that are the library's for good: stacks on which environments began, stubs */
	page_t given;			/* frames that they are made of, too: their numbers, */
	uint64_t given_up;		/* and how many */
	bool low;			/* there are few free ones, and idle environments: the manager's turn */
	uint64_t poor;			/* one that is short of kernel memory: the manager's turn; 0: none */
	page_t arena, arena_end;	/* frames that it has, and may have */
	page_t free, frees, frames;	/* free ones, and the number behind the last */
	bool rewrites;			/* call sites: the rest is of rewrite.c */
	page_t stub_page[STUB_PAGES];	/* 0: none yet */
	uint32_t stub_list[STUB_LISTS];	/* by site; 0: empty */
	uint64_t stubs, sites;		/* that there are; that were changed */
	struct { uint64_t stub, upcall; } calls;
	struct environment environment[ENVIRONMENTS];
	uint64_t token_pages;		/* pages in which tokens are, behind one another from the window downwards, */
	struct token token[];		/* and their own */
};
#define domain ((struct unix_domain *)UNIX_DOMAIN)

#define MANAGER		1		/* its number */
#define LATE_ENDED	2		/* of `late': its task did */

/* An environment's own first page: the kernel saves here, so nobody else can take it. */
struct library_own {
	struct save_area call, fault, exception, event, again;
	struct task *task;		/* whose program it executes, or in whose call it is; NULL: idle */
	uint64_t stack;			/* that one's library stack */
	uint64_t scratch[4];		/* rax, while an upcall of each of the first contexts looks where it comes from: one can interrupt another there */
	uint64_t late;			/* its slice ended while it was in the library, or its task did */
	uint64_t idle_stack;		/* for when it has no task */
	uint64_t program_stack;		/* of who is in a plain call */
	uint64_t frame;			/* a signal's, by which the program goes on */
	struct environment *environment;
	uint64_t number;
	uint64_t bound;			/* pages of the window, ever */
	uint64_t unfit[UNFIT_SITES];	/* sites that stay as they are: rewrite.c */
	struct registers left;		/* where it goes on, when it began again */
};
_Static_assert(sizeof(struct library_own) <= 0x1000, "enter.S: a stack begins there");
#define own ((struct library_own *)UNIX_OWN)

static inline uint64_t
fs_base(void)
{
	uint64_t base;

	__asm__ volatile("rdfsbase %0" : "=r"(base));
	return base;
}

static inline struct domain_frame *frame_of(page_t page) { return (struct domain_frame *)(UNIX_WINDOW - page * sizeof(struct domain_frame)); }

/* --- domain.c ---------------------------------------------------------------------------------------------------------------- */

void domain_bind(uint64_t address);		/* a page of the window, or of tokens, that was not bound; what cannot be is fatal */
void domain_bind_whole(uint64_t address);	/* likewise, when a fault on the way would not be told: with its token */

/* --- lock.c ------------------------------------------------------------------------------------------------------------------------ */

void fatal(const char *what, uint64_t value) __attribute__((noreturn));

/* --- stopped.c ------------------------------------------------------------------------------------------------------------------ */

void cut_short(void);		/* the manager's: whoever was, or is no more, comes to a point where it gives way */
void domain_ends(const char *why) __attribute__((noreturn));	/* the manager's: with a message that says whose turn it was */

/* --- space.c ---------------------------------------------------------------------------------------------------------------------- */

void space_enter(struct environment *e, struct host_space *s);	/* in place of the one that E's page tables show */
void space_begin(struct environment *e);		/* its first task is about to run there */
void space_follow(void);			/* what others changed in the space of who runs */

void space_unbind(struct shadow *s, uint64_t address, uint64_t end);	/* what the tree has there, of who runs */

/* --- kept.c ----------------------------------------------------------------------------------------------------------------------- */

void kept_begin(struct environment *e, struct host_space *s, bool executed);	/* S, which E shows, who runs, has ended, by an execve or not: its pages of files stay bound, all else is unbound */
void kept_settle(struct environment *e, struct memory *m, bool executed);	/* E, who runs, has M from now on: after an execve for good, else perhaps only until one */
bool kept_had(struct environment *e, uint64_t address);	/* it kept a page there, which it does no more: who asks unbinds it */
void kept_end(struct environment *e);		/* who runs: all of it is unbound */
void kept_forget(struct environment *e);	/* which is no more */

/* --- rewrite.c -------------------------------------------------------------------------------------------------------------------- */

bool stub_has(uint64_t address);
bool stub_bind(uint64_t address);		/* the page of stubs there is bound; false: there is none */
void stub_leave(struct task *t);		/* out of the stub that its program is in */

/* --- queue.c --------------------------------------------------------------------------------------------------------------------- */

void task_ready(struct task *t);		/* under the lock, as all of the queue */
struct task *task_next(void);			/* out of the queue; NULL: there is none */
void task_unready(struct task *t);		/* out of it, if it is there */

/* --- thread.c ---------------------------------------------------------------------------------------------------------------------- */

/* The time since somebody was chosen last is T's, NULL: nobody's. */
static inline void
time_charge(struct task *t)
{
	uint64_t now = __builtin_ia32_rdtsc();

	if (t)
		t->host.ticks += now - domain->since;
	domain->since = now;
}

void environment_rest(struct environment *e);	/* it is idle */
void task_run(struct task *t);			/* by the manager: a task that is in no queue */
void give_way(struct task *t);			/* others run, and have the lock, which one must hold; it returns when T is chosen */
void idle(void) __attribute__((noreturn));	/* an environment without a task: on its own stack, by idle_begin */
void sleepers_wake(void);
void task_forget(struct task *t);

/* --- floating.c -------------------------------------------------------------------------------------------------------------------- */

void floating_save(const struct task *t);	/* what is in the processor becomes T's */
void floating_load(const struct task *t);
void floating_fresh(void);			/* as a new program finds them */

/* --- enter.S, enter.c: a program's environment ---------------------------------------------------------------------------------------- */

void serve_call(struct task *t);		/* on its library stack, on which it returns */
void environment_begin(uint64_t number) __attribute__((noreturn));
void environment_again(void) __attribute__((noreturn));
void again_begin(void);			/* an environment's first instruction then: environment_again, on a stack for that */
void again_library(const struct registers *r) __attribute__((noreturn));	/* goes on there */
void again_program(void) __attribute__((noreturn));	/* its program was interrupted, whose registers its task has */
void idle_begin(void) __attribute__((noreturn));
void program_continue(struct task *t) __attribute__((noreturn));	/* by all its registers */
void stack_switch(uint64_t *save, uint64_t sp);	/* the library stack of another task of the environment */
void stack_begin(uint64_t *save, uint64_t sp, struct task *t);	/* likewise, of one that goes on in its program */
int user_copy(void *to, const void *from, uint64_t bytes);	/* 0, or -EFAULT when a page is not to be had */
int64_t user_copy_text(char *to, const char *from, uint64_t size);
