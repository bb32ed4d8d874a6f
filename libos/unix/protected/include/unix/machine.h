/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/unix placed on exo, in an environment of its own.  What the server has:
 *
 *   0x0000_0000_6f00_0000  UNIX_OWN       its own page
 *   0x0000_4f00_0000_0000  UNIX_DOMAIN    which frames there are
 *   0x0000_5000_0000_0000  UNIX_WINDOW    all frames; the first of them are the arena.  Their tokens end where it begins
 *
 * What a program's environment has besides the program, in the first gigabyte as that mostly is, so that they have a table in common:
 *
 *   0x0000_0000_3f00_0000  UNIX_STUB      code that calls the server (stub.S), the same frame for all, read and executed
 *   0x0000_0000_3f00_1000  UNIX_AREAS     where the kernel saves: a frame of the environment
 *   0x0000_0000_3f00_2000  UNIX_DOOR      registers to the server and back: the server's frame, which both write (door.h)
 */
#pragma once

#define UNIX_OWN		0x6f000000
#define UNIX_STUB		0x3f000000
#define UNIX_AREAS		0x3f001000
#define UNIX_DOOR		0x3f002000
#define UNIX_STUB_END		0x3f003000
#define UNIX_DOMAIN		0x4f0000000000
#define UNIX_TOKENS		0x4f8000000000	/* none is below */
#define UNIX_WINDOW		0x500000000000
#define UNIX_WINDOW_RIGHTS	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)	/* the most that a program can have of a page */
#define UNIX_ARENA		(UNIX_WINDOW + 0x1000)	/* frames from number 1 on */
#define UNIX_ARENA_LIMIT	0x10000000
#define UNIX_END		0x600000000000
#define HOST_RUN		8

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#include <unix/shadow_tree.h>

struct fiber;
struct task;

/* A space is an environment, in which one task of those that have this memory runs at a time. */
struct host_space {
	struct shadow shadow;		/* what is mapped, and may not be in the kernel's tables yet */
	uint64_t slot, name;		/* slot 0: it is closed, and there is no environment any more */
	uint32_t door;			/* the frame at UNIX_DOOR */
	bool away;			/* it was entered and has not come back: the kernel has its registers */
	struct task *task;		/* whose floating-point registers it has; NULL: nobody's who still is */
};

struct host_thread {
	struct host_space *space;
	struct fiber *fiber;		/* on whose stack its call is; NULL: it executes its program */
	struct task *next;		/* that are ready */
	uint64_t ticks;			/* that it has had the processor */
	uint32_t floating;		/* a frame with its floating-point registers, when another task of its memory ran last; 0: none yet */
	bool kept;			/* they are there */
	bool ready;
};

static inline bool
host_owns(uint64_t start, uint64_t end)
{
	return start < UNIX_STUB_END && end > UNIX_STUB;
}
#endif
