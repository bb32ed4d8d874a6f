/* SPDX-License-Identifier: BSD-2-Clause */
/* Beginning and end of a wait: the small steps that the ordinary path has inline. */
#pragma once

#include "core/arch.h"
#include "core/cpu.h"
#include "personalities/l4/l4.h"
#include <l4/ipc.h>

#define BADGE	2			/* rdx among the argument registers */

/* A timeout as user level gives it, in ticks. */
u64 timeout_ticks(u16 timeout);

/* The frame of a completed call, whatever it held before. */
static inline void
frame_done(struct thread *t, enum status status)
{
	t->regs.valid = FRAME_GENERAL | FRAME_SYSRET;
	t->regs.rax = status;
}

/* A message without a tag is in the registers. */
static ALWAYS_INLINE void
deliver_registers(struct thread *to, const struct thread *from, u64 badge)
{
	struct trap_frame *t = &to->regs;
	const struct trap_frame *f = &from->regs;

	t->r15 = f->r15, t->r14 = f->r14, t->r13 = f->r13, t->r12 = f->r12, t->rbp = f->rbp, t->rbx = f->rbx;
	t->arg[0] = f->arg[0], t->arg[1] = f->arg[1];
	t->arg[3] = f->arg[3], t->arg[4] = f->arg[4], t->arg[5] = f->arg[5];
	t->arg[BADGE] = badge;
	frame_done(to, OK);
}

/* Neither a deadline for what SELF waits for in the end nor a tag: all of the message is in registers. */
static inline bool
is_plain(const struct thread *self)
{
	return !(self->regs.rax >> IPC_RECEIVE_TIME);
}

/* TIMEOUT is not IPC_NEVER. */
void timeout_begin_for(struct thread *t, u16 timeout);

static inline void
timeout_begin(struct thread *t, u16 timeout)
{
	if (timeout != IPC_NEVER)
		timeout_begin_for(t, timeout);
}

static inline void
timeout_end(struct thread *t)
{
	if (timeout_pending(&t->timeout))
		timeout_cancel(&this_cpu()->timeouts, &t->timeout);
}
