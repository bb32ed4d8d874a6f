/* SPDX-License-Identifier: BSD-2-Clause */
/* Direct process switch: the partner of an IPC runs at once, for nobody who is ready can have a higher priority. */
#include "personalities/l4/l4.h"

/* Who has lost its caller's time meanwhile leaves it to the scheduler whether that one has any. */
void
schedule_hand_over(struct thread *self, enum l4_state wait, struct thread *next)
{
	struct cpu *cpu = this_cpu();

	self->state = wait;
	next->state = THREAD_RUNNABLE;
	if (!next->suspended && next->account == self->account) {
		thread_switch(next);
		return;
	}
	if (!next->suspended)
		ready_insert_head(&cpu->ready, next);
	cpu->pending |= PENDING_RESCHEDULE;
}
