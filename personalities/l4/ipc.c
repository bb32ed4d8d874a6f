/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC, the ordinary path: synchronous and unbuffered.  The register file is the message.
 *
 *   rax     operation, timeouts, tag of the message (<l4/ipc.h>)     afterwards status, kind, tag of what was received
 *   rdx     slot of an endpoint                                      afterwards the badge, of a reply 0
 *   rdi rsi r10 r8 r9 rbx rbp r12 r13 r14 r15                        the message, both ways; more of it is in the UTCB
 *
 * Nothing of a register that is not the message's is left to save or to clear, which is what makes the fast path short.  A thread that
 * waits keeps its registers, rax too: they say what it sends.  An operation that succeeds has set rax.
 *
 *   sender   RUNNABLE --call--> [WAIT_CALL -->] WAIT_REPLY --reply--> RUNNABLE
 *            RUNNABLE --send--> [WAIT_SEND -->] RUNNABLE
 *   server   RUNNABLE --receive--> [WAIT_RECEIVE -->] RUNNABLE
 *
 * A thread in brackets waits for its partner to come.  Whatever ends that otherwise, a timeout, the partner's or the endpoint's death, ends
 * the call with a status.  A server has at most one caller; receiving again without a reply gives that one up.
 */
#include "core/arch.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/named.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include "personalities/l4/wait.h"
#include <l4/ipc.h>

static inline unsigned
message_tag(const struct thread *t)
{
	return t->regs.rax >> IPC_TAG;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

/* What of a message with TAG is in the UTCBs: message_check was content with it. */
static void
deliver_words(struct thread *to, struct thread *from, unsigned tag)
{
	__builtin_memcpy(l4_thread(to)->utcb->word, l4_thread(from)->utcb->word, (tag & TAG_WORDS) * sizeof(u64));
	to->regs.rax |= (u64)tag << IPC_TAG;
}

static ALWAYS_INLINE void
deliver(struct thread *to, struct thread *from, u64 badge)
{
	unsigned tag = message_tag(from);

	deliver_registers(to, from, badge);
	if (__builtin_expect(tag, 0))
		deliver_words(to, from, tag);
}

static enum status NEVER_INLINE
tag_check_fully(struct thread *t, unsigned tag)
{
	bool one = (tag & TAG_WORDS) <= IPC_UTCB_WORDS && tag_items(tag) <= IPC_ITEMS && tag_strings(tag) <= IPC_STRINGS;

	return one && l4_thread(t)->utcb ? OK : ERR_BAD_VALUE;
}

/* The tag of what SELF sends is one. */
static ALWAYS_INLINE enum status
tag_check(struct thread *self)
{
	unsigned tag = message_tag(self);

	return __builtin_expect(!tag, 1) ? OK : tag_check_fully(self, tag);
}

static enum status NEVER_INLINE
message_prepare(struct thread *self, struct thread *from, struct thread *to, unsigned tag)
{
	if (tag_check_fully(from, tag))
		return ERR_BAD_VALUE;
	if (!l4_thread(to)->utcb && !l4_thread(to)->fault)
		return ERR_NO_WINDOW;
	if (l4_thread(to)->fault && tag == IPC_TAG_OF(0, 1, 0) && item_map_page(from, to))
		return OK;
	return tag > TAG_WORDS ? transfer(self, from, to, tag) : OK;
}

/* All of FROM's message but its words comes to TO, one of which is SELF while the other waits.  Not OK: it waits as before. */
static ALWAYS_INLINE enum status
message_ready(struct thread *self, struct thread *from, struct thread *to)
{
	unsigned tag = message_tag(from);

	return __builtin_expect(!tag, 1) ? OK : message_prepare(self, from, to, tag);
}

/* --- the operations ----------------------------------------------------------------------------------------------- */

static u16
send_time(const struct thread *self)
{
	return self->regs.rax >> IPC_SEND_TIME;
}

static u16
receive_time(const struct thread *self)
{
	return self->regs.rax >> IPC_RECEIVE_TIME;
}

static inline enum status
endpoint_named(struct thread *self, unsigned right, struct endpoint **e, u64 *badge)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, self->regs.arg[BADGE], KIND_ENDPOINT, right, &c);

	if (status)
		return status;
	l4_thread(self)->through = c;
	*e = (struct endpoint *)c->object;
	*badge = c->badge;
	return OK;
}

