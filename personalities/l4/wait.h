/* SPDX-License-Identifier: BSD-2-Clause */
/* Beginning and end of a wait: the small steps that the ordinary path has inline. */
#pragma once

#include "core/arch.h"
#include "core/cpu.h"
#include "personalities/l4/l4.h"
#include <l4/ipc.h>

/* A timeout as user level gives it, in ticks. */
u64 timeout_ticks(u16 timeout);

/* The frame of a completed call, whatever it held before. */
static inline void
frame_done(struct thread *t, enum status status)
{
	t->regs.valid = FRAME_GENERAL | FRAME_SYSRET;
	t->regs.rax = status;
}

static inline void
timeout_begin(struct thread *t, u16 timeout)
{
	if (timeout == IPC_NEVER)
		return;
	t->timeout.kind = L4_IPC;
	timeout_insert(&this_cpu()->timeouts, &t->timeout, timeout_deadline(arch_clock(), timeout_ticks(timeout)));
}

static inline void
timeout_end(struct thread *t)
{
	if (timeout_pending(&t->timeout))
		timeout_cancel(&this_cpu()->timeouts, &t->timeout);
}
