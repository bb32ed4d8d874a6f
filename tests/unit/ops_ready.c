/* SPDX-License-Identifier: BSD-2-Clause */
/* Random operations on the ready structure; the model is an array of threads a level, head first. */
#include <string.h>
#include "core/ready.h"
#include "core/thread.h"
#include "unit.h"

#define THREADS 40

static struct ready ready;
static struct thread threads[THREADS];
static struct level {
	struct thread *thread[THREADS];
	unsigned count;
} model[READY_LEVELS];
static u64 levels;		/* how many are in use in this round */

static void
model_insert(struct level *l, struct thread *t, unsigned at)
{
	memmove(&l->thread[at + 1], &l->thread[at], (l->count - at) * sizeof(t));
	l->thread[at] = t;
	l->count++;
}

static void
model_remove(struct level *l, struct thread *t)
{
	unsigned at = 0;

	while (l->thread[at] != t)
		at++;
	l->count--;
	memmove(&l->thread[at], &l->thread[at + 1], (l->count - at) * sizeof(t));
}

static struct thread *
model_first(void)
{
	for (unsigned level = READY_LEVELS; level--;)
		if (model[level].count)
			return model[level].thread[0];
	return NULL;
}

static void
rotate(unsigned level)
{
	struct level *l = &model[level];

	ready_rotate(&ready, level);
	if (!l->count)
		return;
	struct thread *head = l->thread[0];
	model_remove(l, head);
	model_insert(l, head, l->count);
}

static void
insert(struct input *in, struct thread *t)
{
	t->priority = (READY_LEVELS - 1) * input_below(in, levels) / levels;
	struct level *l = &model[t->priority];

	if (input_below(in, 2)) {
		ready_insert_head(&ready, t);
		model_insert(l, t, 0);
	} else {
		ready_insert_tail(&ready, t);
		model_insert(l, t, l->count);
	}
}

static void
setup(struct input *in)
{
	static const u64 choices[] = { 1, 3, 20, READY_LEVELS };

	memset(&ready, 0, sizeof(ready));
	memset(threads, 0, sizeof(threads));
	memset(model, 0, sizeof(model));
	levels = choices[input_below(in, 4)];
}

static void
step(struct input *in)
{
	struct thread *t = &threads[input_below(in, THREADS)];

	if (input_below(in, 8) == 0) {
		rotate(t->priority);
	} else if (t->queued) {
		ready_remove(&ready, t);
		model_remove(&model[t->priority], t);
	} else {
		insert(in, t);
	}
	expect(ready_first(&ready) == model_first());
}

static void
level_verify(unsigned level)
{
	const struct level *l = &model[level];
	struct thread *t = ready.head[level];

	expect(!t == !l->count);
	for (unsigned i = 0; i < l->count; i++, t = t->ready_next)
		expect(t == l->thread[i]);
	expect(t == ready.head[level]);
}

static void
verify(void)
{
	ready_check(&ready);
	for (unsigned level = 0; level < READY_LEVELS; level++)
		level_verify(level);
}

static void
teardown(void)
{
	for (struct thread *t; (t = ready_first(&ready));) {
		ready_remove(&ready, t);
		model_remove(&model[t->priority], t);
	}
	verify();
	expect(!ready.summary && !model_first());
}

const struct operations ops_ready = { "ready", setup, step, verify, teardown };
