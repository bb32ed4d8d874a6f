/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads.  One page from the pool of the home space:
 *
 *      0  struct thread: the trap frame first, so that traps save straight into it (TSS.rsp0 points behind it)
 *   1280  FPU state (xsave area), when the thread uses the FPU
 *
 * No thread ever blocks inside the kernel: a blocked thread is just one that is not runnable, with its state in this
 * structure.  A thread that is in a long operation is resumed by executing its call again.
 */
#pragma once

#include "core/object.h"
#include "core/timeout.h"
#include <janus/registers.h>
#include "arch_frame.h"			/* struct trap_frame */

#define THREAD_FPU_OFFSET		1280
#define THREAD_PERSONALITY_BYTES	832

enum thread_state {
	THREAD_STOPPED,			/* never started, or stopped: holds no place anywhere */
	THREAD_RUNNABLE,		/* may be chosen; the current thread is runnable */
	THREAD_BLOCKED,			/* and above: waits for something, which the personality may tell apart so */
};

/* Work that the exit path has to do for this thread before it enters user level; 0 almost always. */
enum thread_pending {
	PENDING_IDLE	= 1 << 0,	/* the CPU's idle thread: never enters user level */
	PENDING_PERSONALITY = 1 << 8,	/* and above: the personality's, which personality_pick clears */
};

/* Which lock a field would be guarded by with more CPUs: docs/locks.md. */
struct thread {
	struct trap_frame regs;		/* must be first; its CPU's while it is current, else the thread's lock */
	struct object object;

	/* Set when it is made. */
	struct space *space;
	u64 cr3;			/* copy of space->cr3: one load less at a switch */
	void *fpu;			/* xsave area, NULL when the thread declared that it does not use the FPU */

	/* Its CPU's while it is current, else the thread's lock. */
	u64 fs_base, gs_base;		/* valid while it is not current */
	u8 state;			/* enum thread_state */
	u8 suspended;			/* thread_suspend: not runnable although state says so */

	/* Its CPU's. */
	u8 priority;			/* level in a ready structure */
	u8 queued;			/* is in a ready structure */
	u32 account;			/* the personality's: on whose time it runs; one word with the four before it */
	u32 pending;			/* enum thread_pending */
	struct thread *ready_next, *ready_prev;
	struct timeout timeout;
	u64 ticks;			/* consumed; of the current thread less arch_clock() when it became current */
	u64 switches;			/* times that thread_switch made it current */

	/* Its space's lock. */
	struct thread *space_next, **space_pprev; /* list of the space's threads */

	/* Set when it is made. */
	u64 id;				/* unique over space and time, never 0 */
	char name[16];

	u64 personality[THREAD_PERSONALITY_BYTES / 8] __attribute__((aligned(64)));	/* may have slots of capabilities */
};
_Static_assert(sizeof(struct thread) <= THREAD_FPU_OFFSET, "the FPU state follows");
_Static_assert(offsetof(struct thread, regs) == 0, "traps save straight into the thread");

/* What thread_create is told beside its space. */
enum thread_flags { THREAD_NO_FPU = 1 << 0 };

/* Make a stopped thread in SPACE, paid by HOME.  ERR_NO_KMEM, ERR_WRONG_STATE (space dying or not prepared), ERR_BAD_VALUE. */
enum status thread_create(struct space *home, struct space *space, unsigned flags, struct thread **out);

/* Set instruction and stack pointer and make it runnable.  ERR_BAD_ADDRESS unless both are user addresses (sp may be 0);
 * ERR_WRONG_STATE unless stopped, or when it is being destroyed (so for all of these). */
enum status thread_start(struct thread *t, vaddr_t ip, vaddr_t sp, u64 argument);

enum status thread_suspend(struct thread *t);		/* whatever it does; idempotent */
enum status thread_resume(struct thread *t);

/*
 * Read, then replace (mask: janus/registers.h) registers of a thread that is not current (ERR_WRONG_STATE); REGS has the
 * old ones afterwards. Values are sanitised: flags and selectors to what user level may have, addresses must be canonical
 * user addresses (ERR_BAD_ADDRESS); ERR_BAD_VALUE for a mask beyond REGISTERS_ALL.  On error nothing is changed.  Registers
 * that the frame does not hold (it entered by the fast path) read as 0.
 */
enum status thread_exchange(struct thread *t, u64 write_mask, struct registers *regs);

/*
 * At any moment: running, ready, blocked, in an operation.  Through object_destroy.  Another thread does not run any more
 * from the first call on.  The current one may have to execute its call again (STATUS_RESTART); once this returned OK it is
 * still current, so that whoever finishes the call may write to its frame, but it never enters user level: pending_run
 * frees its page.
 */
enum status thread_destroy(struct thread *t);

struct cpu;
void thread_reap(struct cpu *cpu);		/* free cpu->doomed, if any; leaves it for the idle thread when it is current */

/*
 * State changes for personalities: keep `state`; personality_thread is told when T becomes ready (runnable and not
 * suspended) or ceases to be, and PENDING_RESCHEDULE is set when the current thread does.
 */
void thread_make_runnable(struct thread *t);
void thread_block(struct thread *t);

/* Consumed until now. */
u64 thread_ticks(const struct thread *t);

/* Make T current on this CPU: accounting, address space, FPU, segment bases, kernel entry stack.  No policy. */
void thread_switch(struct thread *t);

static inline struct thread *
thread_of(struct object *o)
{
	return container_of(o, struct thread, object);
}

void thread_check(const struct thread *t);
