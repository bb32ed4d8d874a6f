/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server: the manifest's first program.  It has all memory, the slice, and the state of Unix; a program's environment runs when the server yields to it, and comes back by
 * yielding to the server, which finds in the door why (door.h).
 *
 *   loop ── task's turn: door_enter ──► program ── syscall, fault, end of slice ──► stub ──► loop ── unix_call, ... ──► its turn again, or host_block
 */
#pragma once

#include <stdbool.h>
#include <unix/process.h>
#include "door.h"

static inline struct door *space_door(const struct host_space *s) { return page_at(s->door); }

/* --- space.c ------------------------------------------------------------------------------------------------------------------------ */

/* What is mapped at ADDRESS comes into the page tables of T's space, if anything is.  False: there is no memory for these. */
bool space_bring(const struct task *t, uint64_t address);

/* --- thread.c ------------------------------------------------------------------------------------------------------------------------ */

enum came { CAME_NOT, CAME, CAME_NEVER };	/* it had its time; the door says why; its environment cannot be gone on with */
enum came task_enter(struct task *t);	/* it has its turn, in its program */

/* --- loop.c ---------------------------------------------------------------------------------------------------------------------------- */

void loop_forget(const struct task *t);	/* it has ended */
