/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/unix placed on exo, in every program's own space: what of a space is the library's.
 *
 *   0x0000_0000_6000_0000  UNIX_LIBRARY   the library's code, the same frames for all
 *   0x0000_0000_6010_0000  UNIX_OWN       the environment's own pages: where the kernel saves, handlers' stacks
 *   0x0000_0000_6011_0000  UNIX_STUBS     what call sites have become (rewrite.c), the same for all
 *   0x0000_0000_6015_0000  UNIX_DOMAIN    who there is: of all programs together
 *   0x0000_5000_0010_0000  UNIX_WINDOW    all frames; the first of them are the arena.  Their tokens end where it begins
 *
 * All else is the program's.  Each environment has page tables for these: one leaf table has the first four, one the arena's beginning and most of the tokens.
 */
#pragma once

#define UNIX_LIBRARY		0x60000000
#define UNIX_LIBRARY_END	0x60110000
#define UNIX_OWN		0x60100000
#define UNIX_STUBS		0x60110000
#define UNIX_STUBS_END		0x60150000
#define UNIX_DOMAIN		0x60150000
#define UNIX_DOMAIN_END		0x70000000
#define UNIX_TOKENS		0x4f0000000000	/* none is below */
#define UNIX_WINDOW		0x500000100000
#define UNIX_WINDOW_RIGHTS	(RIGHT_READ | RIGHT_WRITE)
#define UNIX_ARENA		(UNIX_WINDOW + 0x1000)	/* frames from number 1 on */
#define UNIX_ARENA_LIMIT	0x10000000
#define UNIX_END		0x600000000000
#define HOST_RUN		8

#define TASK_REGISTERS		72		/* where struct task has them, behind them which are to be set, and whether a signal waits: for enter.S */
#define TASK_SET		(TASK_REGISTERS + 160)
#define TASK_SIGNALLED		(TASK_SET + 22)

/* What else a way back from a signal's handler needs (enter.S). */
#define TASK_PROCESS		(TASK_SET + 8)
#define TASK_MASK		(TASK_SET + 24)
#define TASK_PENDING		(TASK_MASK + 48)
#define TASK_STACK_BASE		(TASK_PENDING + 24)
#define TASK_STACK_BYTES	(TASK_STACK_BASE + 8)
#define TASK_STACK_FLAGS	(TASK_STACK_BASE + 16)
#define PROCESS_PENDING		2312

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#include <unix/shadow_tree.h>

struct environment;
struct task;

/* What is mapped in it is known by a tree in the arena; an environment's own page tables follow when it runs. */
struct host_space {
	struct shadow shadow;
	uint64_t changes;		/* to what is mapped, by anybody: those that run in it, too, look when others made some (space.c) */
	struct {
		uint64_t number;	/* of a page of the program's, */
		char *window;		/* which is there, writable, */
		uint64_t changes;	/* if it was so much that changed: */
	} recent;			/* the last one that host_at found */
};

struct host_thread {
	struct environment *environment;
	uint64_t stack;			/* the end of its library stack, where its floating-point registers are; 0: it has none */
	uint64_t sp;			/* where it goes on there; 0: in its program, by its registers */
	struct task *next;		/* that are ready */
	struct task *next_sleeper;	/* that wait for a time, by deadline */
	uint64_t deadline;
	uint64_t ticks;			/* that it has had the processor */
	bool ready, sleeps, ended;
};

static inline bool
host_owns(uint64_t start, uint64_t end)
{
	return (start < UNIX_DOMAIN_END && end > UNIX_LIBRARY) || (start < UNIX_END && end > UNIX_TOKENS);
}
#endif
