/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting in an IPC, and every end of it but the partner's coming. */
#include "personalities/l4/wait.h"

#define MANTISSA_BITS	10

/* m * 2^e in 10 and 6 bits. */
u64
timeout_ticks(u16 timeout)
{
	u64 mantissa = timeout & ((1u << MANTISSA_BITS) - 1);
	unsigned exponent = timeout >> MANTISSA_BITS;

	return mantissa << exponent >> exponent == mantissa ? mantissa << exponent : TIMEOUT_NEVER;
}

void
timeout_begin_for(struct thread *t, u16 timeout)
{
	t->timeout.kind = L4_IPC;
	timeout_insert(&this_cpu()->timeouts, &t->timeout, timeout_deadline(arch_clock(), timeout_ticks(timeout)));
}

enum status
ipc_wait(struct endpoint *e, struct thread *self, enum l4_state state, u16 timeout)
{
	if (timeout == IPC_AT_ONCE)
		return ERR_TIMEOUT;
	self->state = state;
	timeout_begin(self, timeout);
	endpoint_add(e, self);
	schedule_away();
	return OK;
}

/* SERVER has no caller any more, and runs on its own time. */
static void
caller_leave(struct thread *server)
{
	caller_clear(server);
	schedule_own(server);
	time_follow_late(server);
}

void
ipc_leave(struct thread *t)
{
	if (t->state == WAIT_REPLY) {
		if (l4_thread(t)->server)
			caller_leave(l4_thread(t)->server);
		else
			reply_remove(t);
		transfer_partner_leaves(t);
	} else {
		endpoint_remove(l4_thread(t)->endpoint, t);
		if (t->state == WAIT_RECEIVE)
			caller_clear(t);
	}
	timeout_end(t);
	if (caller_of(t))
		time_for(t, caller_of(t));
	else
		time_own(t);
}

void
ipc_fail(struct thread *t, enum status status)
{
	if (t->state != WAIT_BITS)
		__builtin_memset(&t->regs.r15, 0, 15 * sizeof(u64));
	frame_done(t, status);
}

void
ipc_cancel(struct thread *t, enum status status)
{
	ipc_leave(t);
	if (l4_thread(t)->fault) {
		fault_forsaken(t);
		return;
	}
	ipc_fail(t, status);
	thread_make_runnable(t);
}

void
ipc_give_up(struct thread *server)
{
	struct thread *caller = caller_of(server);

	if (caller)
		ipc_cancel(caller, ERR_CANCELLED);
	else
		interrupt_acknowledge(server);
}

void
ipc_forget(struct thread *t)
{
	struct thread *awaiting = l4_thread(t)->awaited_by;

	if (awaiting)
		ipc_cancel(awaiting, ERR_CANCELLED);
	ipc_give_up(t);
	if (t->state >= THREAD_BLOCKED)
		ipc_cancel(t, ERR_CANCELLED);
}
