/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling contexts: docs/l4/scheduling.md.
 *
 * One context at most is charged at any time, that of the thread that runs; a timeout at the end of what it has left ends its time.  Because a
 * call hands the account on, and a reply gives it back, neither touches anything here.
 *
 * Invariants:
 *   - a thread that is shut out is ready, not queued, and in the list of the context of its account;
 *   - a context's timeout is pending while it has threads that are shut out and has any budget at all;
 *   - a thread's own account is that of the context it is bound to, 0 when it was never bound to one, or that of one that is gone.
 *
 * Accounts.  Who has one cannot be found, for the fast path copies them; so a number says by its upper bits which of the contexts that were
 * in its place in the table is meant, and one that is gone leads to `gone`, which never has time.
 */
#include "check.h"
#include "core/arch.h"
#include "core/cap.h"
#include "core/kmem.h"
#include "core/named.h"
#include "core/quota.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

#define PLACE_BITS	12
#define PLACES		(1u << PLACE_BITS)
#define LAST_CONTEXT	(~0u / PLACES)	/* of a place: upper bits of its account */

static struct place {
	struct context *context;	/* NULL: free */
	u32 account;			/* of the last that was here */
	u32 next_free;			/* 0: the last */
} places[PLACES];
static unsigned places_begun = 1, first_free;	/* place 0 is nobody's, so that no account is 0 */

static struct context gone;
static struct context *charged;		/* NULL: who runs has no limit */
static u64 charged_since;
static struct timeout end = { .kind = L4_BUDGET };

/* --- accounts --------------------------------------------------------------------------------------------------------------- */

/* NULL: no limit. */
static struct context *
context_of(u32 account)
{
	const struct place *p = &places[account % PLACES];

	if (!account)
		return NULL;
	return p->context && p->account == account ? p->context : &gone;
}

/* A place that is free again, or one that was never used: there is one for whoever may have one. */
static enum status
place_take(struct context *c, struct space *home)
{
	enum status status = quota_take(home, PLACES - 1);

	if (status)
		return status;
	struct place *p = first_free ? &places[first_free] : &places[places_begun++];
	check_that(p < &places[PLACES]);
	first_free = p->next_free;
	p->next_free = 0;
	p->context = c;
	p->account = ((p->account / PLACES + 1) * PLACES) | (u32)(p - places);
	c->account = p->account;
	return OK;
}

static void
place_leave(struct context *c)
{
	struct place *p = &places[c->account % PLACES];

	if (p->context != c)		/* destruction goes on */
		return;
	p->context = NULL;
	if (p->account / PLACES == LAST_CONTEXT)
		return;			/* the next would have a number that was there before: it stays its space's, and nobody comes here again */
	quota_give(c->object.home);
	p->next_free = first_free;
	first_free = p - places;
}

/* --- whose time ------------------------------------------------------------------------------------------------------------- */

void
context_bind(struct thread *t, struct context *c)
{
	struct l4_thread *l4 = l4_thread(t);

	if (l4->context) {
		*l4->context_pprev = l4->context_next;
		if (l4->context_next)
			l4_thread(l4->context_next)->context_pprev = l4->context_pprev;
	}
	l4->context = c;
	l4->own_account = c ? c->account : 0;
	if (!c)
		return;
	l4->context_next = c->threads;
	l4->context_pprev = &c->threads;
	if (c->threads)
		l4_thread(c->threads)->context_pprev = &l4->context_next;
	c->threads = t;
}

/*
 * Where the walk along T's servers goes on that was preempted: at T when there is none, or T has something else to hand on by now, or the thread is
 * gone, with whom its server's part ended.  From any other it is right to go on, for each server has what its caller has.
 */
static struct thread *
follow_from(struct thread *t, bool changed)
{
	struct thread *at = l4_thread(t)->followed;

	l4_thread(t)->followed = NULL;
	return at && !changed && kmem_object_at(arch_physical(&at->object), KIND_THREAD) ? at : t;
}

static inline bool
is_served(struct thread *t)
{
	return t->state == WAIT_REPLY && l4_thread(t)->server;
}

