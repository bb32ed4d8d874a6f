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

/* How a task came into the core: IPC_* of <l4/fault.h>, or */
#define BY_INTERRUPTION	0

/* A stack, and whose call is on it. */
struct fiber {
	uint64_t sp;			/* while it waits */
	struct task *task;		/* NULL: none, or it has ended */
	struct fiber *next, **link;	/* in the list of those that are free, are ready, or wait for a time */
	uint64_t deadline;
	uint64_t slot;			/* for the reply capability of its caller */
	uint8_t by;			/* how the task came in */
	bool aside;			/* the caller is in the slot */
	unsigned mapped;		/* by the fault that is served: they go into its reply */
	struct host_mapping map[IPC_ITEMS];
};

extern struct fiber *fiber_current;
extern struct fiber *fiber_ready;	/* the first that goes on; NULL: none does */
extern struct fiber *fiber_timed;	/* wait for a time, the nearest first */

/* --- fiber.c ------------------------------------------------------------------------------------------------------------------- */

bool fiber_reserve(void);		/* there is a stack for one thread more to wait on.  False: no memory */
void fiber_unreserve(void);		/* and for one less */
void fiber_begin(void) __attribute__((noreturn));	/* the loop on a first stack */
void fiber_resume(void);		/* the first that is ready goes on, the stack in use is free: it does not return */
void fiber_deadlines(uint64_t now);	/* who waits for a time that has come is ready */

/* --- loop.c ---------------------------------------------------------------------------------------------------------------------- */

extern uint64_t endpoint;		/* where programs' messages come */
void loop(void) __attribute__((noreturn));

/* --- memory.c ---------------------------------------------------------------------------------------------------------------------- */

void memory_init(void);
void memory_reserve(void);		/* kernel memory that only memory_lend gives is as much again as it should be, if there is so much */
bool memory_lend(uint64_t space);	/* its pool was empty: some more.  False: there is none */

bool memory_is_arena(const void *at, size_t bytes);	/* all of them are, by now */

/* --- space.c ------------------------------------------------------------------------------------------------------------------------ */

uint64_t space_kept(void);	/* pages of kernel memory that space_release would give back */
bool space_release(void);	/* kernel memory of spaces that are kept is free.  False: they have none */
bool space_shadow(const char *mode);	/* which mappings are written down: "full", "lazy".  False: it is neither */

/* A page of S's that was brought and may not be written down: from space_see on, until something there is mapped, unmapped or protected.  0: it is not remembered. */
page_t space_seen(const struct host_space *s, uint64_t address, unsigned access);
void space_see(const struct host_space *s, uint64_t address, unsigned access, page_t page);

/* The reply to T's fault at ADDRESS has what was mapped for it: the tag of its items; 0: nothing was. */
unsigned space_answer(struct task *t, uint64_t address);
void space_silent(struct fiber *f);	/* the fault on F has no such reply, or not now */

/* --- setting.c ------------------------------------------------------------------------------------------------------------------------ */

bool settings_take(const char *name, const char *archive, size_t bytes);	/* NAME's, from the manifest.  False: one is wrong, and has been named */

/* --- thread.c ------------------------------------------------------------------------------------------------------------------------ */

/* T's registers that t->set names become those in t->registers; it is not in a call of its own. */
void thread_set(struct task *t);
void thread_begin(struct task *t);	/* one that has moved */
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
