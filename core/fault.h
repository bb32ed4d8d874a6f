/* SPDX-License-Identifier: BSD-2-Clause */
/* What user code ran into. */
#pragma once

#include "core/types.h"

enum fault_kind {
	FAULT_PAGE,		/* address and access are set */
	FAULT_EXCEPTION,	/* any other exception; vector and error are the machine's */
};

struct fault {
	enum fault_kind kind;
	u32 vector;
	u64 error;
	vaddr_t ip;
	vaddr_t address;	/* FAULT_PAGE */
	u8 access;		/* FAULT_PAGE: RIGHT_READ, RIGHT_WRITE or RIGHT_EXECUTE */
	u8 present;		/* FAULT_PAGE: a translation exists, the right is missing */
};

#define FAULT_TEXT	120	/* bytes that a description has */

/* "page fault: write to 0x1000, not mapped, at ip 0x401000" and the like, for messages. */
void fault_describe(const struct fault *f, char *text, size_t size);

struct thread;

/* Say in the log what T ran into, and stop it; of the first space: end the machine, as below. */
void fault_stop(struct thread *t, const char *text);

/*
 * Nobody handles FAULT of SELF: say so in the log and stop the thread.  When it belongs to the first space, nothing is left
 * that could do better, and the machine ends as failed.
 */
void fault_unhandled(struct thread *self, const struct fault *fault);
