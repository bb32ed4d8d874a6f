/* SPDX-License-Identifier: BSD-2-Clause */
/* read, write and their family. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "open.h"

enum direction { TO_PROGRAM, FROM_PROGRAM };

/* F is held: another task may close its descriptor while this one waits. */
int64_t
file_move(struct task *t, struct file *f, struct user_data *d, uint64_t *position, bool writing)
{
	const struct file_operation *operation = file_operations[f->kind];
	int64_t (*move)(struct task *t, struct file *f, struct user_data *d, uint64_t *position) = writing ? operation->write : operation->read;

	if (!move)
		return -EINVAL;
	file_hold(f);
	int64_t done = move(t, f, d, position);
	file_drop(f);
	return done;
}

/* FD's file, if it is open in that direction; NULL: EBADF. */
static struct file *
file_open_for(struct task *t, int fd, enum direction direction)
{
	struct file *f = file_of(t, fd);

	return f && (direction == TO_PROGRAM ? f->readable : f->writable) ? f : NULL;
}

/* One piece. */
static inline int64_t
move_one(struct task *t, struct file *f, uint64_t address, uint64_t bytes, uint64_t *position, bool writing)
{
	struct user_piece piece;
	struct user_data d;

	if (address > USER_LIMIT || bytes > USER_LIMIT - address)
		return -EFAULT;
	data_one(t, &d, &piece, address, bytes < MOVE_LIMIT ? bytes : MOVE_LIMIT);
	return file_move(t, f, &d, position, writing);
}

__attribute__((noinline)) int64_t
file_plain(struct task *t, struct file *f, uint64_t address, uint64_t bytes, bool writing)
{
	if (address < USER_LIMIT)
		host_at(t, address, bytes, writing ? RIGHT_READ : RIGHT_WRITE);
	return move_one(t, f, address, bytes, &f->position, writing);
}

static int64_t
move_at(struct task *t, int fd, uint64_t address, uint64_t bytes, int64_t place, enum direction direction)
{
	struct file *f = file_open_for(t, fd, direction);

	if (place < 0)
		return -EINVAL;
	if (!f)
		return -EBADF;
	if (!file_operations[f->kind]->seek)
		return -ESPIPE;
	return move_one(t, f, address, bytes, (uint64_t *)&place, direction == FROM_PROGRAM);
}

/* PLACE: of the call; NULL: the file's. */

static int64_t
move_vector(struct task *t, int fd, uint64_t vector, uint64_t count, int64_t *place, enum direction direction)
{
	struct file *f = file_open_for(t, fd, direction);
	struct user_pieces pieces;
	struct user_data d;

	if (place && *place < 0)
		return -EINVAL;
	if (!f)
		return -EBADF;
	if (place && !file_operations[f->kind]->seek)
		return -ESPIPE;
	int error = data_begin(t, &d, &pieces, vector, count);
	if (error)
		return error;
	int64_t done = file_move(t, f, &d, place ? (uint64_t *)place : &f->position, direction == FROM_PROGRAM);
	data_end(&pieces);
	return done;
}

int64_t
unix_read(struct task *t, int fd, uint64_t to, uint64_t count)
{
	struct file *f = file_open_for(t, fd, TO_PROGRAM);

	if (!f)
		return -EBADF;
	if (file_operations[f->kind]->read_plain)
		return file_operations[f->kind]->read_plain(t, f, to, count);
	return move_one(t, f, to, count, &f->position, false);
}

int64_t
unix_write(struct task *t, int fd, uint64_t from, uint64_t count)
{
	struct file *f = file_open_for(t, fd, FROM_PROGRAM);

	if (!f)
		return -EBADF;
	if (file_operations[f->kind]->write_plain)
		return file_operations[f->kind]->write_plain(t, f, from, count);
	return move_one(t, f, from, count, &f->position, true);
}

int64_t
unix_pread64(struct task *t, int fd, uint64_t to, uint64_t count, int64_t offset)
{
	return move_at(t, fd, to, count, offset, TO_PROGRAM);
}

int64_t
unix_pwrite64(struct task *t, int fd, uint64_t from, uint64_t count, int64_t offset)
{
	return move_at(t, fd, from, count, offset, FROM_PROGRAM);
}

int64_t
unix_readv(struct task *t, int fd, uint64_t vector, uint64_t count)
{
	return move_vector(t, fd, vector, count, NULL, TO_PROGRAM);
}

int64_t
unix_writev(struct task *t, int fd, uint64_t vector, uint64_t count)
{
	return move_vector(t, fd, vector, count, NULL, FROM_PROGRAM);
}

int64_t
unix_preadv(struct task *t, int fd, uint64_t vector, uint64_t count, int64_t offset)
{
	return move_vector(t, fd, vector, count, &offset, TO_PROGRAM);
}

int64_t
unix_pwritev(struct task *t, int fd, uint64_t vector, uint64_t count, int64_t offset)
{
	return move_vector(t, fd, vector, count, &offset, FROM_PROGRAM);
}

