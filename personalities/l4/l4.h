/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What l4 keeps for threads and endpoints.  The fast path knows the offsets (l4_offsets.h).
 *
 * Two pointers are never NULL, so that the fast path has one test less: where there is nobody they point to a thread that does not
 * exist and is suspended for ever, which is what the fast path looks at anyway.
 *
 *   endpoint->waiting   l4_nobody                 nothing waits here: no thread, no source's message
 *                       a thread                  it alone waits, to receive, for as long as it takes
 *                       l4_look                   the lists say who waits
 *   thread's caller     l4_nobody                 nobody waits for this thread's reply; nor while it waits to receive, whatever is there
 *                       a thread                  it waits for the reply, for as long as it takes
 *                       l4_look                   other_caller waits, with a deadline or for the answer to a fault; or,
 *                                                 when that is NULL, a line that fired for its acknowledgement
 */
#pragma once

#include "core/cap.h"
#include "core/arch.h"
#include "core/budget.h"
#include "core/cpu.h"
#include "core/irq.h"
#include "core/space.h"
#include "core/thread.h"
#include "personalities/l4/transfer.h"
#include <l4/kinds.h>
#include <l4/utcb.h>


/* What a blocked thread waits for: its thread.state. */
enum l4_state {
	WAIT_SEND = THREAD_BLOCKED,	/* in its endpoint's list */
	WAIT_CALL,			/* the same, and wants a reply then */
	WAIT_RECEIVE,			/* its endpoint's `waiting`, or in the list */
	WAIT_REPLY,			/* its server's caller, or that of a reply capability */
	WAIT_FROM,			/* in its endpoint's list of those who wait for one partner */
	WAIT_BITS,			/* in the list of a notification's endpoint */
};

struct endpoint {
	struct object object;
	struct thread *waiting;
	struct thread *first;		/* circular list, in the order of coming: all send, or all receive; NULL: empty */
	struct thread *closed;		/* circular list of those who wait for one partner alone; NULL: empty */
	struct source *bound, *pending;	/* circular lists of what the kernel has messages from, in the order of coming; NULL: empty */
};

/* What has messages without a thread that sends them: a notification, an interrupt line. */
struct source {
	struct endpoint *endpoint;	/* in whose list `bound` or `pending` it is; NULL: it is not bound */
	struct source *next, *prev;
	u64 badge;
	u8 kind;			/* IPC_INTERRUPT, IPC_NOTIFICATION */
	u8 pending;			/* it has a message that nobody has got */
};

/* An endpoint of its own, to which it is bound unless it is to another. */
struct notification {
	struct endpoint own;
	struct source source;
	u64 bits;
};

/* In irq.personality. */
struct line {
	struct source source;
	struct thread *taker;		/* was told, and has not acknowledged it */
};

struct l4_thread {
	struct thread *caller;
	struct thread *server;		/* WAIT_REPLY: who is to reply; NULL: whoever has the reply capability */
	struct endpoint *endpoint;	/* WAIT_SEND, WAIT_CALL, WAIT_RECEIVE */
	struct utcb *utcb;		/* NULL: it has none */
	struct capability *through;	/* what it waits through, in these states; its reply capability; or what it has last used */
	struct thread *other_caller;
	struct thread *next, *prev;	/* in the endpoint's list */
	u64 badge;			/* WAIT_SEND, WAIT_CALL: of the capability that it used */
	u32 own_account;		/* thread.account and thread.priority are its caller's while it serves one */
	u8 own_priority;
	u8 limit;			/* the highest priority that it may give */
	u8 shut_out;			/* it is ready, but its context's time is used up: in that one's list */
	u8 fault;			/* IPC_PAGE_FAULT, ...: waits in a call that the kernel made for it, about this; else 0 */

	struct thread *through_next, **through_pprev; /* in its list */

	struct context *context;	/* on which it runs when it serves nobody; NULL: it has no limit */
	struct thread *context_next, **context_pprev;	/* the context's threads */
	struct map_link *utcb_maps;	/* where user level has its UTCB */

	/* What the fast path compares with, so that it has nothing of a foreign thread: there all are 0; of one that is so but for IPC the last two. */
	u64 slot_limit;			/* CAP_LIMIT */
	u64 null_limit;			/* 1 */
	u64 plain_limit;		/* 1 << IPC_TAG */

	struct thread *awaits, *awaited_by; /* WAIT_FROM: for whom; and the one who waits so for this thread */
	struct irq *interrupt;		/* that it was told of, and has not acknowledged */

	/* Who is told of faults: slots without a number, empty when there is nobody. */
	struct capability pager __attribute__((aligned(64))), handler;