static enum status
follow(struct thread *t, struct thread *at)
{
	while (is_served(at)) {
		struct thread *server = l4_thread(at)->server;
		schedule_for(server, at);
		at = server;
		if (preempt_point()) {
			l4_thread(t)->followed = at;
			return STATUS_RESTART;
		}
	}
	return OK;
}

enum status
time_follow(struct thread *t)
{
	u32 account = t->account;
	u8 priority = t->priority;

	if (caller_of(t))
		return OK;
	schedule_own(t);
	return follow(t, follow_from(t, t->account != account || t->priority != priority));
}

#define LATE_STEPS	64		/* servers at once, with interrupts off */

static struct thread *late;		/* list of threads whose servers may have what somebody had who waits no longer */
static struct timeout follow_timeout = { .kind = L4_FOLLOW };	/* pending while there are any */

void
time_follow_late(struct thread *t)
{
	struct l4_thread *l4 = l4_thread(t);

	if (!is_served(t) || l4->late_pprev)
		return;
	l4->late_next = late;
	l4->late_pprev = &late;
	if (late)
		l4_thread(late)->late_pprev = &l4->late_next;
	late = t;
	if (!timeout_pending(&follow_timeout))
		timeout_insert(&this_cpu()->timeouts, &follow_timeout, arch_clock());
}

void
time_forget(struct thread *t)
{
	struct l4_thread *l4 = l4_thread(t);

	if (!l4->late_pprev)
		return;
	*l4->late_pprev = l4->late_next;
	if (l4->late_next)
		l4_thread(l4->late_next)->late_pprev = l4->late_pprev;
	l4->late_pprev = NULL;
	if (!late)
		timeout_cancel(&this_cpu()->timeouts, &follow_timeout);
}

/* A part of one thread's servers; the next timeout, for the others, is due at once. */
void
time_follow_timeout(void)
{
	struct thread *at = late;

	time_forget(at);
	for (unsigned steps = 0; is_served(at) && steps < LATE_STEPS; steps++) {
		schedule_for(l4_thread(at)->server, at);
		at = l4_thread(at)->server;
	}
	time_follow_late(at);
	if (late && !timeout_pending(&follow_timeout))
		timeout_insert(&this_cpu()->timeouts, &follow_timeout, arch_clock());
}

/* --- what it is charged for --------------------------------------------------------------------------------------------------- */

/* What was used until NOW is taken off. */
static void
settle(u64 now)
{
	u64 ticks = now - charged_since;

	budget_use(&charged->budget, ticks);
	charged->used += ticks;
	charged_since = now;
}

bool
context_open(u32 account, u64 now)
{
	struct context *c = context_of(account);

	if (!c)
		return true;
	if (c == charged)
		settle(now);
	return budget_time(&c->budget) <= now;
}

bool
context_has_own(struct thread *t)
{
	const struct context *own = context_of(l4_thread(t)->own_account);

	return t->account != l4_thread(t)->own_account && (!own || own->budget.amount);
}

void
context_switch(u32 account, u64 now)
{
	struct context *c = context_of(account);

	if (!c && !charged)
		return;
	if (charged && c != charged)
		settle(now);
	timeout_cancel(&this_cpu()->timeouts, &end);
	charged = c;
	charged_since = now;
	if (!c)
		return;
	budget_begin(&c->budget, now);
	timeout_insert(&this_cpu()->timeouts, &end, now + budget_left(&c->budget));
}

/* --- without time --------------------------------------------------------------------------------------------------------------- */

static void
wait_for_time(struct context *c)
{
	if (c->budget.amount && !timeout_pending(&c->timeout))
		timeout_insert(&this_cpu()->timeouts, &c->timeout, budget_time(&c->budget));
}

/* The circular lists A and B become one. */
static struct thread *
joined(struct thread *a, struct thread *b)
{
	if (!a || !b)
		return a ? a : b;
	struct thread *last = a->ready_prev;
	last->ready_next = b;
	b->ready_prev->ready_next = a;
	a->ready_prev = b->ready_prev;
	b->ready_prev = last;
	return a;
}

static void
list_append(struct context *c, struct thread *t)
{
	t->ready_next = t->ready_prev = t;
	c->shut_out = joined(c->shut_out, t);
}

