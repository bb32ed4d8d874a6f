/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting: <unix/wait.h>. */
#include <errno.h>
#include <unix/arena.h>

/* --- queues ---------------------------------------------------------------------------------------------------------------------- */

static void
queue_append(struct wait_queue *q, struct waiter *w)
{
	w->next = NULL;
	w->previous = q->last;
	w->queue = q;
	if (__builtin_expect(q->last != NULL, 0))
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
}

static void
queue_remove(struct waiter *w)
{
	struct wait_queue *q = w->queue;

	if (!q)
		return;
	if (w->previous)
		w->previous->next = w->next;
	else
		q->first = w->next;
	if (w->next)
		w->next->previous = w->previous;
	else
		q->last = w->previous;
	w->queue = NULL;
}

/* --- a task -------------------------------------------------------------------------------------------------------------------- */

/* NULL: there is no memory. */
static __attribute__((noinline)) struct waiter *
waiter_more(struct task *t)
{
	struct waiter *w = arena_take(ARENA_WAITER);

	if (w) {
		w->also = t->waiter.also;
		t->waiter.also = w;
	}
	return w;
}

int
wait_enter(struct task *t, struct wait_queue *q)
{
	struct waiter *w = t->waiter.queue ? waiter_more(t) : &t->waiter;

	if (!w)
		return -ENOMEM;
	w->task = t;
	queue_append(q, w);
	return 0;
}

static __attribute__((noinline)) void
leave_more(struct task *t)
{
	struct waiter *w = t->waiter.also;

	t->waiter.also = NULL;
	while (w) {
		struct waiter *also = w->also;
		queue_remove(w);
		arena_give(ARENA_WAITER, w);
		w = also;
	}
}

void
wait_leave(struct task *t)
{
	queue_remove(&t->waiter);
	if (t->waiter.also)
		leave_more(t);
}

/* A queue of T's was woken: T is not in it any more. */
static bool
was_reached(const struct task *t)
{
	for (const struct waiter *w = &t->waiter; w; w = w->also) {
		if (!w->queue)
			return true;
	}
	return false;
}

/* Not as usual, woken and in no other queue. */
static __attribute__((noinline)) int
wait_ended(struct task *t)
{
	bool reached = was_reached(t);

	wait_leave(t);
	if (reached)
		return 0;
	return t->signalled ? -ERESTARTSYS : -ETIMEDOUT;
}

/* A wake is never lost: who has one and a signal has been woken, and is told of the signal on the way out. */
int
wait_now(struct task *t, uint64_t deadline)
{
	if (t->signalled) {
		wait_leave(t);
		return -ERESTARTSYS;
	}
	t->woken = 0;
	t->state = TASK_WAITS;
	host_block(t, deadline);
	t->state = TASK_RUNS;
	return __builtin_expect(t->waiter.queue || t->waiter.also, false) ? wait_ended(t) : 0;
}

static __attribute__((noinline)) int
wait_also(struct task *t, struct wait_queue *q, uint64_t deadline)
{
	int error = wait_enter(t, q);

	return error ? error : wait_now(t, deadline);
}

/* In one piece with what it calls of the host: most waits are this. */
__attribute__((flatten)) int
wait_at(struct task *t, struct wait_queue *q, uint64_t deadline)
{
	if (t->waiter.queue)
		return wait_also(t, q, deadline);
	t->waiter.task = t;
	queue_append(q, &t->waiter);
	return wait_now(t, deadline);
}

void
wait_wake_task(struct task *t)
{
	if (t->state != TASK_WAITS || t->woken)
		return;
	t->woken = 1;
	host_wake(t);
}

void
wait_wake_waiter(struct waiter *w)
{
	queue_remove(w);
	wait_wake_task(w->task);
}

void
wait_move(struct waiter *w, struct wait_queue *to)
{
	queue_remove(w);
	queue_append(to, w);
}

/* Who is woken leaves the queue at once, so that the next is woken by the next. */
bool
wait_wake_one(struct wait_queue *q)
{
	struct waiter *w = q->first;

	if (!w)
		return false;
	wait_wake_waiter(w);
	return true;
}

void
wait_wake_waiting(struct wait_queue *q)
{
	struct waiter *w = q->first, *next;

	for (q->first = q->last = NULL; w; w = next) {
		next = w->next;
		w->queue = NULL;
		wait_wake_task(w->task);
	}
}
