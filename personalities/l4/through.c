/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who waits through which capability: when it is taken away, they wait no longer.
 *
 * A thread in an endpoint's list is also in the list of its capability, whose head is the capability's `spare', so that a capability can be removed
 * or moved without a search among all who wait.  The one whom the fast path finds is in no list; it alone is looked at besides.  So is the current
 * thread: what it sends, or takes from a sender, can move the capability through which it then waits.
 */
#include "core/cpu.h"
#include "core/personality.h"
#include "personalities/l4/l4.h"

static inline struct thread **
list_of(struct capability *c)
{
	return (struct thread **)&c->spare;
}

void
through_link(struct thread *t)
{
	struct l4_thread *l4 = l4_thread(t);
	struct thread **list = list_of(l4->through);

	l4->through_next = *list;
	l4->through_pprev = list;
	if (*list)
		l4_thread(*list)->through_pprev = &l4->through_next;
	*list = t;
}

void
through_unlink(struct thread *t)
{
	struct l4_thread *l4 = l4_thread(t);

	*l4->through_pprev = l4->through_next;
	if (l4->through_next)
		l4_thread(l4->through_next)->through_pprev = l4->through_pprev;
}

/* The thread that waits alone at C's endpoint, if it waits through C. */
static struct thread *
alone_through(const struct endpoint *e, const struct capability *c)
{
	return endpoint_has_one(e) && l4_thread(e->waiting)->through == c ? e->waiting : NULL;
}

static inline bool
is_reply(const struct capability *c)
{
	return c->type >> 8 == KIND_REPLY;
}

static inline struct thread *
any_through(struct capability *c)
{
	return *list_of(c) ? *list_of(c) : alone_through(c->object, c);
}

/* Who waits through C waits no longer. */
static enum status NEVER_INLINE
gone(struct capability *c)
{
	struct thread *t;

	if (is_reply(c)) {
		reply_gone(c);
		return OK;
	}
	while ((t = any_through(c))) {
		ipc_cancel(t, ERR_CANCELLED);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

/* Who waited through C waits through TO. */
static enum status NEVER_INLINE
moved(struct capability *c, struct capability *to)
{
	struct thread *t;

	if (is_reply(to)) {
		reply_moved(to);
		return OK;
	}
	if (*list_of(to))
		l4_thread(*list_of(to))->through_pprev = list_of(to);
	t = alone_through(to->object, c);
	if (t)
		l4_thread(t)->through = to;
	if (l4_thread(current_thread())->through == c)
		l4_thread(current_thread())->through = to;
	return OK;
}

/* Mostly a capability goes through which nobody waits.  A reply capability has its caller in the place of the list. */
enum status
personality_capability(struct capability *c, struct capability *to)
{
	if (to)
		return moved(c, to);
	return any_through(c) ? gone(c) : OK;
}

_Static_assert(offsetof(struct endpoint, object) == 0 && offsetof(struct notification, own) == 0, "what any other of these capabilities leads to is an endpoint");
