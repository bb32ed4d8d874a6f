/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ready structure.  `summary` has a bit for each word of `levels` that is not 0, that a bit for each level that has a thread:
 * two bit scans find the highest.  A level's threads are a circle; its head's predecessor is its tail.
 */
#include "check.h"
#include "core/panic.h"
#include "core/ready.h"
#include "core/thread.h"

#define WORD_BITS	64

static unsigned
highest_bit(u64 word)
{
	return WORD_BITS - 1 - __builtin_clzll(word);
}

static void
level_set(struct ready *r, unsigned level)
{
	r->levels[level / WORD_BITS] |= 1ul << level % WORD_BITS;
	r->summary |= 1ul << level / WORD_BITS;
}

static void
level_clear(struct ready *r, unsigned level)
{
	r->levels[level / WORD_BITS] &= ~(1ul << level % WORD_BITS);
	if (!r->levels[level / WORD_BITS])
		r->summary &= ~(1ul << level / WORD_BITS);
}

void
ready_insert_tail(struct ready *r, struct thread *t)
{
	struct thread *head = r->head[t->priority];

	check_that(!t->queued);
	t->queued = true;
	if (!head) {
		t->ready_next = t->ready_prev = t;
		r->head[t->priority] = t;
		level_set(r, t->priority);
		return;
	}
	t->ready_next = head;
	t->ready_prev = head->ready_prev;
	head->ready_prev->ready_next = t;
	head->ready_prev = t;
}

void
ready_insert_head(struct ready *r, struct thread *t)
{
	ready_insert_tail(r, t);
	r->head[t->priority] = t;
}

void
ready_remove(struct ready *r, struct thread *t)
{
	check_that(t->queued);
	t->queued = false;
	if (t->ready_next == t) {
		r->head[t->priority] = NULL;
		level_clear(r, t->priority);
		return;
	}
	t->ready_next->ready_prev = t->ready_prev;
	t->ready_prev->ready_next = t->ready_next;
	if (r->head[t->priority] == t)
		r->head[t->priority] = t->ready_next;
}

struct thread *
ready_first(const struct ready *r)
{
	if (!r->summary)
		return NULL;
	unsigned word = highest_bit(r->summary);
	return r->head[word * WORD_BITS + highest_bit(r->levels[word])];
}

void
ready_rotate(struct ready *r, unsigned level)
{
	if (r->head[level])
		r->head[level] = r->head[level]->ready_next;
}

static void
level_check(const struct ready *r, unsigned level)
{
	const struct thread *head = r->head[level], *t = head;

	kassert(!head == !(r->levels[level / WORD_BITS] >> level % WORD_BITS & 1));
	if (!head)
		return;
	do {
		kassert(t->queued);
		kassert(t->priority == level);
		kassert(t->ready_next->ready_prev == t);
		t = t->ready_next;
	} while (t != head);
}

void
ready_check(const struct ready *r)
{
	for (unsigned level = 0; level < READY_LEVELS; level++)
		level_check(r, level);
	for (unsigned word = 0; word < ARRAY_SIZE(r->levels); word++)
		kassert(!r->levels[word] == !(r->summary >> word & 1));
	kassert(!(r->summary >> ARRAY_SIZE(r->levels)));
}