/* The first who waits to receive at E. */
static inline struct thread *
first_receiver(const struct endpoint *e)
{
	struct thread *t = e->waiting;

	if (t->state == WAIT_RECEIVE)		/* l4_nobody and l4_look are in no state */
		return t;
	t = e->first;
	return t && t->state == WAIT_RECEIVE ? t : NULL;
}

/* Who gets SENDER's message at E: the first who waits for anybody, else the one who waits for SENDER. */
static inline struct thread *
receiver_for(const struct endpoint *e, struct thread *sender)
{
	struct thread *t = first_receiver(e), *awaiting = l4_thread(sender)->awaited_by;

	if (__builtin_expect(t != NULL, 1))
		return t;
	return awaiting && l4_thread(awaiting)->endpoint == e ? awaiting : NULL;
}

/* It waits no longer; alone it has no deadline. */
static inline void
take_receiver(struct endpoint *e, struct thread *t)
{
	caller_clear(t);
	if (e->waiting == t) {
		e->waiting = endpoint_nobody;
		return;
	}
	endpoint_remove(e, t);
	timeout_end(t);
}

/* The first who waits to send at E; senders are always in the list. */
static inline struct thread *
first_sender(const struct endpoint *e)
{
	struct thread *t = e->first;

	return t && t->state != WAIT_RECEIVE ? t : NULL;
}

enum status
sys_ipc_send(struct thread *self)
{
	struct endpoint *e;
	u64 badge;
	enum status status = endpoint_named(self, RIGHT_SEND, &e, &badge);

	if (status)
		return status;
	struct thread *receiver = receiver_for(e, self);
	if (!receiver) {
		if (tag_check(self))
			return ERR_BAD_VALUE;
		l4_thread(self)->badge = badge;
		return ipc_wait(e, self, WAIT_SEND, send_time(self));
	}
	status = message_ready(self, self, receiver);
	if (status)
		return status;
	take_receiver(e, receiver);
	deliver(receiver, self, badge);
	time_own(receiver);
	thread_make_runnable(receiver);
	self->regs.rax = OK;
	return OK;
}

/* CALLER's message has come to SERVER: it waits for the reply. */
static inline void
reply_due(struct thread *caller, struct thread *server, u16 timeout)
{
	timeout_begin(caller, timeout);
	caller_set(server, caller);
}

/* A call through C, whatever there is at its endpoint. */
static enum status NEVER_INLINE
call_fully(struct thread *self, struct capability *c)
{
	struct endpoint *e = c->object;
	u64 badge = c->badge;
	enum status status;

	l4_thread(self)->through = c;
	struct thread *server = receiver_for(e, self);
	if (!server) {
		if (tag_check(self))
			return ERR_BAD_VALUE;
		l4_thread(self)->badge = badge;
		return ipc_wait(e, self, WAIT_CALL, send_time(self));
	}
	status = message_ready(self, self, server);
	if (status)
		return status;
	take_receiver(e, server);
	deliver(server, self, badge);
	time_for(server, self);
	reply_due(self, server, receive_time(self));
	schedule_hand_over(self, WAIT_REPLY, server);
	return OK;
}

