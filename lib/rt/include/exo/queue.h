/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A queue of words in a page that two environments share: one puts, one takes.
 *
 *	struct queue | word 0 ... word QUEUE_WORDS - 1		all in one page, which is 0 at first
 *
 * Neither believes the other.  The page can say anything at any time; so each side has its own count in its own memory, reads the other's once, and
 * refuses one that cannot be.  What is in the words is for who takes them to check.
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>

#define QUEUE_WORDS	256

struct queue {
	uint64_t put __attribute__((aligned(64)));	/* words that were ever put */
	uint64_t taken __attribute__((aligned(64)));	/* and taken */
	uint64_t word[QUEUE_WORDS] __attribute__((aligned(64)));
};
_Static_assert(sizeof(struct queue) <= 4096, "in a page");

struct queue_end {
	struct queue *queue;
	uint64_t count;			/* put, or taken, by this end */
};

/* How many words the other end has left for this one to take, or room to put.  More than QUEUE_WORDS: it lies. */
static inline uint64_t
queue_filled(const struct queue_end *taker)
{
	return __atomic_load_n(&taker->queue->put, __ATOMIC_ACQUIRE) - taker->count;
}

static inline uint64_t
queue_room(const struct queue_end *putter)
{
	return QUEUE_WORDS - (putter->count - __atomic_load_n(&putter->queue->taken, __ATOMIC_ACQUIRE));
}

/* ERR_LIMIT: it is full; ERR_BAD_VALUE: the other end says what cannot be. */
static inline enum status
queue_put(struct queue_end *end, uint64_t word)
{
	uint64_t room = queue_room(end);

	if (room - 1 >= QUEUE_WORDS)
		return room ? ERR_BAD_VALUE : ERR_LIMIT;
	end->queue->word[end->count % QUEUE_WORDS] = word;
	__atomic_store_n(&end->queue->put, ++end->count, __ATOMIC_RELEASE);
	return OK;
}

/* ERR_NOT_FOUND: it is empty; ERR_BAD_VALUE likewise. */
static inline enum status
queue_take(struct queue_end *end, uint64_t *word)
{
	uint64_t filled = queue_filled(end);

	if (filled - 1 >= QUEUE_WORDS)
		return filled ? ERR_BAD_VALUE : ERR_NOT_FOUND;
	*word = end->queue->word[end->count % QUEUE_WORDS];
	__atomic_store_n(&end->queue->taken, ++end->count, __ATOMIC_RELEASE);
	return OK;
}
