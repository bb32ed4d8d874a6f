/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls between environments, queues and pipes: what they carry, what they refuse, and what a partner that lies can do to them. */
#include <string.h>
#include <ipc/lrpc.h>
#include <ipc/pipe.h>
#include <exo/twin.h>
#include "tap.h"

#define SHARED	TWIN_SHARED
#define ROLES	6

enum { SERVER = 1, OTHER, INTRUDER, READER, TRUSTED, LIAR };		/* slots and roles */

/* What two environments share. */
struct common {
	uint64_t name[ROLES + 1];	/* of each environment that said so */
	uint64_t answer, seen;
	struct queue queue __attribute__((aligned(4096)));
	struct pipe pipe __attribute__((aligned(4096)));
};
#define shared ((volatile struct common *)SHARED)
#define PAGES	((sizeof(struct common) + 4095) / 4096)

static struct environment twin[ROLES + 1];

static void
twin_start(unsigned role, void (*body)(uint64_t), uint64_t argument)
{
	uint64_t own = shared->name[0];

	tap_status(twin_load(&twin[role], role, PAGES), OK);
	tap_status(environment_run(&twin[role], (uintptr_t)body, argument), OK);
	shared->name[0] = own;
	call_yield();
}

/* --- lrpc ------------------------------------------------------------------------------------------------------------- */

static void
adds(uint64_t client, struct lrpc *m)
{
	shared->seen = client;
	m->word[0] += m->word[1] + m->word[2];
	m->word[1] = client;
	m->word[2] = 0;
}

static void
server(uint64_t role)
{
	uint64_t name;

	lrpc_begin(adds, &name);
	shared->name[role] = name;
	lrpc_serve();
	__builtin_trap();
}

/* Forwards to SERVER, and says what came of it. */
static void
forwards(uint64_t client, struct lrpc *m)
{
	m->word[2] = lrpc_call(shared->name[SERVER], m);
	m->word[1] = client;
}

static void
forwarder(uint64_t role)
{
	uint64_t name;

	lrpc_begin(forwards, &name);
	shared->name[role] = name;
	lrpc_serve();
	__builtin_trap();
}

static void
test_lrpc(void)
{
	struct lrpc m = { { 1, 2, 3 } };
	uint64_t own;

	tap_status(lrpc_begin(NULL, &own), OK);
	shared->name[0] = own;
	tap_status(lrpc_call(own + 0x10000, &m), ERR_NOT_FOUND);
	tap_equal(m.word[0], 1);
	twin_start(SERVER, server, SERVER);
	tap_status(lrpc_call(shared->name[SERVER], &m), OK);
	tap_equal(m.word[0], 6);
	tap_equal(m.word[1], own);
	tap_equal(shared->seen, own);
	twin_start(OTHER, forwarder, OTHER);
	m = (struct lrpc){ { 4, 5, 6 } };
	tap_status(lrpc_call(shared->name[OTHER], &m), OK);
	tap_equal(m.word[0], 15);
	tap_equal(m.word[2], OK);
	tap_equal(shared->seen, shared->name[OTHER]);
	for (int i = 0; i < 100; i++)
		lrpc_call(shared->name[OTHER], &m);
	tap_equal(m.word[1], own);
}

/* --- somebody else enters a client that waits ------------------------------------------------------------------------- */

/* Enters the first program as if it were the answer. */
static void
intrude(uint64_t client, struct lrpc *m)
{
	struct lrpc forged = { { 666, 666, 666 } };

	shared->answer = lrpc_call(client, &forged);
	m->word[1] = forged.word[0];
}

static void
intruder(uint64_t role)
{
	uint64_t name;
	struct lrpc forged = { { 666, 666, 666 } };

	lrpc_begin(intrude, &name);
	shared->name[role] = name;
	shared->answer = lrpc_call(shared->name[0], &forged);
	lrpc_serve();
	__builtin_trap();
}

/* Lets the intruder have its turn, while the first program waits for the answer. */
static void
dawdles(uint64_t client __attribute__((unused)), struct lrpc *m)
{
	call_yield();
	m->word[0] = 7;
}

static void
dawdler(uint64_t role)
{
	uint64_t name;

	lrpc_begin(dawdles, &name);
	shared->name[role] = name;
	lrpc_serve();
	__builtin_trap();
}

static void
test_intruder(void)
{
	struct lrpc m = { { 1, 2, 3 } };

	environment_end(&twin[SERVER]);
	twin_start(SERVER, dawdler, SERVER);
	tap_status(twin_load(&twin[INTRUDER], INTRUDER, PAGES), OK);
	tap_status(environment_run(&twin[INTRUDER], (uintptr_t)intruder, INTRUDER), OK);
	tap_status(lrpc_call(shared->name[SERVER], &m), OK);
	tap_equal(m.word[0], 7);
	tap_equal(shared->answer, ERR_WRONG_STATE);
	environment_end(&twin[SERVER]);
	tap_status(lrpc_call(shared->name[SERVER], &m), ERR_NOT_FOUND);
}

static void
dies(uint64_t client __attribute__((unused)), struct lrpc *m __attribute__((unused)))
{
	__builtin_trap();
}

