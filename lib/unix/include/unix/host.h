/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that lib/unix needs of the machine.  A placement implements it: servers/unix for l4, libos/unix for exo; tests have a third.
 *
 * The placement's own <unix/machine.h> has
 *
 *     struct host_space, struct host_thread    its part of an address space and of a thread
 *     UNIX_ARENA, UNIX_ARENA_LIMIT             where all that programs share is, the same address everywhere
 *     host_owns(start, end)                    whether some of these addresses of a program are the placement's, and not the program's
 *     HOST_RUN                                 new pages that a fault brings at most, where a program writes them one behind the other
 *     UNIX_WINDOW                              where the content of page frame n is: at UNIX_WINDOW + n * 4096
 *
 * Errors are negative Linux error numbers, as everywhere in lib/unix.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <janus/registers.h>
#include <unix/machine.h>

#define UNIX_PAGE	4096ul
#define UNIX_NEVER	UINT64_MAX	/* a deadline */

struct task;

typedef uint32_t page_t;		/* number of a page frame; 0: none */

static inline void *
page_at(page_t page)
{
	return (char *)UNIX_WINDOW + page * UNIX_PAGE;
}

/* --- the arena -------------------------------------------------------------------------------------------------------------- */

/* BYTES more of it, cleared, a multiple of the page, at ascending addresses without a gap; NULL: there is no memory.  It is never given back. */
void *host_shared_alloc(size_t bytes);

/* What is in the arena is read and changed under its one lock, which every call takes first and which a call that waits gives up. */
void host_lock(struct task *t);			/* NULL: the host's own, for what is nobody's */
void host_unlock(struct task *t);

/* --- page frames -------------------------------------------------------------------------------------------------------------- */

page_t host_page_end(void);		/* numbers are below it */
void host_memory(uint64_t *total, uint64_t *free);	/* bytes, with the kernel's, for programs to know */
page_t host_pages_taken(void);		/* how many have been taken and not given back */
page_t host_page_take(void);		/* its content is not defined; 0: there is none */
void host_page_give(page_t page);	/* it is mapped nowhere any more */

/* --- what it does itself ---------------------------------------------------------------------------------------------------- */

/* System calls since the beginning, and how many of them did not enter the kernel.  False: they are not counted. */
bool host_calls(uint64_t *all, uint64_t *without_kernel);

/* --- address spaces --------------------------------------------------------------------------------------------------------------- */

/* A page as it is mapped: rights are RIGHT_READ, RIGHT_WRITE, RIGHT_EXECUTE of <janus/kinds.h>. */
struct host_mapping {
	uint64_t address;
	page_t page;
	uint8_t rights;
	bool counted;			/* the memory's own: it drops the page when this mapping goes (<unix/memory.h>); the host only remembers it */
};

int host_space_create(struct host_space *s);
void host_space_close(struct host_space *s);		/* nobody runs there any more: its mappings go, then it */
void host_space_destroy(struct host_space *s);		/* its mappings are gone */

/* In place of what is mapped there.  All or none: -ENOMEM.  A host may put it off until the program faults there: the core then maps the page once more. */
int host_map(struct host_space *s, const struct host_mapping *m, unsigned count);
void host_unmap(struct host_space *s, uint64_t address, uint64_t pages);

/* What is mapped there keeps of its rights at most RIGHTS; with none it is still there for host_next. */
void host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights);

/* The first mapping at or behind ADDRESS and below END.  False: there is none.  A host may leave out those that are not counted. */
bool host_next(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m);
bool host_next_counted(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m);	/* the same, of those that are counted */

/* --- memory of programs ----------------------------------------------------------------------------------------------------------- */

/*
 * Between the core and the memory of T's program, which is brought as a fault would bring it.  0 or -EFAULT; part may be copied then.
 * host_copy_text: a string with its terminator; its length, or -ENAMETOOLONG when it does not fit.
 */
int host_copy_in(struct task *t, void *to, uint64_t from, size_t bytes);
int host_copy_out(struct task *t, uint64_t to, const void *from, size_t bytes);
int64_t host_copy_text(struct task *t, char *to, uint64_t from, size_t size);

/*
 * Where the core itself has all these bytes of T's program, with these RIGHTS, in one piece: until the call waits or changes what is mapped.  NULL: they are to be copied.
 */
void *host_at(struct task *t, uint64_t address, size_t bytes, unsigned rights);
void *host_glance(struct task *t, uint64_t address, size_t bytes, unsigned rights);	/* the same where that is known from the last time; NULL says nothing */

/* --- threads ------------------------------------------------------------------------------------------------------------------------ */

int host_thread_create(struct task *t);			/* in its process's memory; it does not run yet */
void host_thread_start(struct task *t, const struct task *from);	/* with t->registers, all of them, and FROM's floating-point ones; NULL: as a program finds them */
void host_thread_end(struct task *t);			/* it does not run any more; its call, if it is in one, is forgotten when the core returns from it */

/*
 * What t->registers has without it: of a call rax, which is its number, what it passes, rip, rflags and rsp; of a fault, exception or interruption rip, rflags and rsp.  Now
 * the others are there, too.  What the core has set meanwhile stays.
 */
void host_registers(struct task *t);

/*
 * T's process has another memory than T was made in (execve): there T goes on, with what t->registers has when the core returns from the call.  0, or -ENOMEM: it
 * stays where it is.
 */
int host_thread_move(struct task *t);

/* T's calls may come as messages that its program sends itself, and the word at ADDRESS says so: <unix/direct.h>.  0; -EINVAL: this host has no such way. */
int host_direct(struct task *t, uint64_t address);

/* It executes its program: unix_interrupted(t) follows, at once or when it next has the processor. */
void host_interrupt(struct task *t);

/* --- waiting -------------------------------------------------------------------------------------------------------------------------- */

/*
 * The call that T is in waits until t->woken is set or the clock reaches DEADLINE; others are served meanwhile, and the lock, which the caller holds, is theirs.
 * False: it was the clock.
 */
bool host_block(struct task *t, uint64_t deadline);
void host_wake(struct task *t);				/* t->woken has been set */

/* --- devices ---------------------------------------------------------------------------------------------------------------------------- */

uint64_t host_clock(void);				/* nanoseconds since the machine's start */
void host_alarm(uint64_t deadline);			/* unix_alarmed follows when the clock has reached it; instead of the last one; UNIX_NEVER: does not */
uint64_t host_counter(uint64_t *start);		/* host_clock comes of the time-stamp counter: its ticks a second, and START, when that was 0.  0: it does not */
uint64_t host_thread_time(const struct task *t);	/* nanoseconds that it has had the processor */
uint64_t host_wall(void);				/* and what is to be added for the time of day, since 1970 */
void host_random(void *to, size_t bytes);
void host_console_write(const char *text, size_t bytes);	/* all of it; input comes by unix_console_input */
void host_log(const char *format, ...) __attribute__((format(printf, 1, 2)));	/* one line */
