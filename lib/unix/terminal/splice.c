/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * splice, tee, vmsplice: bytes from file to file, one of which is a pipe.
 *
 * They go by way of a page, none is handed on; and only what both sides take at once, so that none is lost in between: who has to wait does so before, for both.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "poll.h"
#include "ring.h"

#define KNOWN_FLAGS	(SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT)
#define MOST		0x7ffff000ul

struct splice {
	struct file *in, *out;
	uint64_t *from, *to;		/* places, where it is no pipe */
	uint64_t left;
	bool keep;			/* tee */
	uint32_t kept;
	void *page;
};

/* --- now ---------------------------------------------------------------------------------------------------------------------------------- */

/* Between F and the core's BYTES at AT, as with O_NONBLOCK: nobody else looks at its flags meanwhile. */
static int64_t
move_at_once(struct task *t, struct file *f, void *at, uint64_t bytes, uint64_t *place, bool writing)
{
	const struct file_operation *operation = file_operations[f->kind];
	uint32_t flags = f->flags;
	struct user_piece piece;
	struct user_data d;

	data_one(NULL, &d, &piece, (uintptr_t)at, bytes);
	f->flags |= O_NONBLOCK;
	int64_t done = (writing ? operation->write : operation->read)(t, f, &d, place);
	f->flags = flags;
	return done;
}

/* Its next bytes, which a pipe keeps for now.  0: there will be none. */
static int64_t
piece_get(struct task *t, struct splice *s, uint64_t bytes)
{
	struct pipe *p = s->in->pipe;
	struct user_piece piece;
	struct user_data d;

	if (s->in->kind != FILE_PIPE)
		return move_at_once(t, s->in, s->page, bytes, s->from, false);
	uint64_t there = p->ring.fill - s->kept;
	if (!there)
		return p->writers && !s->kept ? -EAGAIN : 0;
	data_one(NULL, &d, &piece, (uintptr_t)s->page, bytes);
	return ring_peek(&p->ring, &d, bytes < there ? bytes : there, s->kept);
}

static int64_t
pipe_room_now(struct task *t, const struct pipe *p)
{
	if (p->readers)
		return ring_left(&p->ring) ? (int64_t)ring_left(&p->ring) : -EAGAIN;
	signal_broken(t);
	return -EPIPE;
}

/* The first BYTES have arrived. */
static void
piece_drop(struct splice *s, uint32_t bytes)
{
	struct pipe *p = s->in->pipe;
	bool full = ring_left(&p->ring) < UNIX_PAGE;

	if (s->keep) {
		s->kept += bytes;
		return;
	}
	ring_drop(&p->ring, bytes);
	if (full && ring_left(&p->ring) >= UNIX_PAGE)
		wait_wake(&p->writable);
}

static int64_t
piece_move(struct task *t, struct splice *s)
{
	int64_t room = s->out->kind == FILE_PIPE ? pipe_room_now(t, s->out->pipe) : (int64_t)UNIX_PAGE;
	uint64_t bytes = s->left < UNIX_PAGE ? s->left : UNIX_PAGE;

	if (s->in->kind == FILE_PIPE && !(s->in->pipe->ring.fill - s->kept))
		return piece_get(t, s, bytes);
	if (room < 0)
		return room;
	int64_t got = piece_get(t, s, (uint64_t)room < bytes ? (uint64_t)room : bytes);
	if (got <= 0)
		return got;
	int64_t put = move_at_once(t, s->out, s->page, (uint64_t)got, s->to, true);
	if (put > 0 && s->in->kind == FILE_PIPE)
		piece_drop(s, (uint32_t)put);
	return put;
}

static int64_t
splice_now(struct task *t, struct splice *s)
{
	int64_t done = 0;

	while (s->left) {
		int64_t moved = piece_move(t, s);
		if (moved <= 0)
			return done ? done : moved;
		s->left -= (uint64_t)moved;
		done += moved;
	}
	return done;
}

/* --- waiting ------------------------------------------------------------------------------------------------------------------------------ */

static int64_t
both_ready(struct poll_call *p, void *what)
{
	const struct splice *s = what;

	return poll_file(s->in, p, POLLIN) && poll_file(s->out, p, POLLOUT);
}

static int64_t
splice_run(struct task *t, struct splice *s, unsigned flags)
{
	bool waits = !(flags & SPLICE_F_NONBLOCK) && !((s->in->flags | s->out->flags) & O_NONBLOCK);
	page_t page = host_page_take();
	int64_t done = -ENOMEM;

	if (!page)
		return done;
	s->page = page_at(page);
	if (s->left > MOST)
		s->left = MOST;
	file_hold(s->in);
	file_hold(s->out);
	while ((done = splice_now(t, s)) == -EAGAIN && waits) {
		int64_t ready = poll_until(t, UNIX_NEVER, both_ready, s);
		if (ready < 0) {
			done = ready == -ERESTARTNOHAND ? -ERESTARTSYS : ready;
			break;
		}
	}
	file_drop(s->in);
	file_drop(s->out);
	host_page_give(page);
	return done;
}

/* --- calls -------------------------------------------------------------------------------------------------------------------------------- */

/* What can stand beside a pipe: regular files, and what tells the truth about whether it would wait. */
static bool
can_splice(const struct file *f, bool writing)
{
	const struct file_operation *operation = file_operations[f->kind];
	bool is_stream = f->kind == FILE_SOCKET && f->socket->type == SOCK_STREAM;

	return (writing ? operation->write : operation->read) && (f->kind == FILE_NODE || f->kind == FILE_DEVICE || f->kind == FILE_PIPE || is_stream);
}

