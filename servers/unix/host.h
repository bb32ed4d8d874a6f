/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Unix server: one thread, and a stack for each call that waits.
 *
 *   program --syscall, fault, exception--> loop --> unix_call, ... --> reply
 *                                           |           |
 *                                           |           v host_block
 *   ready stacks <-- host_wake             fresh stack goes on with the loop; the caller is in a slot meanwhile
 *
 * A message's badge is the address of its sender's struct task.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>
#include <l4/ipc.h>
#include <l4/message.h>
#include <unix/host.h>
#include <unix/process.h>
#include "copy.h"
#include "fiber.h"

/* How a task came into the core: IPC_* of <l4/fault.h>, or */
#define BY_INTERRUPTION	0
#define BY_DIRECT	0xff	/* a call that its program sent itself */

/* --- direct.c ----------------------------------------------------------------------------------------------------------------------- */

void direct_inherit(struct task *t, const struct task *from);	/* T is FROM's copy in a memory of its own */
void direct_withdraw(struct host_space *s);	/* a second thread comes: nobody's calls are messages of its own */
void direct_drop(struct task *t);	/* its thread ends */

/* --- loop.c ---------------------------------------------------------------------------------------------------------------------- */

extern uint64_t endpoint;		/* where programs' messages come */

/* --- memory.c ---------------------------------------------------------------------------------------------------------------------- */

void memory_init(void);
void memory_reserve(void);		/* kernel memory that only memory_lend gives is as much again as it should be, if there is so much */
bool memory_lend(uint64_t space);	/* its pool was empty: some more.  False: there is none */

bool memory_is_arena(const void *at, size_t bytes);	/* all of them are, by now */

/* --- space.c ------------------------------------------------------------------------------------------------------------------------ */

uint64_t space_kept(void);	/* pages of kernel memory that space_release would give back */
bool space_release(void);	/* kernel memory of spaces that are kept is free.  False: they have none */
bool space_shadow(const char *mode);	/* which mappings are written down: "full", "lazy".  False: it is neither */

/* The reply to the fault that is served has what was mapped for it: the tag of its items; 0: nothing was. */
void space_fault(void);		/* one is served from now on */
unsigned space_answer(void);
void space_silent(void);	/* it has no such reply, or not now */

/* --- setting.c ------------------------------------------------------------------------------------------------------------------------ */

bool settings_take(const char *name, const char *archive, size_t bytes);	/* NAME's, from the manifest.  False: one is wrong, and has been named */

/* --- thread.c ------------------------------------------------------------------------------------------------------------------------ */

/* T's registers that t->set names become those in t->registers; it is not in a call of its own. */
void thread_set(struct task *t);
void thread_begin(struct task *t);	/* one that has moved */
void thread_within(struct task *t);	/* where it executes next is among a program's addresses, or at 0 */
extern struct task *thread_interrupted;	/* the first who is to be; NULL: none is */
void thread_interrupt(void);		/* it is in unix_interrupted, and goes on */

/* --- clock.c, console.c --------------------------------------------------------------------------------------------------------------- */

void clock_begin(void);
enum status console_begin(void);
void console_finish(void);		/* all has been printed */
extern uint64_t alarm_next;		/* host_alarm's */
uint64_t ticks_of(uint64_t nanoseconds);
uint64_t clock_nanoseconds(uint64_t ticks);
void console_typed(void);		/* the console's bell rang */

/* --- last.c ----------------------------------------------------------------------------------------------------------------------------- */

enum status last_begin(void);		/* should the server die, the root task is told what ends with it */
