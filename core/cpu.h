/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State of one CPU, reached through %gs.  Everything here belongs to that CPU alone.  The first fields are known to assembler
 * code by the CPU_* offsets in arch_offsets.h, asserted in arch/x86/offsets.c.
 */
#pragma once

#include "arch_cpu.h"			/* struct arch_cpu: descriptor tables, entry scratch */
#include "check.h"
#include "core/arch.h"
#include "core/ready.h"
#include "core/thread.h"
#include "core/timeout.h"
#include "trace.h"

enum cpu_pending {
	PENDING_RESCHEDULE = 1 << 0,	/* ask personality_pick before entering user level */
};

#define PREEMPT_STEPS	32		/* steps of a long operation between two looks for a waiting interrupt */

struct cpu {
	struct cpu *self;
	struct thread *current;		/* never NULL: the idle thread when there is none */
	u64 user_rsp;			/* scratch of the system-call entry */
	void *stack;			/* top of the kernel stack */
	u32 pending;			/* enum cpu_pending */
	u32 steps;			/* left until the next look for a waiting interrupt */
	u64 calls_full;			/* statistics: system calls that the fast entry declined */
	struct arch_cpu arch;
	u32 id;				/* 0.. in the order found */
	u32 idling;
	struct thread *idle;
	struct thread *doomed;		/* destroyed while it was current: its page is freed on the way out, see thread_destroy */
	u64 entered;			/* arch_clock() when thread_switch made the current thread current */
	struct timeout_queue timeouts;
	struct ready ready;
	struct trace_cpu trace;
	u64 interrupts, faults;		/* statistics */
};

extern struct cpu boot_cpu;

/* A look for itself, for what asks after each of its long steps: an interrupt waits, or is to be taken to wait (check.h). */
static inline bool
preempt_now(void)
{
	return check_preempt() || arch_interrupt_pending();
}

bool preempt_look(struct cpu *cpu);		/* the steps are over: an interrupt waits */

/*
 * A preemption point: true when the long operation should stop with STATUS_RESTART because an interrupt waits.  Call it once
 * a step, of at most about 100 instructions, after the step's changes are complete.
 */
static inline bool
preempt_point(void)
{
	struct cpu *cpu = this_cpu();

	return __builtin_expect(--cpu->steps == 0, 0) && preempt_look(cpu);
}

/* The same after a step as long as so many. */
static inline bool
preempt_point_after(u32 steps)
{
	struct cpu *cpu = this_cpu();

	cpu->steps = cpu->steps > steps ? cpu->steps - steps + 1 : 1;
	return preempt_point();
}

/*
 * A step was as long as STEPS usual ones: the next look comes that much sooner.  For what is seldom in the way of a step, such as
 * clearing a page.
 */
static inline void
preempt_charge(u32 steps)
{
	struct cpu *cpu = this_cpu();

	cpu->steps = cpu->steps > steps ? cpu->steps - steps : 1;
}

/*
 * The exit path found pending work of the thread or the CPU; do it until a thread can enter user level: free a thread that
 * died while it was current, switch to whom personality_pick names, wait for an interrupt when there is nobody.
 */
void pending_run(void);
