/* SPDX-License-Identifier: BSD-2-Clause */
/* The general pipe of <ipc/pipe.h>. */
#include <stdbool.h>
#include <string.h>
#include <ipc/pipe.h>

static void
lock(struct pipe *p)
{
	while (__atomic_exchange_n(&p->lock, 1, __ATOMIC_ACQUIRE))
		call_yield();
}

static void
unlock(struct pipe *p)
{
	__atomic_store_n(&p->lock, 0, __ATOMIC_RELEASE);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
pipe_reader(struct pipe *p, int change)
{
	__atomic_fetch_add(&p->readers, (uint32_t)change, __ATOMIC_RELEASE);
}

void
pipe_writer(struct pipe *p, int change)
{
	__atomic_fetch_add(&p->writers, (uint32_t)change, __ATOMIC_RELEASE);
}

/* --- under the lock: data that is a ring, in at most two pieces ------------------------------------------------------- */

static void
take(struct pipe *p, unsigned char *to, size_t bytes)
{
	size_t at = p->read % PIPE_BYTES, first = least(bytes, PIPE_BYTES - at);

	memcpy(to, p->data + at, first);
	memcpy(to + first, p->data, bytes - first);
	p->read += bytes;
}

static void
put(struct pipe *p, const unsigned char *from, size_t bytes)
{
	size_t at = p->written % PIPE_BYTES, first = least(bytes, PIPE_BYTES - at);

	memcpy(p->data + at, from, first);
	memcpy(p->data, from + first, bytes - first);
	p->written += bytes;
}

/* --- interface ------------------------------------------------------------------------------------------------------- */

enum status
pipe_read(struct pipe *p, void *to, size_t bytes, size_t *done)
{
	bool last;

	for (;;) {
		last = !__atomic_load_n(&p->writers, __ATOMIC_ACQUIRE);		/* before the look: what was written before it is seen */
		lock(p);
		*done = least(bytes, p->written - p->read);
		take(p, to, *done);
		unlock(p);
		if (*done || !bytes || last)
			return OK;
		call_yield();
	}
}

enum status
pipe_write(struct pipe *p, const void *from, size_t bytes)
{
	const unsigned char *at = from;
	bool whole = bytes <= PIPE_ATOMIC;

	while (bytes) {
		size_t wanted = whole ? bytes : 1, room;
		if (!__atomic_load_n(&p->readers, __ATOMIC_ACQUIRE))
			return ERR_CANCELLED;
		lock(p);
		room = least(bytes, PIPE_BYTES - (p->written - p->read));
		if (room >= wanted)
			put(p, at, room);
		unlock(p);
		if (room < wanted) {
			call_yield();
			continue;
		}
		at += room;
		bytes -= room;
	}
	return OK;
}