static void
list_remove(struct context *c, struct thread *t)
{
	if (t->ready_next == t) {
		c->shut_out = NULL;
		return;
	}
	t->ready_next->ready_prev = t->ready_prev;
	t->ready_prev->ready_next = t->ready_next;
	if (c->shut_out == t)
		c->shut_out = t->ready_next;
}

/* Who used up the time stays last: the next time is another's. */
void
context_shut_out(struct thread *t)
{
	struct context *c = context_of(t->account);
	struct thread *last = c->shut_out ? c->shut_out->ready_prev : NULL;

	l4_thread(t)->shut_out = true;
	list_append(c, t);
	if (last && last == current_thread()) {
		list_remove(c, last);
		list_append(c, last);
	}
	wait_for_time(c);
}

void
context_let_in(struct thread *t)
{
	struct context *c = context_of(t->account);

	l4_thread(t)->shut_out = false;
	list_remove(c, t);
	if (!c->shut_out)
		timeout_cancel(&this_cpu()->timeouts, &c->timeout);
}

/* One at a time: the next timeout, for the others, is due at once. */
void
context_timeout(struct context *c)
{
	struct thread *t = c->shut_out;

	context_let_in(t);
	schedule_ready(t);
	if (c->shut_out)
		wait_for_time(c);
}

/* --- calls ------------------------------------------------------------------------------------------------------------------------ */

/* Time comes only from who has no limit itself. */
static bool
is_limited(struct thread *t)
{
	return l4_thread(t)->own_account;
}

enum status
sys_context_create(struct thread *self, const struct args_context_create *a, struct out_context_create *out)
{
	struct capability *slot;
	struct budget budget;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	if (is_limited(self))
		return ERR_NO_RIGHT;
	status = budget_init(&budget, a->budget, a->period, arch_clock());
	if (status)
		return status;
	struct context *c = kmem_alloc(self->space, sizeof(*c), KIND_CONTEXT);
	if (!c)
		return ERR_NO_KMEM;
	status = place_take(c, self->space);
	if (status) {
		kmem_free(c);
		return status;
	}
	object_init(&c->object, KIND_CONTEXT, self->space);
	c->budget = budget;
	c->timeout.kind = L4_CONTEXT;
	cap_insert(slot, &c->object, KIND_CONTEXT, RIGHTS_ALL, 0);
	return OK;
}

enum status
sys_thread_context(struct thread *self, const struct args_thread_context *a, struct out_thread_context *out)
{
	struct capability *c = NULL;
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (status)
		return status;
	if (a->context != SLOT_NONE) {
		status = cap_lookup(&self->space->caps, a->context, KIND_CONTEXT, RIGHT_CONTROL, &c);
		if (status)
			return status;
	} else if (is_limited(self)) {
		return ERR_NO_RIGHT;
	}
	context_bind(t, c ? c->object : NULL);
	return time_follow(t);
}

enum status
sys_context_info(struct thread *self, const struct args_context_info *a, struct out_context_info *out)
{
	struct capability *slot;
	enum status status = cap_lookup(&self->space->caps, a->context, KIND_CONTEXT, RIGHT_READ, &slot);

	if (status)
		return status;
	struct context *c = slot->object;
	if (c == charged)
		settle(arch_clock());
	*out = (struct out_context_info){ .budget = c->budget.amount, .period = c->budget.period, .used = c->used };
	return OK;
}

/* Who was bound to it, or runs on it for somebody, is shut out from now on, until it is bound to another or has own time to fall back on. */
enum status
context_destroy(struct context *c)
{
	struct thread *t;

	place_leave(c);
	if (c == charged) {
		charged = NULL;
		schedule_again();
	}
	timeout_cancel(&this_cpu()->timeouts, &c->timeout);
	gone.shut_out = joined(gone.shut_out, c->shut_out);
	c->shut_out = NULL;
	while ((t = c->threads)) {
		c->threads = l4_thread(t)->context_next;
		if (c->threads)
			l4_thread(c->threads)->context_pprev = &c->threads;
		l4_thread(t)->context = NULL;
		if (preempt_point())
			return STATUS_RESTART;
	}
	object_fini(&c->object);
	kmem_free(c);
	return OK;
}
