/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reply and the wait behind it, as two calls: the reply is done, and the thread executes its `syscall` again as a receive.  Until then it keeps the
 * time of whom it replied to, so that nobody comes between the two, and who sees only messages cannot tell it from one call.
 */
#include "core/cap.h"
#include "personalities/l4/l4.h"
#include "reply_wait.h"
#include <l4/calls.h>
#include <l4/ipc.h>

#define TIME_BITS	0xfffful

enum status
reply_apart(struct thread *self)
{
	struct thread *caller = caller_of(self);
	u64 rax = self->regs.rax;
	u8 priority = self->priority;
	struct capability *c;

	if (!caller)
		return sys_ipc_reply_wait(self);
	enum status status = cap_lookup(&self->space->caps, self->regs.arg[2], KIND_ENDPOINT, RIGHT_RECEIVE, &c);
	if (status || (status = sys_ipc_reply(self)))
		return status;
	schedule_time(self, priority > caller->priority ? priority : caller->priority, caller->account);
	self->regs.rax = CALL_IPC_RECEIVE | (rax & TIME_BITS << IPC_RECEIVE_TIME);
	return STATUS_RESTART;
}