/* The usual call finds a server that waits alone.  Where it must be looked for l4_nobody or l4_look is, which are suspended. */
enum status
sys_ipc_call(struct thread *self)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, self->regs.arg[BADGE], KIND_ENDPOINT, RIGHT_SEND, &c);

	if (status)
		return status;
	struct endpoint *e = c->object;
	struct thread *server = e->waiting;
	if (__builtin_expect(!is_plain(self) || server->suspended, 0))
		return call_fully(self, c);
	e->waiting = &l4_nobody;
	deliver_registers(server, self, c->badge);
	l4_thread(self)->server = server;
	l4_thread(server)->caller = self;
	time_hand(server, self);
	self->state = WAIT_REPLY;
	schedule_at_once(server);
	return OK;
}

void
ipc_call_for(struct thread *t, struct capability *c)
{
	struct endpoint *e = c->object;
	struct thread *server = receiver_for(e, t);

	if (!server) {
		l4_thread(t)->badge = c->badge;
		l4_thread(t)->through = c;
		thread_block(t);
		t->state = WAIT_CALL;
		endpoint_add(e, t);
		return;
	}
	take_receiver(e, server);
	fault_deliver(server, t, c->badge);
	time_for(server, t);
	reply_due(t, server, IPC_NEVER);
	if (t == current_thread()) {
		schedule_hand_over(t, WAIT_REPLY, server);
	} else {
		t->state = WAIT_REPLY;
		thread_make_runnable(server);
	}
}

/* SENDER, first at E, hands its message to SELF. */
static void
take_from(struct endpoint *e, struct thread *self, struct thread *sender)
{
	bool fault = l4_thread(sender)->fault;

	endpoint_remove(e, sender);
	if (fault) {			/* a deadline is that of a transfer, which needs the page by then */
		fault_deliver(self, sender, l4_thread(sender)->badge);
	} else {
		timeout_end(sender);
		deliver(self, sender, l4_thread(sender)->badge);
	}
	if (sender->state == WAIT_CALL) {
		sender->state = WAIT_REPLY;
		reply_due(sender, self, fault ? IPC_NEVER : receive_time(sender));
		schedule_for(self, sender);
		return;
	}
	frame_done(sender, OK);
	thread_make_runnable(sender);
}

/* All of what SENDER waits to send but its words has come to SELF. */
static inline enum status
sender_ready(struct thread *self, struct thread *sender)
{
	return l4_thread(sender)->fault ? OK : message_ready(self, sender, self);
}

