/* SPDX-License-Identifier: BSD-2-Clause */
/* Without direct process switch: the partner of an IPC comes first among those of its priority, and the scheduler finds it there. */
#include "personalities/l4/l4.h"

void
schedule_hand_over(struct thread *self, enum l4_state wait, struct thread *next)
{
	struct cpu *cpu = this_cpu();

	self->state = wait;
	next->state = THREAD_RUNNABLE;
	if (!next->suspended)
		ready_insert_head(&cpu->ready, next);
	cpu->pending |= PENDING_RESCHEDULE;
}
