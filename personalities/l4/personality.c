/* SPDX-License-Identifier: BSD-2-Clause */
/* l4: a third-generation L4.  Its hooks; the policy is in schedule.c, IPC in ipc.c, and, in a build that has it, in fast.S. */
#include "check.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/call.h"
#include "core/first.h"
#include "core/personality.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include "reply_wait.h"
#include <l4/calls.h>

const struct option personality_options[] = { { 0 } };

#define FIRST_PRIORITY	128		/* of the first thread: there is room above and below */

void
personality_init(void)
{
	endpoint_init();
}

struct thread *
personality_first_thread(void)
{
	static const struct l4_thread maker = { .own_priority = FIRST_PRIORITY, .limit = READY_LEVELS - 1 };
	struct thread *t = first_program_load(0);

	schedule_not_ready(t);
	thread_begin(t, &maker);
	schedule_first(t);
	return t;
}

void
thread_begin(struct thread *t, const struct l4_thread *maker)
{
	l4_thread(t)->caller = &l4_nobody;
	l4_thread(t)->own_priority = maker->own_priority;
	l4_thread(t)->limit = maker->limit;
	fault_set_foreign(t, 0);
	context_bind(t, maker->context);
	l4_thread(t)->own_account = maker->own_account;	/* also that of a context that is gone */
	time_own(t);
}

static inline bool
is_ipc(u64 number)
{
	return number - CALL_IPC_CALL <= CALL_IPC_RECEIVE_FROM - CALL_IPC_CALL;
}

_Static_assert(CALL_IPC_RECEIVE_FROM - CALL_IPC_CALL == 5, "the operations have numbers side by side");

/*
 * With an IPC, rax carries timeouts and a tag above the number; when it succeeds rax is the message's.  What a thread that is foreign but for IPC cannot have meant as one is a
 * foreign call.
 */
static void
call(struct thread *self)
{
	u64 rax = self->regs.rax;

	trace(TRACE_CALL, rax, self->regs.arg[0]);
	if (is_ipc((u16)rax)) {
		enum status status = ipc_dispatch(self, (u16)rax);
		if ((status == ERR_NO_CAP || status == ERR_NO_RIGHT) && !l4_thread(self)->null_limit)
			fault_ask_foreign(self);
		else if (status)
			call_finish(self, status);
		return;
	}
	call_finish(self, call_dispatch_number(self, rax));
}

void
personality_syscall(struct thread *self)
{
	call(self);
	check_after_call();
}

void
personality_timeout(struct timeout *timeout)
{
	switch ((enum l4_timeout)timeout->kind) {
	case L4_IPC:
		ipc_cancel(container_of(timeout, struct thread, timeout), ERR_TIMEOUT);
		break;
	case L4_TRANSFER:
		transfer_timeout(container_of(timeout, struct thread, timeout));
		break;
	case L4_SLICE:
		schedule_slice_end();
		break;
	case L4_BUDGET:
		schedule_again();
		break;
	case L4_CONTEXT:
		context_timeout(container_of(timeout, struct context, timeout));
		break;
	case L4_FOLLOW:
		time_follow_timeout();
		break;
	}
}

enum status
personality_thread(struct thread *t, enum thread_event event)
{
	switch (event) {
	case THREAD_READY:
		schedule_ready(t);
		break;
	case THREAD_NOT_READY:
		schedule_not_ready(t);
		break;
	case THREAD_GONE:
		context_bind(t, NULL);
		ipc_forget(t);
		time_forget(t);
		transfer_forget(t);
		return fault_forget(t) ? STATUS_RESTART : utcb_drop(t);
	}
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	if (o->kind == KIND_NOTIFICATION)
		return notification_destroy(container_of(o, struct notification, own.object));
	if (o->kind == KIND_CONTEXT)
		return context_destroy((struct context *)o);
	return endpoint_destroy((struct endpoint *)o);
}