	/* Pieces of messages: transfer.c. */
	struct transfer transfer;	/* that it carries */
	struct thread *carrier;		/* waits: who carries a transfer with it and has been interrupted; else NULL */
	struct endpoint *serves;	/* where it last received, by the ordinary path */
	struct thread *followed;	/* how far time_follow came from here before it was preempted; NULL: it was not */
	struct thread *late_next, **late_pprev; /* in the list of those whose servers are to follow; NULL: in none */

	struct object reply;		/* what its reply capability leads to: reply.c */
};
_Static_assert(sizeof(struct l4_thread) <= THREAD_PERSONALITY_BYTES, "fits into struct thread");
_Static_assert(offsetof(struct thread, personality) % sizeof(struct capability) == 0, "slots are aligned to their size");

static inline struct l4_thread *
l4_thread(struct thread *t)
{
	return (struct l4_thread *)t->personality;
}

enum l4_timeout { L4_IPC = 1, L4_SLICE, L4_TRANSFER, L4_BUDGET, L4_CONTEXT, L4_FOLLOW };	/* struct timeout.kind: the first is a thread's, L4_CONTEXT a context's */

extern struct thread l4_nobody, l4_look;

/* T, just made, has the priority, the limit and the context of MAKER. */
void thread_begin(struct thread *t, const struct l4_thread *maker);

/* --- endpoint.c: who waits where -------------------------------------------------------------------------------- */

/* Whether a thread may be where the fast path finds it: not on a processor that lacks what the fast path uses. */
void endpoint_init(void);

/* What `waiting` is when nothing waits: l4_look on such a processor. */
extern struct thread *endpoint_nobody;

void endpoint_add(struct endpoint *e, struct thread *t);
void endpoint_unlist(struct endpoint *e, struct thread *t);	/* out of the list */
void endpoint_unlist_closed(struct endpoint *e, struct thread *t);
void endpoint_begin(struct endpoint *e, enum kind kind, struct space *home);
enum status endpoint_end(struct endpoint *e);			/* nobody waits there any more; resumable */
void endpoint_hide(struct endpoint *e, struct thread *t);	/* T, which waits at E, is found by the ordinary path alone */
enum status endpoint_destroy(struct endpoint *e);

/* T, which comes into a list of its endpoint, or leaves it, does so with the list of the capability that it waits through. */
void through_link(struct thread *t);
void through_unlink(struct thread *t);

static inline bool
endpoint_has_one(const struct endpoint *e)
{
	return e->waiting != &l4_nobody && e->waiting != &l4_look;
}

/* The first who waits at E; NULL: nobody. */
static inline struct thread *
endpoint_first(const struct endpoint *e)
{
	return endpoint_has_one(e) ? e->waiting : e->first;
}

/* Nothing waits at E but for sources. */
static inline void
endpoint_empty(struct endpoint *e)
{
	e->waiting = e->pending ? &l4_look : endpoint_nobody;
}

static inline void
endpoint_remove(struct endpoint *e, struct thread *t)
{
	if (e->waiting == t)
		endpoint_empty(e);
	else if (t->state == WAIT_FROM)
		endpoint_unlist_closed(e, t);
	else
		endpoint_unlist(e, t);
}

/* --- who waits for a reply -------------------------------------------------------------------------------------- */

static inline void
caller_set(struct thread *server, struct thread *caller)
{
	struct l4_thread *s = l4_thread(server);

	l4_thread(caller)->server = server;
	s->other_caller = caller;
	s->caller = timeout_pending(&caller->timeout) || l4_thread(caller)->fault ? &l4_look : caller;
}

/* SERVER's caller is found by the ordinary path alone. */
static inline void
caller_hide(struct thread *server)
{
	struct l4_thread *s = l4_thread(server);

	if (s->caller != &l4_look)
		s->other_caller = s->caller;
	s->caller = &l4_look;
}

static inline void
caller_clear(struct thread *server)
{
	l4_thread(server)->caller = &l4_nobody;
}

/* NULL: nobody waits for SERVER's reply.  Who waits to receive has no caller: the fast path leaves there whom it replied to last. */
static inline struct thread *
caller_of(struct thread *server)
{
	const struct l4_thread *s = l4_thread(server);

	if (s->caller == &l4_nobody || server->state == WAIT_RECEIVE)
		return NULL;
	return s->caller == &l4_look ? s->other_caller : s->caller;
}

/* --- wait.c, ipc.c ------------------------------------------------------------------------------------------------------ */

/* T, which waits for something, waits no longer: its call ends with STATUS, its message registers are 0. */
void ipc_cancel(struct thread *t, enum status status);