/* F's place: the one at ADDRESS, which comes into OWN, or its own. */
static int
place_choose(struct task *t, struct file *f, uint64_t address, uint64_t *own, uint64_t **place)
{
	*place = address ? own : &f->position;
	if (!address)
		return 0;
	if (f->kind == FILE_PIPE)
		return -ESPIPE;
	return host_copy_in(t, own, address, sizeof(*own));
}

static int
splice_check(const struct splice *s, bool in_placed, bool out_placed)
{
	if (!s->in->readable || !s->out->writable)
		return -EBADF;
	if (s->in->kind != FILE_PIPE && s->out->kind != FILE_PIPE)
		return -EINVAL;
	if (s->in->kind == s->out->kind)
		return s->in->pipe == s->out->pipe ? -EINVAL : 0;
	if ((in_placed && !file_operations[s->in->kind]->seek) || (out_placed && !file_operations[s->out->kind]->seek))
		return -EINVAL;
	if (s->out->flags & O_APPEND && s->out->kind != FILE_PIPE)
		return -EINVAL;
	if ((in_placed && (int64_t)*s->from < 0) || (out_placed && (int64_t)*s->to < 0))
		return -EINVAL;
	return can_splice(s->in, false) && can_splice(s->out, true) ? 0 : -EINVAL;
}

int64_t
unix_splice(struct task *t, int in_fd, uint64_t in_offset, int out_fd, uint64_t out_offset, uint64_t count, unsigned flags)
{
	struct splice s = { .in = file_of(t, in_fd), .out = file_of(t, out_fd), .left = count };
	uint64_t from, to;

	if (!count)
		return 0;
	if (flags & ~(unsigned)KNOWN_FLAGS)
		return -EINVAL;
	if (!s.in || !s.out)
		return -EBADF;
	int error = place_choose(t, s.in, in_offset, &from, &s.from);
	if (!error)
		error = place_choose(t, s.out, out_offset, &to, &s.to);
	if (!error)
		error = splice_check(&s, in_offset, out_offset);
	if (error)
		return error;
	int64_t done = splice_run(t, &s, flags);
	if (done < 0)
		return done;
	if (out_offset && host_copy_out(t, out_offset, &to, sizeof(to)))
		return -EFAULT;
	return in_offset && host_copy_out(t, in_offset, &from, sizeof(from)) ? -EFAULT : done;
}

int64_t
unix_tee(struct task *t, int in_fd, int out_fd, uint64_t count, unsigned flags)
{
	struct splice s = { .in = file_of(t, in_fd), .out = file_of(t, out_fd), .left = count, .keep = true };

	if (flags & ~(unsigned)KNOWN_FLAGS)
		return -EINVAL;
	if (!count)
		return 0;
	if (!s.in || !s.out || !s.in->readable || !s.out->writable)
		return -EBADF;
	if (s.in->kind != FILE_PIPE || s.out->kind != FILE_PIPE || s.in->pipe == s.out->pipe)
		return -EINVAL;
	return splice_run(t, &s, flags);
}

/* --- between a pipe and the program's memory ------------------------------------------------------------------------------------------------ */

static int64_t
pipe_ready(struct poll_call *p, void *what)
{
	struct file *f = what;

	return poll_file(f, p, f->writable ? POLLOUT : POLLIN);
}

/* As many as there is room for. */
static int64_t
pieces_move(struct task *t, struct file *f, struct user_data *d)
{
	struct pipe *p = f->pipe;
	int64_t room = f->writable ? pipe_room_now(t, p) : p->ring.fill ? (int64_t)p->ring.fill : p->writers ? -EAGAIN : 0;

	if (room <= 0)
		return room;
	uint64_t bytes = (uint64_t)room < d->left ? (uint64_t)room : d->left;
	if (!f->writable)
		return file_operations[FILE_PIPE]->read(t, f, d, &f->position);
	int64_t put = ring_put(&p->ring, d, bytes);
	if (put > 0)
		wait_wake(&p->readable);
	return put;
}

static int64_t
vmsplice_run(struct task *t, struct file *f, struct user_data *d, unsigned flags)
{
	int64_t done, ready = 0;

	if (!d->left)
		return 0;
	if (f->kind != FILE_PIPE)
		return -EBADF;
	file_hold(f);
	while ((done = pieces_move(t, f, d)) == -EAGAIN && !(flags & SPLICE_F_NONBLOCK) && ready >= 0)
		ready = poll_until(t, UNIX_NEVER, pipe_ready, f);
	file_drop(f);
	return done == -EAGAIN && ready < 0 ? -ERESTARTSYS : done;
}

int64_t
unix_vmsplice(struct task *t, int fd, uint64_t vector, uint64_t count, unsigned flags)
{
	struct file *f = file_of(t, fd);
	struct user_pieces pieces;
	struct user_data d;

	if (flags & ~(unsigned)KNOWN_FLAGS)
		return -EINVAL;
	if (!f || (!f->readable && !f->writable))
		return -EBADF;
	int error = data_begin(t, &d, &pieces, vector, count);
	if (error)
		return error;
	int64_t done = vmsplice_run(t, f, &d, flags);
	data_end(&pieces);
	return done;
}
