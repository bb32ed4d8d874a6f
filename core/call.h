/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of every system call that was saved in full: the one place where a status becomes the user's register. */
#pragma once

#include "core/thread.h"
#include "trace.h"

#define SYSCALL_BYTES	2		/* length of the `syscall` instruction */

static inline void
call_finish(struct thread *self, enum status status)
{
	trace(TRACE_CALL_DONE, self->regs.rax, status);
	if (status == STATUS_RESTART)
		self->regs.rip -= SYSCALL_BYTES;	/* the call is executed again, with unchanged arguments */
	else
		self->regs.rax = status;
}
