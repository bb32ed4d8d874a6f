/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU's state, preemption points, and what the exit path does before it enters user level. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/personality.h"

bool
preempt_point(void)
{
	struct cpu *cpu = this_cpu();

	if (--cpu->steps)
		return false;
	cpu->steps = PREEMPT_STEPS;
	return arch_interrupt_pending();
}
