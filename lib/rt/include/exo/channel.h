/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A channel: a queue of words each way between a client and a service, in two pages that whoever started both has given them.
 *
 * The client waits, for room and for words, at the queue.  The service has many clients and waits for none in particular: a client that puts a word
 * into an empty queue says so by an asynchronous entry, and the service then looks at all its channels.  An entry says nothing but that; so one
 * too many, from whomever, is harmless, and one that finds the service's queue of entries full need not be made.
 *
 * Neither end believes the other (<exo/queue.h>): a lie ends the channel for the end that sees it, with ERR_BAD_VALUE.
 *
 * Either end can be begun anew while the other goes on.  It goes on where the pages say that the one before it was, with what that had not
 * taken yet; channel_forget drops what the service has answered to a client that is gone.
 */
#pragma once

#include <stddef.h>
#include <exo/queue.h>

#define CHANNEL_PAGES	2

struct channel {
	struct queue_end to, from;
	const volatile uint64_t *service;	/* the client's end: the name of whom to wake, now */
};

void channel_client(struct channel *c, void *pages, const volatile uint64_t *service);
void channel_service(struct channel *c, void *pages);

void channel_forget(void *pages);	/* while there is no client */

/* The client's: they wait. */
enum status channel_send(struct channel *c, uint64_t word);
enum status channel_receive(struct channel *c, uint64_t *word);

/* The service's: ERR_NOT_FOUND, there is none; ERR_LIMIT, the client has not taken enough of what it was sent. */
enum status channel_poll(struct channel *c, uint64_t *word);
enum status channel_answer(struct channel *c, uint64_t word);

/*
 * Text travels eight characters a word, the last filled up with 0.  A word of 0 is its end.  A service of text answers TEXT_FLUSH, which is no text
 * in any encoding, by the same when all before it has been shown.
 */
#define TEXT_WORD	8
#define TEXT_FLUSH	(~0ul)
uint64_t text_word(const char *text, size_t bytes);
size_t word_text(uint64_t word, char text[TEXT_WORD]);