/* T is about to be freed: it leaves where it waits, and who waits for its reply waits no longer. */
void ipc_forget(struct thread *t);

/* SELF waits at E in state STATE. */
enum status ipc_wait(struct endpoint *e, struct thread *self, enum l4_state state, u16 timeout);

/* T's call ends with STATUS, its message registers are 0. */
void ipc_fail(struct thread *t, enum status status);

/* T, which waits for something, leaves where it waits.  Its state is still to be set. */
void ipc_leave(struct thread *t);

/* Nobody will reply to SERVER's caller, if it has one; a line that it was told of is acknowledged. */
void ipc_give_up(struct thread *server);

/* T makes a call through C, for as long as it takes; its message is fault_deliver's.  It is current, or does not run. */
void ipc_call_for(struct thread *t, struct capability *c);

/* --- reply.c: callers that were put aside -------------------------------------------------------------------------- */

/* CALLER, in WAIT_REPLY without a server, waits no longer. */
void reply_remove(struct thread *caller);

/* The reply capability C is about to be removed; it was moved to TO. */
void reply_gone(struct capability *c);
void reply_moved(struct capability *to);

/* --- fault.c: messages that the kernel makes for a thread --------------------------------------------------------- */

struct fault;

/*
 * T, which is current, needs the page at ADDRESS of OWNER's space for ACCESS (a right), to go on with its call: OWNER's pager is asked.  False: it has
 * none, and nothing is changed.  Answered, T is made runnable and executes its call again.
 */
bool fault_page_for(struct thread *t, struct thread *owner, vaddr_t address, unsigned access);

/* OTHER receives where T's page faults go. */
bool fault_pager_is(struct thread *t, struct thread *other);

void fault_set_foreign(struct thread *t, unsigned foreign);	/* FOREIGN_* of <l4/fault.h>; 0: it is not */

/* SELF, which is foreign, executed `syscall`: from foreign.S. */
void fault_ask_foreign(struct thread *self);
void fault_foreign(struct thread *self);	/* as the end of a call */

/* FROM's message comes to TO. */
void fault_deliver(struct thread *to, const struct thread *from, u64 badge);

/*
 * SELF replies to T, whose message was of that kind.  Not OK: the reply is no good, T waits as before.  Otherwise T goes on, is suspended, or waits for another
 * answer: then l4_thread(t)->fault is not 0.
 */
enum status fault_answer(struct thread *self, struct thread *t);

/* Nobody will answer T, which waits nowhere any more: it asks the next, or stops. */
void fault_forsaken(struct thread *t);

/* T, which waits for an answer, goes on with the registers that it has. */
void fault_cancel(struct thread *t);

/* T is about to be freed. */
enum status fault_forget(struct thread *t);	/* resumable */

/* --- utcb.c: what is not in registers ---------------------------------------------------------------------------------- */

/* T is about to be freed.  Resumable. */
enum status utcb_drop(struct thread *t);

/* --- source.c: messages without a thread ------------------------------------------------------------------------------ */

/* S has a message: whoever waits at its endpoint gets it, else it stays pending.  Not bound, it has none. */
void source_raise(struct source *s);

/* The first that is pending at E hands its message to SELF. */
void source_take(struct endpoint *e, struct thread *self);

/* Its message is taken, in another way. */
void source_clear(struct source *s);

void source_bind(struct source *s, struct endpoint *e, u64 badge);
void source_unbind(struct source *s);
enum status source_unbind_all(struct endpoint *e);		/* resumable */

/* The endpoint that SLOT of SELF's space names for a binding, and the badge; SLOT_NONE: NULL. */
enum status source_target(struct thread *self, u64 slot, struct endpoint **e, u64 *badge);

/* --- notification.c, interrupt.c: two kinds of sources ------------------------------------------------------------------ */

static inline struct notification *
notification_of(struct source *s)
{
	return container_of(s, struct notification, source);
}

enum status notification_destroy(struct notification *n);

static inline struct line *
line_of(struct irq *irq)
{
	return (struct line *)irq->personality;
}

/* The thread that was told of IRQ owes it nothing any more. */
void interrupt_release(struct irq *irq);

/* SELF is told of the line S.  An edge line may fire again before it was acknowledged, and another thread may receive it. */
static inline void
interrupt_take(struct source *s, struct thread *self)
{
	struct line *line = container_of(s, struct line, source);
	struct irq *irq = (struct irq *)((char *)line - offsetof(struct irq, personality));

	if (line->taker)
		interrupt_release(irq);
	irq_take(irq);
	line->taker = self;
	l4_thread(self)->interrupt = irq;
	l4_thread(self)->caller = &l4_look;
	l4_thread(self)->other_caller = NULL;
	self->regs.arg[0] = irq->fired;
}

