/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations on a queue of timeouts, with handlers that insert and cancel; the model is an array sorted by deadline, and a
 * clock that the steps advance.
 */
#include <string.h>
#include "core/cpu.h"
#include "core/timeout.h"
#include "fake/machine.h"
#include "fake/personality.h"
#include "unit.h"

#define TIMEOUTS 200

static struct timeout_queue *queue;
static struct timeout timeouts[TIMEOUTS];
static struct timeout *sorted[TIMEOUTS];	/* the model: equal deadlines in the order of insertion */
static unsigned count, expired;
static u64 reach;			/* how far ahead deadlines are in this round */
static struct input *choices;		/* of the step, for the handler */

static void
insert(struct timeout *t, u64 deadline)
{
	unsigned at = 0;

	timeout_insert(queue, t, deadline);
	while (at < count && sorted[at]->node.key <= deadline)
		at++;
	memmove(&sorted[at + 1], &sorted[at], (count - at) * sizeof(sorted[0]));
	sorted[at] = t;
	count++;
}

static void
model_remove(const struct timeout *t)
{
	unsigned at = 0;

	while (at < count && sorted[at] != t)
		at++;
	if (at == count)
		return;
	count--;
	memmove(&sorted[at], &sorted[at + 1], (count - at) * sizeof(sorted[0]));
}

static void
cancel(struct timeout *t)
{
	timeout_cancel(queue, t);
	model_remove(t);
	expect(!timeout_pending(t));
}

/* Deadlines before now, now, soon, and never. */
static u64
deadline_choose(struct input *in)
{
	switch (input_below(in, 8)) {
	case 0:
		return machine.clock - input_below(in, 100);
	case 1:
		return timeout_deadline(machine.clock, TIMEOUT_NEVER - input_below(in, 2));
	default:
		return machine.clock + input_below(in, reach);
	}
}

/* Due, the first of the model, and not pending any more; then what handlers do: arm again, arm and cancel others. */
static void
due(struct timeout *t)
{
	struct timeout *other = &timeouts[input_below(choices, TIMEOUTS)];

	expect(t == sorted[0]);
	expect(t->node.key <= machine.clock);
	expect(!timeout_pending(t));
	model_remove(t);
	expired++;
	if (input_below(choices, 4) == 0)
		insert(t, deadline_choose(choices));
	if (input_below(choices, 4) == 0)
		cancel(other);
	else if (!timeout_pending(other) && input_below(choices, 4) == 0)
		insert(other, deadline_choose(choices));
}

/* The timer interrupt comes, on time or late; more than one pass when the first was preempted or handlers inserted due ones. */
static void
tick(struct input *in)
{
	machine.clock += input_below(in, reach);
	if (machine.clock < machine.timer)
		return;
	machine.timer = TIMEOUT_NEVER;		/* one-shot */
	expired = 0;
	timeout_expire(queue);
	expect(!count || machine.timer <= sorted[0]->node.key);
}

static void
setup(struct input *in)
{
	static const u64 reaches[] = { 1, 50, 10000, 1ul << 40 };

	machine_ram(1 << 20);
	machine.clock = 1000 + (input_below(in, 2) ? 1ul << 62 : 0);
	queue = &boot_cpu.timeouts;
	memset(timeouts, 0, sizeof(timeouts));
	count = 0;
	reach = reaches[input_below(in, 4)];
	hooks.on_timeout = due;
}

static void
step(struct input *in)
{
	struct timeout *t = &timeouts[input_below(in, TIMEOUTS)];

	choices = in;
	switch (input_below(in, 8)) {
	case 0:
		cancel(t);
		break;
	case 1:
		tick(in);
		break;
	default:
		if (!timeout_pending(t))
			insert(t, deadline_choose(in));
		break;
	}
	expect(queue->tree.count == count);
	expect(!count || machine.timer <= sorted[0]->node.key);	/* no wake-up is lost */
}

static void
verify(void)
{
	struct tree_node *node = queue->tree.first;

	timeout_check(queue);
	for (unsigned i = 0; i < count; i++, node = tree_next(node))
		expect(node == &sorted[i]->node);
	expect(!node);
}

static void
teardown(void)
{
	while (count)
		cancel(sorted[count / 2]);
	timeout_expire(queue);
	expect(machine.timer == TIMEOUT_NEVER && queue->armed == 0);
}

const struct operations ops_timeout = { "timeout", setup, step, verify, teardown };
