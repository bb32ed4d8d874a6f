/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process: a library OS whose programs are processes: they fork, signal each other and wait for each other's end, and their memory comes from a file
 * on demand and is copied when it is written.
 *
 * Its threads, its console and the way of its exceptions are tiny's; its page table (pages.c) has states that tiny's has not. A forked process is an
 * environment of its own that shares its parent's frames, so a parent outlives its children: process_exit waits for them.
 *
 *	memory of a process                            after fork
 *	image, read-only                               shared
 *	image, writable; the first thread's stack      copied at once: handlers work there
 *	tiny's pages                                   copied when either writes
 */
#pragma once

#include <stdint.h>
#include <tiny.h>

/* First of all, in place of tiny_begin. */
void process_begin(void);

/* --- pages.c: what tiny.h says of pages holds, and ---------------------------------------------------------------------------- */

/* PAGES pages from AT on have the contents of DATA, which is not itself in tiny's memory, when they are touched; what is behind its end is 0. */
bool pages_map(void *at, unsigned pages, const void *data, size_t bytes);

/* Pages that were copied because they were written after a fork. */
unsigned pages_copied(void);

/* --- fork.c ---------------------------------------------------------------------------------------------------------------------- */

#define CHILDREN	8		/* at a time */
#define CHILD_LOST	(-1)		/* code of one that ended without process_exit */

/* The child's number, 1 and up; 0 in the child; -1: it cannot be made. */
int process_fork(void);

/* Wait until the child has ended; its code. */
int process_wait(int child);

void process_exit(int code) __attribute__((noreturn));

/* --- signal.c -------------------------------------------------------------------------------------------------------------------- */

#define SIGNALS		32
#define SIGNAL_FAULT	11		/* memory that there is not, or not for this */
#define SIGNAL_TRAP	5		/* any other exception */

/* FUNCTION is called with the number when the signal comes, wherever the process is then; NULL: the process ends with 128 + the number. */
void process_signal(unsigned number, void (*function)(unsigned number));

/* False: there is no such child, or not any more, or it has too many to take already. */
bool process_kill(int child, unsigned number);
