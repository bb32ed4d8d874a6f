/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks of a placement of lib/unix that serves all programs by itself: the loop runs on one, each call that waits keeps another (fiber.c). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/process.h>

/* A stack, and whose call is on it. */
struct fiber {
	uint64_t sp;			/* while it waits */
	struct task *task;		/* NULL: none, or it has ended */
	struct fiber *next, **link;	/* in the list of those that are free, are ready, or wait for a time */
	uint64_t deadline;
};

extern struct fiber *fiber_current;
extern struct fiber *fiber_ready;	/* the first that goes on; NULL: none does */
extern struct fiber *fiber_timed;	/* wait for a time, the nearest first */

bool fiber_reserve(void);		/* there is a stack for one thread more to wait on.  False: no memory */
void fiber_unreserve(void);		/* and for one less */
void fiber_begin(void) __attribute__((noreturn));	/* the loop on a first stack */
void fiber_resume(void);		/* the first that is ready goes on, the stack in use is free: it does not return */
void fiber_deadlines(uint64_t now);	/* who waits for a time that has come is ready */
void fiber_wait(uint64_t deadline);	/* the loop goes on on a free stack, until this one is woken or the time comes */

/* The placement's: it begins anew on each fresh stack, and never returns. */
void loop(void) __attribute__((noreturn));