int64_t
unix_lseek(struct task *t, int fd, int64_t offset, int whence)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	if ((unsigned)whence > SEEK_HOLE)
		return -EINVAL;
	if (!file_operations[f->kind]->seek)
		return -ESPIPE;
	return file_operations[f->kind]->seek(f, offset, whence);
}

/* --- from file to file ----------------------------------------------------------------------------------------------------------------- */

/* BYTES at most a page, through BUFFER: how many arrived, or an error. */
static int64_t
copy_piece(struct task *t, struct file *in, uint64_t *from, struct file *out, uint64_t *to, void *buffer, uint64_t bytes)
{
	struct user_piece piece;
	struct user_data d;

	data_one(NULL, &d, &piece, (uint64_t)(uintptr_t)buffer, bytes);
	uint64_t before = *from;
	int64_t got = file_move(t, in, &d, from, false);
	if (got <= 0)
		return got;
	data_one(NULL, &d, &piece, (uint64_t)(uintptr_t)buffer, (uint64_t)got);
	int64_t put = file_move(t, out, &d, to, true);
	*from = before + (put > 0 ? (uint64_t)put : 0);
	return put;
}

/* Until BYTES, the end of IN, or a short write. */
static int64_t
copy_files(struct task *t, struct file *in, uint64_t *from, struct file *out, uint64_t *to, uint64_t bytes)
{
	page_t buffer = host_page_take();
	uint64_t done = 0;
	int64_t piece = 1;

	if (!buffer)
		return -ENOMEM;
	file_hold(in);
	file_hold(out);
	while (done < bytes && piece > 0) {
		uint64_t wanted = bytes - done < UNIX_PAGE ? bytes - done : UNIX_PAGE;
		piece = copy_piece(t, in, from, out, to, page_at(buffer), wanted);
		done += piece > 0 ? (uint64_t)piece : 0;
		if (t->signalled)
			break;
	}
	file_drop(in);
	file_drop(out);
	host_page_give(buffer);
	return done ? (int64_t)done : piece < 0 ? piece : 0;
}

/* The place at ADDRESS; 0: the file's own.  Where it ended goes back there. */
static int
place_get(struct task *t, struct file *f, uint64_t address, uint64_t *place)
{
	if (!address) {
		*place = f->position;
		return 0;
	}
	int error = host_copy_in(t, place, address, sizeof(*place));
	if (error)
		return error;
	return (int64_t)*place < 0 ? -EINVAL : 0;
}

static int
place_put(struct task *t, struct file *f, uint64_t address, const uint64_t *place)
{
	if (address)
		return host_copy_out(t, address, place, sizeof(*place));
	f->position = *place;
	return 0;
}

int64_t
unix_sendfile(struct task *t, int out_fd, int in_fd, uint64_t offset, uint64_t count)
{
	struct file *in = file_open_for(t, in_fd, TO_PROGRAM), *out = file_open_for(t, out_fd, FROM_PROGRAM);
	uint64_t from;

	if (!in || !out)
		return -EBADF;
	if (offset && !file_operations[in->kind]->seek)
		return -ESPIPE;
	if (in->kind > FILE_TEXT || in->kind == FILE_DIRECTORY || out->flags & O_APPEND || (int64_t)count < 0)
		return -EINVAL;
	int error = place_get(t, in, offset, &from);
	if (error)
		return error;
	file_hold(in);
	int64_t done = copy_files(t, in, &from, out, &out->position, count < MOVE_LIMIT ? count : MOVE_LIMIT);
	error = done < 0 ? 0 : place_put(t, in, offset, &from);
	file_drop(in);
	return error ? error : done;
}

static int
copy_check(const struct file *in, const struct file *out, uint64_t from, uint64_t to, uint64_t *count)
{
	if (in->kind == FILE_DIRECTORY || out->kind == FILE_DIRECTORY)
		return -EISDIR;
	if (in->kind != FILE_NODE || out->kind != FILE_NODE)
		return -EINVAL;
	if (!in->readable || !out->writable || out->flags & O_APPEND)
		return -EBADF;
	uint64_t size = node_size(in->node), rest = from < size ? size - from : 0;
	if (from + *count < from || to + *count < to || to + *count > INT64_MAX)
		return -EOVERFLOW;
	if (*count > rest)
		*count = rest;
	if (in->node == out->node && from < to + *count && to < from + *count)
		return -EINVAL;
	return 0;
}

int64_t
unix_copy_file_range(struct task *t, int in_fd, uint64_t in_offset, int out_fd, uint64_t out_offset, uint64_t count, unsigned flags)
{
	struct file *in = file_of(t, in_fd), *out = file_of(t, out_fd);
	uint64_t from, to;

	if (!in || !out)
		return -EBADF;
	if (flags)
		return -EINVAL;
	int error = place_get(t, in, in_offset, &from);
	if (!error)
		error = place_get(t, out, out_offset, &to);
	if (!error)
		error = copy_check(in, out, from, to, &count);
	if (error)
		return error;
	int64_t done = copy_files(t, in, &from, out, &to, count);
	if (done <= 0)
		return done;
	error = place_put(t, in, in_offset, &from);
	if (!error)
		error = place_put(t, out, out_offset, &to);
	return error ? error : done;
}
