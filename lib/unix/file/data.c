/* SPDX-License-Identifier: BSD-2-Clause */
/* Data of a call, in the program's pieces: <unix/file.h>. */
#include <errno.h>
#include <string.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

/* The next CHUNK bytes are done. */
static void
data_advance(struct user_data *d, uint64_t chunk)
{
	d->done += chunk;
	d->left -= chunk;
	while (d->left && d->pieces && d->done == d->piece->bytes) {
		d->piece++;
		d->pieces--;
		d->done = 0;
	}
}

static uint64_t
chunk_of(const struct user_data *d, uint64_t bytes)
{
	uint64_t rest = d->piece->bytes - d->done;

	return bytes < rest ? bytes : rest;
}

/* CHUNK bytes between the core and where D is in the program. */
static int
chunk_put(const struct user_data *d, const void *from, uint64_t chunk)
{
	uint64_t to = d->piece->address + d->done;

	if (d->task)
		return host_copy_out(d->task, to, from, chunk);
	memcpy((void *)to, from, chunk);
	return 0;
}

static int
chunk_get(const struct user_data *d, void *to, uint64_t chunk)
{
	uint64_t from = d->piece->address + d->done;

	if (d->task)
		return host_copy_in(d->task, to, from, chunk);
	memcpy(to, (const void *)from, chunk);
	return 0;
}

/* What did not go at once goes as far as the next page of the program: so much more of it is done before an error. */
static uint64_t
chunk_page(const struct user_data *d, uint64_t chunk)
{
	uint64_t rest = UNIX_PAGE - (d->piece->address + d->done) % UNIX_PAGE;

	return chunk < rest ? chunk : rest;
}

static __attribute__((noinline)) int
pieces_put(struct user_data *d, const void *from, uint64_t bytes)
{
	while (bytes) {
		uint64_t chunk = chunk_of(d, bytes);
		if (chunk_put(d, from, chunk)) {
			chunk = chunk_page(d, chunk);
			if (chunk_put(d, from, chunk))
				return -EFAULT;
		}
		data_advance(d, chunk);
		from = (const char *)from + chunk;
		bytes -= chunk;
	}
	return 0;
}

static __attribute__((noinline)) int
pieces_get(struct user_data *d, void *to, uint64_t bytes)
{
	while (bytes) {
		uint64_t chunk = chunk_of(d, bytes);
		if (chunk_get(d, to, chunk)) {
			chunk = chunk_page(d, chunk);
			if (chunk_get(d, to, chunk))
				return -EFAULT;
		}
		data_advance(d, chunk);
		to = (char *)to + chunk;
		bytes -= chunk;
	}
	return 0;
}

/* Most often all of it is in one piece, and there. */
int
data_put(struct user_data *d, const void *from, uint64_t bytes)
{
	if (!bytes || bytes > d->piece->bytes - d->done || chunk_put(d, from, bytes))
		return pieces_put(d, from, bytes);
	data_advance(d, bytes);
	return 0;
}

int
data_get(struct user_data *d, void *to, uint64_t bytes)
{
	if (!bytes || bytes > d->piece->bytes - d->done || chunk_get(d, to, bytes))
		return pieces_get(d, to, bytes);
	data_advance(d, bytes);
	return 0;
}

/* Sizes in all, cut to what one call may move; -EINVAL: one is negative; -EFAULT: one lies outside of what programs have. */
static int
pieces_check(struct user_piece *piece, unsigned count, uint64_t *all)
{
	*all = 0;
	for (unsigned i = 0; i < count; i++) {
		if ((int64_t)piece[i].bytes < 0)
			return -EINVAL;
		if (piece[i].bytes > USER_LIMIT || piece[i].address > USER_LIMIT - piece[i].bytes)
			return -EFAULT;
		if (piece[i].bytes > MOVE_LIMIT - *all)
			piece[i].bytes = MOVE_LIMIT - *all;
		*all += piece[i].bytes;
	}
	return 0;
}

static int
pieces_copy(struct task *t, struct user_pieces *p, struct user_piece **piece, uint64_t vector, uint64_t count)
{
	p->many = NULL;
	*piece = p->few;
	if (count > IOV_LIMIT)
		return -EINVAL;
	if (count > PIECES_FEW) {
		p->many = arena_take(ARENA_PIECES);
		if (!p->many)
			return -ENOMEM;
		*piece = p->many->piece;
	}
	return count ? host_copy_in(t, *piece, vector, count * sizeof(**piece)) : 0;
}

int
data_begin(struct task *t, struct user_data *d, struct user_pieces *p, uint64_t vector, uint64_t count)
{
	struct user_piece *piece = p->few;
	uint64_t all = 0;
	int error = pieces_copy(t, p, &piece, vector, count);

	if (!error)
		error = pieces_check(piece, (unsigned)count, &all);
	if (error) {
		data_end(p);
		return error;
	}
	*d = (struct user_data){ t, piece, (unsigned)count, 0, all };
	data_advance(d, 0);
	return 0;
}

void
data_end(struct user_pieces *p)
{
	if (p->many)
		arena_give(ARENA_PIECES, p->many);
	p->many = NULL;
}
