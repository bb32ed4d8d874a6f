/* SPDX-License-Identifier: BSD-2-Clause */
/* The timeouts of a CPU and its one-shot timer. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "core/personality.h"
#include "core/timeout.h"
#include "trace.h"

static struct timeout *
timeout_of(struct tree_node *node)
{
	return container_of(node, struct timeout, node);
}

/* To the first deadline. */
static void
arm(struct timeout_queue *q, u64 now)
{
	const struct tree_node *first = q->tree.first;

	q->armed = first ? first->key : 0;
	arch_timer_set(first ? first->key : TIMEOUT_NEVER, now);
}

void
timeout_insert(struct timeout_queue *q, struct timeout *t, u64 deadline)
{
	tree_insert(&q->tree, &t->node, deadline);
	if (!q->armed || deadline < q->armed)
		arm(q, arch_clock());
}

void
timeout_cancel(struct timeout_queue *q, struct timeout *t)
{
	if (t->node.linked)
		tree_remove(&q->tree, &t->node);
}

static bool
first_is_due(const struct timeout_queue *q, u64 now)
{
	return q->tree.first && q->tree.first->key <= now;
}

bool
timeout_early(struct timeout_queue *q)
{
	u64 now = arch_clock();

	if (first_is_due(q, now))
		return false;
	trace(TRACE_TIMER, q->tree.count, 0);
	arm(q, now);
	return true;
}

/* A handler that inserts what is due already gets another interrupt, not an endless pass: no more come than were pending. */
void
timeout_expire(struct timeout_queue *q)
{
	u64 now = arch_clock();

	trace(TRACE_TIMER, q->tree.count, now - q->armed);
	for (u64 left = q->tree.count; left && first_is_due(q, now); left--) {
		struct timeout *t = timeout_of(q->tree.first);

		tree_remove(&q->tree, &t->node);
		personality_timeout(t);
		if (preempt_point())
			break;
	}
	arm(q, arch_clock());
}

void
timeout_check(const struct timeout_queue *q)
{
	const struct tree_node *first = q->tree.first;

	tree_check(&q->tree);
	kassert(!first || q->armed <= first->key);
	kassert(!first || q->armed || !first->key);
}