void interrupt_acknowledge(struct thread *self);

/* --- context.c: processor time that is limited -------------------------------------------------------------------- */

/*
 * A scheduling context: so much time in each period.  A thread that is bound to one runs on it, and so does who serves that thread, directly
 * or through others.  An account is a context's number, 0 for no limit: it stands beside the priority, and the fast path hands both on
 * in one word.  A number whose context is gone is nobody's ever after (but see context.c).
 */
struct context {
	struct object object;
	struct budget budget;
	u64 used;			/* since it was made */
	u32 account;
	struct thread *threads;		/* bound to it */
	struct thread *shut_out;	/* circular list of threads that wait for its time */
	struct timeout timeout;		/* pending while there are any */
};

/* Whoever works for T, directly or through others, has what T has, which is its own when it works for nobody.  STATUS_RESTART: again. */
enum status time_follow(struct thread *t);

/* The same for who works for T, which has what is its own now; by a timeout that is due at once, as whoever makes T lose its caller cannot be preempted. */
void time_follow_late(struct thread *t);
void time_follow_timeout(void);
void time_forget(struct thread *t);		/* it is about to be freed */

/* T is bound to C, which may be NULL, and to no other; what it runs on just now is another matter. */
void context_bind(struct thread *t, struct context *c);

/* Who runs from NOW on runs on ACCOUNT, which is open: the time is taken off the budget of whoever ran until now. */
void context_switch(u32 account, u64 now);

/* Whether ACCOUNT has time NOW. */
bool context_open(u32 account, u64 now);

/* Whether T, which serves somebody, has time of its own beside. */
bool context_has_own(struct thread *t);

/* T, ready and in no list, waits for the time of its account; and does so no longer, because of something else. */
void context_shut_out(struct thread *t);
void context_let_in(struct thread *t);

/* The time of C has come: one thread that waits for it is ready. */
void context_timeout(struct context *c);
enum status context_destroy(struct context *c);

/* --- schedule.c ------------------------------------------------------------------------------------------------- */

/* T can run, and its account has time as far as is known. */
static inline bool
schedule_is_ready(struct thread *t)
{
	return t->state == THREAD_RUNNABLE && !t->suspended && !l4_thread(t)->shut_out;
}

/* Ready or not, T has PRIORITY and runs on ACCOUNT from now on. */
void schedule_time(struct thread *t, u8 priority, u32 account);
void schedule_ready(struct thread *t);
void schedule_not_ready(struct thread *t);
void schedule_first(struct thread *t);		/* ready, and about to be current */

/* The slice is over: the next of the same priority runs; or a context's time may be: ask who is to run. */
extern bool slice_over;		/* the current thread had it */
extern bool slice_fresh;	/* somebody yielded: who came then has at least a whole slice */
void schedule_slice_over(void);
void schedule_slice_end(void);	/* its timeout */
void schedule_again(void);

/* T, which waited and has what is its own, is ready; it runs at once if it goes before the current thread, which is ready. */
void schedule_wake(struct thread *t);

/* The current thread waits from here on: who is next runs. */
void schedule_away(void);

/* SELF waits in state WAIT from here on, and NEXT, which waited, runs in its place, without a look at who else is ready. */
void schedule_hand_over(struct thread *self, enum l4_state wait, struct thread *next);

/* The current thread waits; NEXT, which is ready, in no list and on the same account, runs in its place. */
void schedule_at_once(struct thread *next);

/* What T has when it works for nobody. */
static inline void
schedule_own(struct thread *t)
{
	schedule_time(t, l4_thread(t)->own_priority, l4_thread(t)->own_account);
}

/* T works for FROM. */
static inline void
schedule_for(struct thread *t, const struct thread *from)
{
	schedule_time(t, from->priority, from->account);
}

/* The same for T that is blocked, which is in no list. */
static inline void
time_own(struct thread *t)
{
	t->priority = l4_thread(t)->own_priority;
	t->account = l4_thread(t)->own_account;
}

static inline void
time_for(struct thread *t, const struct thread *from)
{
	t->priority = from->priority;
	t->account = from->account;
}

/* T, which is blocked, is runnable and works for the current thread FROM, in whose word all of that stands. */
static inline void
time_hand(struct thread *t, const struct thread *from)
{
	_Static_assert(offsetof(struct thread, account) + sizeof(from->account) - offsetof(struct thread, state) == sizeof(u64), "one word");
	__builtin_memcpy((char *)t + offsetof(struct thread, state), (const char *)from + offsetof(struct thread, state), sizeof(u64));
}
