/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes in page frames: ring.h. */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include "ring.h"

/* Where the number of page INDEX is; NULL: it would be in the table, and there is none. */
static page_t *
slot_of(struct ring *r, uint32_t index)
{
	if (r->table)
		return &((page_t *)page_at(r->table))[index];
	return index < RING_OWN ? &r->own[index] : NULL;
}

static bool
table_make(struct ring *r)
{
	page_t table = host_page_take();

	if (!table)
		return false;
	memset(page_at(table), 0, UNIX_PAGE);
	memcpy(page_at(table), r->own, sizeof(r->own));
	memset(r->own, 0, sizeof(r->own));
	r->table = table;
	return true;
}

static void
slot_free(page_t *slot)
{
	if (slot && *slot) {
		host_page_give(*slot);
		*slot = 0;
	}
}

/* The byte OFFSET behind the first, and in *BYTES at most how many follow it in one piece.  NULL: its page cannot be had. */
static char *
ring_place(struct ring *r, uint32_t offset, uint64_t *bytes)
{
	uint32_t place = r->head + offset;

	if (place >= r->room)
		place -= r->room;
	page_t *slot = slot_of(r, place / UNIX_PAGE);
	if (!slot && table_make(r))
		slot = slot_of(r, place / UNIX_PAGE);
	if (!slot)
		return NULL;
	if (!*slot)
		*slot = host_page_take();
	if (!*slot)
		return NULL;
	if (*bytes > UNIX_PAGE - place % UNIX_PAGE)
		*bytes = UNIX_PAGE - place % UNIX_PAGE;
	return (char *)page_at(*slot) + place % UNIX_PAGE;
}

/* So many bytes OFFSET behind the first, if all of them are in the first page and that is there: the way of small reads and writes. */
static inline char *
ring_near(const struct ring *r, uint32_t offset, uint64_t bytes)
{
	uint64_t place = (uint64_t)r->head + offset;

	return r->own[0] && place + bytes < UNIX_PAGE ? (char *)page_at(r->own[0]) + place : NULL;
}

/* One byte, by which programs tell each other something, is not worth a call. */
static inline void
few_copy(char *to, const char *from, uint64_t bytes)
{
	if (bytes == 1)
		*to = *from;
	else
		memcpy(to, from, bytes);
}

bool
ring_put_few(struct ring *r, struct task *t, uint64_t from, uint64_t bytes)
{
	char *to = ring_near(r, r->fill, bytes);
	const char *at = to ? host_glance(t, from, bytes, RIGHT_READ) : NULL;

	if (!at)
		return false;
	few_copy(to, at, bytes);
	r->fill += (uint32_t)bytes;
	return true;
}

uint64_t
ring_get_few(struct ring *r, struct task *t, uint64_t to, uint64_t bytes)
{
	uint64_t get = bytes < r->fill ? bytes : r->fill;
	const char *from = ring_near(r, 0, get);
	char *at = from ? host_glance(t, to, get, RIGHT_WRITE) : NULL;

	if (!at)
		return 0;
	few_copy(at, from, get);
	r->fill -= (uint32_t)get;
	r->head = r->fill ? r->head + (uint32_t)get : 0;
	return get;
}

static __attribute__((noinline)) int64_t
put_far(struct ring *r, struct user_data *d, uint64_t bytes)
{
	uint64_t done = 0;
	int error = 0;

	while (done < bytes) {
		uint64_t piece = bytes - done;
		char *to = ring_place(r, r->fill, &piece);
		error = to ? data_get(d, to, piece) : -ENOMEM;
		if (error)
			break;
		r->fill += (uint32_t)piece;
		done += piece;
	}
	return done ? (int64_t)done : error;
}

/* This and ring_get in one piece with the copy: small reads and writes are these. */
__attribute__((flatten)) int64_t
ring_put(struct ring *r, struct user_data *d, uint64_t bytes)
{
	char *to = ring_near(r, r->fill, bytes);

	if (!to)
		return put_far(r, d, bytes);
	int error = data_get(d, to, bytes);
	if (error)
		return error;
	r->fill += (uint32_t)bytes;
	return (int64_t)bytes;
}

int64_t
ring_peek(struct ring *r, struct user_data *d, uint64_t bytes, uint32_t offset)
{
	uint64_t done = 0;
	int error = 0;

	while (done < bytes) {
		uint64_t piece = bytes - done;
		const char *from = ring_place(r, offset + (uint32_t)done, &piece);
		error = data_put(d, from, piece);
		if (error)
			break;
		done += piece;
	}
	return done ? (int64_t)done : error;
}

/* A page that the first byte has left is given back, unless the last bytes are in it already. */
static void
head_move(struct ring *r, uint32_t bytes)
{
	uint32_t to = UNIX_PAGE - r->head % UNIX_PAGE;

	r->fill -= bytes;
	for (; bytes >= to; to = UNIX_PAGE) {
		if (r->fill + bytes - to <= r->room - UNIX_PAGE)
			slot_free(slot_of(r, r->head / UNIX_PAGE));
		bytes -= to;
		r->head = r->head + to == r->room ? 0 : r->head + to;
	}
	r->head += bytes;
}

void
ring_drop(struct ring *r, uint64_t bytes)
{
	if (bytes < r->fill || r->head + bytes > UNIX_PAGE)
		head_move(r, (uint32_t)bytes);
	else
		r->fill = 0;
	if (r->fill)
		return;
	if (r->head >= UNIX_PAGE)
		slot_free(slot_of(r, r->head / UNIX_PAGE));
	r->head = 0;
}

static __attribute__((noinline)) int64_t
get_far(struct ring *r, struct user_data *d, uint64_t bytes)
{
	int64_t got = ring_peek(r, d, bytes, 0);

	if (got > 0)
		ring_drop(r, (uint64_t)got);
	return got;
}

__attribute__((flatten)) int64_t
ring_get(struct ring *r, struct user_data *d, uint64_t bytes)
{
	const char *from = ring_near(r, 0, bytes);

	if (!from)
		return get_far(r, d, bytes);
	int error = data_put(d, from, bytes);
	if (error)
		return error;
	r->fill -= (uint32_t)bytes;
	r->head = r->fill ? r->head + (uint32_t)bytes : 0;
	return (int64_t)bytes;
}

uint32_t
ring_write(struct ring *r, const char *from, uint32_t bytes)
{
	uint32_t done = 0;

	if (bytes > ring_left(r))
		bytes = ring_left(r);
	while (done < bytes) {
		uint64_t piece = bytes - done;
		char *to = ring_place(r, r->fill, &piece);
		if (!to)
			break;
		memcpy(to, from + done, piece);
		r->fill += (uint32_t)piece;
		done += (uint32_t)piece;
	}
	return done;
}

void
ring_end(struct ring *r)
{
	uint32_t slots = r->table ? r->room / UNIX_PAGE : RING_OWN;

	for (uint32_t i = 0; i < slots; i++)
		slot_free(slot_of(r, i));
	slot_free(&r->table);
	memset(r->own, 0, sizeof(r->own));
	r->head = r->fill = 0;
}

/* What is in it moves to another ring of that room. */
int
ring_resize(struct ring *r, uint32_t room)
{
	struct ring other = { .room = room };

	for (uint32_t done = 0; done < r->fill;) {
		uint64_t piece = r->fill - done;
		const char *from = ring_place(r, done, &piece);
		uint32_t moved = ring_write(&other, from, (uint32_t)piece);
		if (moved < piece) {
			ring_end(&other);
			return -ENOMEM;
		}
		done += moved;
	}
	ring_end(r);
	*r = other;
	return 0;
}
