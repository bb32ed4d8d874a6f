/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tiny: a library OS to read.
 *
 * A library OS is what turns an environment, which has pages, exceptions and slices, into something that a program wants to run on.  This one has four
 * ideas, a file each:
 *
 *	pages.c		its page table is an array; a page is there when it is first touched (inverted.c does the same with another table)
 *	fault.c		its exceptions come to a function of its own
 *	threads.c	its threads are stacks, and a switch of two registers' worth of assembler
 *	console.c	its console sends whole lines
 *
 * None of it is known to the kernel, and none is privileged: a program that wants another page table writes another file.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <exo/context.h>

/* First of all: exceptions are tiny's from here on. */
void tiny_begin(void);

/* --- pages.c: TINY_PAGES pages from TINY_START on, each there from the first time that it is touched ------------------------- */

#define TINY_START	0x100000000ul
#define TINY_PAGES	4096ul
#define PAGE_BYTES	4096ul

/* The page that ADDRESS is in: bind its frame, which is taken if it has none.  False: it is not of tiny's, forbidden, or nothing is left. */
bool page_present(uint64_t address);

/* Set what may be done with COUNT pages from AT on, RIGHT_* of <janus/kinds.h>; those that are not there yet will come with it. */
void pages_protect(void *at, unsigned count, unsigned rights);

/* Forget what is in them: their frames go back, and they will be zero when they are touched again. */
void pages_drop(void *at, unsigned count);

/* What the page's access was refused by its rights is told of: it may change them.  False, or no function: the program ends. */
extern bool (*page_refused)(uint64_t address, bool write);

struct pages_count {
	unsigned there, faults;		/* pages with a frame; faults that were answered */
};
struct pages_count pages_count(void);

/* --- fault.c ------------------------------------------------------------------------------------------------------------------ */

/* Exceptions but page faults: false ends the program.  NULL: all do. */
extern bool (*trapped)(struct context *c);

/* In these functions: the registers of what was interrupted. */
extern struct context *interrupted;

/* The handler itself, for library OSes that have it called by one of their own. */
void tiny_exception(struct context *c);

/* --- threads.c ---------------------------------------------------------------------------------------------------------------- */

#define THREADS		16

void threads_begin(void);

/* BODY(ARGUMENT) as a thread of its own; its number.  0, which is the first thread's: there are no more. */
unsigned thread_start(void (*body)(void *), void *argument);

/* Let the next thread that can run. */
void thread_yield(void);

/* From now on, threads also take turns when the environment's slice ends: wherever they are then, so what they share needs care. */
void threads_preempt(void);

/* The end of the caller; also by returning from its body. */
void thread_exit(void) __attribute__((noreturn));

/* Wait until thread NUMBER has ended. */
void thread_join(unsigned number);

/* --- console.c ---------------------------------------------------------------------------------------------------------------- */

/* Text for the console.  It is sent when its line is complete, in one piece. */
void console_put(const char *format, ...) __attribute__((format(printf, 1, 2)));
