/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The placement in a server of l4: what <unix/host.h> asks of a machine.
 *
 *   0000_5000_0000_0000  UNIX_ARENA     blocks of 2 MiB, one behind the other
 *   0000_5100_0000_0000  UNIX_WINDOW    all page frames, likewise: programs' pages are mapped from here
 *
 * Both are the server's alone, so that all addresses of a program are the program's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define UNIX_ARENA		0x500000000000ul
#define UNIX_ARENA_LIMIT	(1ul << 32)
#define UNIX_WINDOW		0x510000000000ul
#define HOST_RUN		8

#include <unix/shadow_tree.h>

struct fiber;
struct task;

struct host_space {
	struct shadow shadow;		/* what is mapped, and may not be in the kernel's tables yet */
	uint64_t slot;			/* the space */
	struct task *direct;		/* whose calls are messages of its own; NULL: nobody's */
};

struct host_thread {
	uint64_t slot;			/* the thread; 0: none */
	uint64_t caller;		/* a slot for its reply capability, while its call waits */
	struct fiber *fiber;		/* on whose stack its call is; NULL: it executes its program */
	struct task *next;		/* of those that are to be interrupted */
	uint64_t direct;		/* slot of the capability that its program sends its calls to; 0: it has none */
	uint64_t direct_word;		/* where that is told it */
	uint8_t by;			/* how it came in: IPC_* of <l4/fault.h>, or BY_* of host.h */
	bool interrupted;		/* it is one of them */
	bool moved;			/* it is a new thread, which has not started */
};

static inline bool
host_owns(uint64_t start, uint64_t end)
{
	return false;
}
