/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes in shared memory, for environments that trust each other with them.
 *
 * struct pipe is a pipe as Unix has it: bytes, any number of readers and writers, a write of at most PIPE_ATOMIC bytes in one piece, an end when the
 * last writer has gone, an error when the last reader has.  Whoever waits yields its slice.
 *
 * Where it is known that there is one reader and one writer, that they exchange words and that neither ever goes, nothing is left of all that but a
 * queue: word_send and word_receive, inline.
 */
#pragma once

#include <stddef.h>
#include <exo/queue.h>
#include <exo/stubs.h>
#include <exo/yield.h>

#define PIPE_BYTES	4096
#define PIPE_ATOMIC	512
#define PIPE_PAGES	2

struct pipe {
	uint32_t lock;			/* for what follows */
	uint32_t readers, writers;
	uint64_t written, read;		/* bytes, ever */
	unsigned char data[PIPE_BYTES];	/* byte n is data[n % PIPE_BYTES] */
};

/* One more reader or writer, one fewer. */
void pipe_reader(struct pipe *pipe, int change);
void pipe_writer(struct pipe *pipe, int change);

/* At least one byte, at most BYTES, waited for; *DONE is 0 at the end of what was written. */
enum status pipe_read(struct pipe *pipe, void *to, size_t bytes, size_t *done);

/* All of BYTES, as room becomes free.  ERR_CANCELLED: nobody is left to read. */
enum status pipe_write(struct pipe *pipe, const void *from, size_t bytes);

/* Who waits gives what is left of its slice to PARTNER, who is to make it go on. */
static inline void
word_send(struct queue_end *end, uint64_t word, uint64_t partner)
{
	while (queue_put(end, word))
		if (yield_to(partner))
			call_yield();
}

static inline uint64_t
word_receive(struct queue_end *end, uint64_t partner)
{
	uint64_t word;

	while (queue_take(end, &word))
		if (yield_to(partner))
			call_yield();
	return word;
}