/* SELF, which has no caller, takes a message from E, or waits for one.  A message that it cannot take is its sender's error. */
static enum status
receive_at(struct endpoint *e, struct thread *self)
{
	struct thread *sender;

	l4_thread(self)->serves = e;
	schedule_own(self);
	if (e->pending) {
		source_take(e, self);
		return OK;
	}
	while ((sender = first_sender(e))) {
		enum status status = sender_ready(self, sender);
		if (status == OK) {
			take_from(e, self, sender);
			return OK;
		}
		if (status == STATUS_RESTART)
			return STATUS_RESTART;
		ipc_cancel(sender, status);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return ipc_wait(e, self, WAIT_RECEIVE, receive_time(self));
}

enum status
sys_ipc_receive(struct thread *self)
{
	struct endpoint *e;
	u64 badge;
	enum status status = endpoint_named(self, RIGHT_RECEIVE, &e, &badge);

	if (status)
		return status;
	ipc_give_up(self);
	return receive_at(e, self);
}

/* SELF waits at E for a message of PARTNER. */
static enum status
receive_from(struct endpoint *e, struct thread *self, struct thread *partner)
{
	bool sends = partner->state == WAIT_SEND || partner->state == WAIT_CALL;

	schedule_own(self);
	if (sends && l4_thread(partner)->endpoint == e) {
		enum status status = sender_ready(self, partner);
		if (status == STATUS_RESTART)
			return STATUS_RESTART;
		if (status == OK) {
			take_from(e, self, partner);
			return OK;
		}
		ipc_cancel(partner, status);
	}
	if (l4_thread(partner)->awaited_by)
		return ERR_EXISTS;
	l4_thread(self)->awaits = partner;
	return ipc_wait(e, self, WAIT_FROM, receive_time(self));
}

enum status
sys_ipc_receive_from(struct thread *self)
{
	struct endpoint *e;
	struct thread *partner;
	u64 badge;

	enum status status = endpoint_named(self, RIGHT_RECEIVE, &e, &badge);
	if (status)
		return status;
	status = thread_named(self, self->regs.arg[0], RIGHT_RECEIVE, &partner);
	if (status)
		return status;
	if (partner == self)
		return ERR_BAD_VALUE;
	ipc_give_up(self);
	return receive_from(e, self, partner);
}

/* CALLER's deadline, if it has one, is that of the transfer for which it waits for a page. */
static enum status
reply_to_fault(struct thread *self, struct thread *caller)
{
	enum status status = fault_answer(self, caller);

	if (status == OK)
		timeout_end(caller);
	return status;
}

/* The reply is CALLER's.  Not OK: it waits as before.  Otherwise it is to go on, unless it `asks_on`. */
static enum status
reply_to(struct thread *self, struct thread *caller)
{
	if (l4_thread(caller)->fault)
		return reply_to_fault(self, caller);
	if (l4_thread(self)->caller == &l4_look)
		transfer_partner_leaves(caller);
	caller_clear(self);
	timeout_end(caller);
	deliver(caller, self, 0);
	return OK;
}

/* CALLER was replied to: it was refused, and asks the next. */
static bool
asks_on(struct thread *caller)
{
	return l4_thread(caller)->fault;
}

/* SELF has no caller, or one that is no thread. */
static enum status
reply_to_line(struct thread *self)
{
	if (!l4_thread(self)->interrupt)
		return ERR_NOT_FOUND;
	interrupt_acknowledge(self);
	self->regs.rax = OK;
	return OK;
}

enum status
sys_ipc_reply(struct thread *self)
{
	struct thread *caller = caller_of(self);

	if (!caller)
		return reply_to_line(self);
	enum status status = message_ready(self, self, caller);
	if (status || (status = reply_to(self, caller)))
		return status;
	schedule_own(self);			/* of higher priority than CALLER, as a rule: then it goes on without a choice */
	if (!asks_on(caller))
		thread_make_runnable(caller);
	self->regs.rax = OK;
	return OK;
}

/* The caller runs at once when there is nothing to receive: it has the priority that SELF ran on. */
static enum status NEVER_INLINE
reply_wait_fully(struct thread *self, struct endpoint *e)
{
	struct thread *caller = caller_of(self);

	if (!caller) {
		interrupt_acknowledge(self);
		return receive_at(e, self);
	}
	enum status status = message_ready(self, self, caller);
	if (status || (status = reply_to(self, caller)))
		return status;
	if (asks_on(caller))
		return receive_at(e, self);
	if (receive_time(self) != IPC_NEVER || e->first || e->pending) {
		thread_make_runnable(caller);
		return receive_at(e, self);
	}
	self->state = WAIT_RECEIVE;
	endpoint_add(e, self);
	schedule_hand_over(self, WAIT_RECEIVE, caller);
	return OK;
}

/*
 * The usual reply finds nothing at the endpoint, and a caller without deadline or fault, on whose time SELF runs: else l4_look is there, which
 * is suspended.
 */
enum status
sys_ipc_reply_wait(struct thread *self)
{
	struct thread *caller = l4_thread(self)->caller;
	struct endpoint *e;
	u64 badge;
	enum status status = endpoint_named(self, RIGHT_RECEIVE, &e, &badge);

	if (status)
		return status;
	if (__builtin_expect(!is_plain(self) || e->waiting != &l4_nobody || caller->suspended, 0))
		return reply_wait_fully(self, e);
	deliver_registers(caller, self, 0);
	e->waiting = self;
	l4_thread(self)->endpoint = e;
	self->state = WAIT_RECEIVE;
	caller->state = THREAD_RUNNABLE;
	schedule_at_once(caller);
	return OK;
}