static void
mortal(uint64_t role)
{
	uint64_t name;

	lrpc_begin(dies, &name);
	shared->name[role] = name;
	lrpc_serve();
}

static void
test_death(void)
{
	struct lrpc m = { { 1, 2, 3 } };

	twin_start(SERVER, mortal, SERVER);
	tap_status(lrpc_call(shared->name[SERVER], &m), ERR_CANCELLED);
	tap_equal(m.word[2], 3);
	environment_end(&twin[SERVER]);
}

/* --- queues: one end lies ---------------------------------------------------------------------------------------------- */

static void
test_queue(void)
{
	struct queue *q = (struct queue *)&shared->queue;
	struct queue_end putter = { q, 0 }, taker = { q, 0 };
	uint64_t word = 0, wrong = 0;

	tap_status(queue_take(&taker, &word), ERR_NOT_FOUND);
	for (uint64_t i = 0; i < QUEUE_WORDS; i++)
		wrong += queue_put(&putter, i) != OK;
	tap_equal(wrong, 0);
	tap_status(queue_put(&putter, 0), ERR_LIMIT);
	for (uint64_t i = 0; i < QUEUE_WORDS; i++)
		wrong += queue_take(&taker, &word) != OK || word != i;
	tap_equal(wrong, 0);
	tap_status(queue_take(&taker, &word), ERR_NOT_FOUND);
	q->put = 0;						/* what is in the page is not believed */
	tap_status(queue_take(&taker, &word), ERR_BAD_VALUE);
	q->put = ~0ul;
	tap_status(queue_take(&taker, &word), ERR_BAD_VALUE);
	q->put = taker.count + QUEUE_WORDS + 1;
	tap_status(queue_take(&taker, &word), ERR_BAD_VALUE);
	q->taken = putter.count + 1;
	tap_status(queue_put(&putter, 1), ERR_BAD_VALUE);
	q->taken = putter.count - QUEUE_WORDS - 1;
	tap_status(queue_put(&putter, 1), ERR_BAD_VALUE);
	q->taken = q->put = putter.count;
	tap_status(queue_put(&putter, 9), OK);
	tap_status(queue_take(&taker, &word), OK);
	tap_equal(word, 9);
}

/* --- pipes -------------------------------------------------------------------------------------------------------------- */

#define TEXT	20000

/* Reads all there is in pieces of 7, 14, ... bytes, and says how many bytes were not what they ought to be. */
static void
reader(uint64_t role)
{
	struct pipe *p = (struct pipe *)&shared->pipe;
	uint64_t wrong = 0, total = 0;
	unsigned char piece[700];
	size_t done, bytes = 7;

	shared->name[role] = role;
	while (!pipe_read(p, piece, bytes, &done) && done) {
		for (size_t i = 0; i < done; i++)
			wrong += piece[i] != (unsigned char)(total++ * 31);
		bytes = bytes % 700 + 7;
	}
	pipe_reader(p, -1);
	shared->answer = total;
	shared->seen = wrong;
	call_park();
	__builtin_trap();
}

static void
test_pipe(void)
{
	static unsigned char text[TEXT];
	struct pipe *p = (struct pipe *)&shared->pipe;

	for (unsigned i = 0; i < TEXT; i++)
		text[i] = (unsigned char)(i * 31);
	tap_status(pipe_write(p, text, 1), ERR_CANCELLED);
	pipe_reader(p, 1);
	pipe_writer(p, 1);
	twin_start(READER, reader, READER);
	tap_status(pipe_write(p, text, 300), OK);
	tap_status(pipe_write(p, text + 300, 0), OK);
	tap_status(pipe_write(p, text + 300, TEXT - 300), OK);
	pipe_writer(p, -1);
	while (__atomic_load_n(&p->readers, __ATOMIC_ACQUIRE))
		call_yield();
	call_yield();
	tap_equal(shared->answer, TEXT);
	tap_equal(shared->seen, 0);
	tap_status(pipe_write(p, text, 1), ERR_CANCELLED);
	environment_end(&twin[READER]);
}

/* --- trusted ------------------------------------------------------------------------------------------------------------ */

static uint64_t
doubles(uint64_t word)
{
	return word * 2;
}

static void
trusted(uint64_t role)
{
	uint64_t name;

	trusted_begin(doubles, &name);
	shared->name[role] = name;
	lrpc_serve();
	__builtin_trap();
}

static void
test_trusted(void)
{
	uint64_t own, word = 21;

	tap_status(trusted_begin(NULL, &own), OK);
	twin_start(TRUSTED, trusted, TRUSTED);
	tap_status(trusted_call(shared->name[TRUSTED], &word), OK);
	tap_equal(word, 42);
	for (int i = 0; i < 10; i++)
		trusted_call(shared->name[TRUSTED], &word);
	tap_equal(word, 42 << 10);
	environment_end(&twin[TRUSTED]);
	tap_status(trusted_call(shared->name[TRUSTED], &word), ERR_NOT_FOUND);
	tap_equal(word, 42 << 10);
}

int
main(void)
{
	tap_status(twin_shared(PAGES), OK);
	test_lrpc();
	test_intruder();
	test_death();
	test_queue();
	test_pipe();
	test_trusted();
	tap_done();
}
