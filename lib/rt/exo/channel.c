/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels: <exo/channel.h>. */
#include <string.h>
#include <exo/channel.h>
#include <exo/stubs.h>
#include <exo/wait.h>

#define PAGE	4096

/*
 * An end goes on at the count that its predecessor wrote.  That may have died between changing a queue and saying so: hence each says so at its
 * beginning.
 */
static struct queue_end
queue_resume(struct queue *queue, const uint64_t *count)
{
	return (struct queue_end){ .queue = queue, .count = __atomic_load_n(count, __ATOMIC_ACQUIRE) };
}

void
channel_client(struct channel *c, void *pages, const volatile uint64_t *service)
{
	struct queue *to = pages, *from = (void *)((char *)pages + PAGE);

	c->to = queue_resume(to, &to->put);
	c->from = queue_resume(from, &from->taken);
	c->service = service;
	if (queue_room(&c->to) != QUEUE_WORDS)
		call_transfer_later(*service, 0, 0, 0, 0);
}

void
channel_forget(void *pages)
{
	struct queue *from = (void *)((char *)pages + PAGE);

	from->taken = __atomic_load_n(&from->put, __ATOMIC_ACQUIRE);
}

void
channel_service(struct channel *c, void *pages)
{
	struct queue *from = pages, *to = (void *)((char *)pages + PAGE);

	c->to = queue_resume(to, &to->put);
	c->from = queue_resume(from, &from->taken);
	c->service = NULL;
	call_wake((uintptr_t)&to->put);
	call_wake((uintptr_t)&from->taken);
}

/* Until *AT is not SEEN any more.  Who waits runs on its own slices; on somebody else's, it gives up the rest of this one. */
static void
word_wait(const uint64_t *at, uint64_t seen)
{
	uint64_t reason;

	if (call_wait((uintptr_t)at, seen, WAIT_FOREVER, &reason) == ERR_WRONG_STATE)
		call_yield();
}

enum status
channel_send(struct channel *c, uint64_t word)
{
	const uint64_t *taken = &c->to.queue->taken;
	enum status status;

	while ((status = queue_put(&c->to, word)) == ERR_LIMIT)
		word_wait(taken, c->to.count - QUEUE_WORDS);
	if (!status && __atomic_load_n(taken, __ATOMIC_ACQUIRE) == c->to.count - 1)
		call_transfer_later(*c->service, 0, 0, 0, 0);
	return status;
}

enum status
channel_receive(struct channel *c, uint64_t *word)
{
	enum status status;

	while ((status = queue_take(&c->from, word)) == ERR_NOT_FOUND)
		word_wait(&c->from.queue->put, c->from.count);
	return status;
}

enum status
channel_poll(struct channel *c, uint64_t *word)
{
	enum status status = queue_take(&c->from, word);

	/* It was full when this was taken, and the client may have seen that: looked at behind the taking, so that no moment is between. */
	if (!status && queue_filled(&c->from) == QUEUE_WORDS - 1)
		call_wake((uintptr_t)&c->from.queue->taken);
	return status;
}

enum status
channel_answer(struct channel *c, uint64_t word)
{
	enum status status = queue_put(&c->to, word);

	if (!status && queue_room(&c->to) == QUEUE_WORDS - 1)
		call_wake((uintptr_t)&c->to.queue->put);
	return status;
}

uint64_t
text_word(const char *text, size_t bytes)
{
	uint64_t word = 0;

	memcpy(&word, text, bytes < TEXT_WORD ? bytes : TEXT_WORD);
	return word;
}

size_t
word_text(uint64_t word, char text[TEXT_WORD])
{
	size_t bytes = 0;

	for (; word; word >>= 8)
		if (word & 0xff)
			text[bytes++] = (char)word;
	return bytes;
}
