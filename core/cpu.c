/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU's state, preemption points, and what the exit path does before it enters user level. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/personality.h"
#include "trace.h"

bool
preempt_look(struct cpu *cpu)
{
	cpu->steps = check_preempt() ? check_preempt() : PREEMPT_STEPS;
	if (!preempt_now())
		return false;
	trace(TRACE_PREEMPT, cpu->current->id, PREEMPT_STEPS);
	return true;
}

/*
 * Wait as the idle thread.  Interrupts are off since personality_pick found nobody, until the processor waits: what makes a
 * thread ready comes as an interrupt and ends the waiting.
 */
static void
idle(struct cpu *cpu)
{
	cpu->idling = true;
	arch_idle();
	cpu->idling = false;
}

static void
reschedule(struct cpu *cpu)
{
	cpu->pending &= ~PENDING_RESCHEDULE;

	struct thread *next = personality_pick();
	if (!next)
		next = cpu->idle;
	if (next != cpu->current)
		thread_switch(next);
	if (next == cpu->idle)
		idle(cpu);
}

void
pending_run(void)
{
	struct cpu *cpu = this_cpu();

	thread_reap(cpu);
	while (cpu->pending | cpu->current->pending)
		reschedule(cpu);
}
