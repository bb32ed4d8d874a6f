/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes and packets of sockets: see socket.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unix/arena.h>
#include "clock.h"
#include "poll.h"
#include "ring.h"
#include "socket.h"

uint32_t
socket_left(const struct socket *s)
{
	uint64_t parcels = (uint64_t)s->parcels * PARCEL_COST, used = parcels > s->ring.fill ? parcels : s->ring.fill;

	return used < s->ring.room ? s->ring.room - (uint32_t)used : 0;
}

bool
socket_many(const struct socket *s, const struct socket *from)
{
	return !socket_connects(s) && s->peer != from && s->parcels > DATAGRAMS_MOST;
}

bool
socket_full(const struct socket *s, const struct socket *from)
{
	return socket_left(s) < s->ring.room / 2 || socket_many(s, from);
}

/* Waits as the file, the call's flags and the socket's limit say: 0: it was woken. */
static int
socket_wait(struct task *t, struct file *f, unsigned flags, struct wait_queue *q, uint64_t limit)
{
	if (f->flags & O_NONBLOCK || flags & MSG_DONTWAIT)
		return -EAGAIN;
	int error = wait_at(t, q, limit ? clock_after(limit) : UNIX_NEVER);
	if (error == -ETIMEDOUT)
		return -EAGAIN;
	return error == -ERESTARTSYS && limit ? -EINTR : error;
}

/* --- sending ------------------------------------------------------------------------------------------------------------------------------------- */

static int
send_broken(struct task *t, unsigned flags)
{
	if (!(flags & MSG_NOSIGNAL))
		signal_broken(t);
	return -EPIPE;
}

/* All of BYTES into PEER's ring or, of a stream, some; with a parcel if there is something to go with them.  How many, or an error: nothing has gone. */
static int64_t
send_piece(struct socket *peer, struct user_data *d, uint64_t bytes, struct parcel *with)
{
	int64_t put = bytes ? ring_put(&peer->ring, d, bytes) : 0;

	if (put < 0)
		return put;
	if (!socket_streams(peer) && (uint64_t)put < bytes) {
		ring_take_back(&peer->ring, (uint32_t)put);
		return -EFAULT;
	}
	if (with && !parcel_add(peer, with, (uint32_t)put)) {
		ring_take_back(&peer->ring, (uint32_t)put);
		return -ENOMEM;
	}
	peer->came += (uint64_t)put;
	wait_wake(&peer->readable);
	return put;
}

/* What goes with the next bytes to PEER: NULL, nothing.  Whoever wants to know gets the sender's credentials. */
static struct parcel *
send_with(struct task *t, const struct socket *s, const struct socket *peer, struct sending *g)
{
	struct parcel *with = &g->with;

	if (!with->credentials && (s->pass_credentials || peer->pass_credentials)) {
		with->by = credential_of(t);
		with->credentials = true;
	}
	return with->credentials || with->rights || !socket_streams(peer) ? with : NULL;
}

static int64_t
stream_send(struct task *t, struct file *f, struct user_data *d, struct sending *g)
{
	struct socket *s = f->socket;
	int64_t done = 0, put = 0;

	if (s->state != SOCKET_CONNECTED)
		return g->to ? -EOPNOTSUPP : -ENOTCONN;
	if (g->to)
		return -EISCONN;
	while (d->left && put >= 0) {
		if (s->shut_send) {
			put = send_broken(t, g->flags);
			break;
		}
		struct socket *peer = s->peer;
		uint32_t left = socket_left(peer);
		if (!left) {
			put = socket_wait(t, f, g->flags, &peer->writable, s->send_limit);
			continue;
		}
		put = send_piece(peer, d, d->left < left ? d->left : left, send_with(t, s, peer, g));
		if (put > 0) {
			done += put;
			g->with.rights = NULL;
		}
	}
	return done ? done : put;
}

/* Whom a packet goes to. */
static int
packet_target(struct task *t, struct socket *s, const struct sending *g, struct socket **target)
{
	if (g->to && socket_connects(s))
		return s->state == SOCKET_CONNECTED ? -EISCONN : -EOPNOTSUPP;
	*target = s->peer;
	if (g->to) {
		int error = address_find(t, g->to, s->type, target);
		if (error)
			return error;
		if ((*target)->type != s->type)
			return -EPROTOTYPE;
		return (*target)->peer && (*target)->peer != s ? -EPERM : 0;
	}
	if (s->refused) {
		s->refused = false;
		return -ECONNREFUSED;
	}
	return s->peer || s->shut_send ? 0 : -ENOTCONN;
}

static int64_t
packet_send(struct task *t, struct file *f, struct user_data *d, struct sending *g)
{
	struct socket *s = f->socket, *peer;

	for (;;) {
		int error = packet_target(t, s, g, &peer);
		if (error)
			return error;
		if (s->shut_send || (peer->shut_receive && !socket_connects(s)))
			return send_broken(t, g->flags);
		if (d->left > s->send_room - 32ul || d->left > peer->ring.room)
			return -EMSGSIZE;
		if (!socket_many(peer, s) && socket_left(peer) && ring_left(&peer->ring) >= d->left)
			break;
		error = socket_wait(t, f, g->flags, &peer->writable, s->send_limit);
		if (error)
			return error;
	}
	g->with.name_bytes = s->name_bytes;
	memcpy(g->with.name, s->name, s->name_bytes);
	int64_t put = send_piece(peer, d, d->left, send_with(t, s, peer, g));
	if (put >= 0)
		g->with.rights = NULL;
	return put;
}

int64_t
socket_send(struct task *t, struct file *f, struct user_data *d, struct sending *g)
{
	if (g->flags & MSG_OOB)
		return -EOPNOTSUPP;
	return socket_streams(f->socket) ? stream_send(t, f, d, g) : packet_send(t, f, d, g);
}

/* --- receiving ---------------------------------------------------------------------------------------------------------------------------------- */

/* There is nothing: 0, it was woken; 1: nothing will come; an error. */
static int
receive_wait(struct task *t, struct file *f, unsigned flags)
{
	struct socket *s = f->socket;

	if (s->error) {
		int error = s->error;
		s->error = 0;
		return -error;
	}
	if (s->shut_receive)
		return 1;
	return socket_wait(t, f, flags, &s->readable, s->receive_limit);
}

/* Room came for those that wait to send FROM bytes before: to a stream when half is free, packets may have waited for any. */
static void
receive_made_room(struct socket *s, bool full)
{
	if (!socket_streams(s) || (full && !socket_full(s, s->peer)))
		wait_wake(&s->writable);
}

static void
parcel_open(struct socket *s, struct receiving *r)
{
	struct parcel *p = s->first;

	if (p->credentials) {
		r->came.credentials = true;
		r->came.by = p->by;
	}
	if (r->flags & MSG_PEEK) {
		r->came.rights = rights_copy(p->rights);
	} else if (p->rights) {
		r->came.rights = p->rights;
		p->rights = NULL;
	}
}

static bool
parcel_differs(const struct parcel *p, const struct receiving *r)
{
	return p->credentials != r->came.credentials || (p->credentials && memcmp(&p->by, &r->came.by, sizeof(p->by)));
}

/* Bytes until the next parcel begins or this one ends, MOST at most; 0: they are not to come with the DONE ones before. */
static uint64_t
stream_segment(struct socket *s, struct receiving *r, uint64_t most, bool done)
{
	struct parcel *p = s->first;
	uint64_t at = s->came - s->ring.fill, limit = p->start > at ? p->start - at : p->start + p->bytes - at;

	if (done && (r->came.rights || (s->pass_credentials && p->start <= at && parcel_differs(p, r))))
		return 0;
	if (p->start <= at)
		parcel_open(s, r);
	return limit < most ? limit : most;
}

/* A parcel whose bytes are all read is over.  True: nothing more is to be read in this call. */
static bool
stream_passed(struct socket *s, struct receiving *r)
{
	while (s->first && s->first->start + s->first->bytes <= s->came - s->ring.fill)
		parcel_remove(s);
	return r->came.rights;
}

static int64_t
stream_receive(struct task *t, struct file *f, struct user_data *d, struct receiving *r)
{
	struct socket *s = f->socket;
	bool peek = r->flags & MSG_PEEK, all = r->flags & MSG_WAITALL, over = false;
	int64_t done = 0, got = 0;

	if (s->state != SOCKET_CONNECTED)
		return -EINVAL;
	while (d->left && !over) {
		if (!s->ring.fill) {
			if (done && !all)
				break;
			got = receive_wait(t, f, r->flags);
			if (got)
				break;
			continue;
		}
		bool full = socket_full(s, s->peer);
		uint64_t bytes = d->left < s->ring.fill ? d->left : s->ring.fill;
		if (s->first)
			bytes = stream_segment(s, r, bytes, done);
		if (!bytes)
			break;
		got = peek ? ring_peek(&s->ring, d, bytes, 0) : ring_get(&s->ring, d, bytes);
		if (got < 0)
			break;
		done += got;
		over = peek || (s->first && stream_passed(s, r));
		receive_made_room(s, full);
	}
	return done || got > 0 ? done : got;
}

/* One packet; what does not fit of it is lost. */
static int64_t
packet_receive(struct task *t, struct file *f, struct user_data *d, struct receiving *r)
{
	struct socket *s = f->socket;
	bool peek = r->flags & MSG_PEEK;

	if (socket_connects(s) && s->state != SOCKET_CONNECTED)
		return -ENOTCONN;
	while (!s->first) {
		int over = receive_wait(t, f, r->flags);
		if (over)
			return over < 0 ? over : 0;
	}
	uint64_t whole = s->first->bytes, bytes = d->left < whole ? d->left : whole;
	int64_t got = bytes ? ring_peek(&s->ring, d, bytes, 0) : 0;
	if (got < 0)
		return got;
	bool truncate = r->flags & MSG_TRUNC;
	r->came.name_bytes = s->first->name_bytes;
	memcpy(r->came.name, s->first->name, s->first->name_bytes);
	parcel_open(s, r);
	if (!peek) {
		ring_drop(&s->ring, whole);
		parcel_remove(s);
		receive_made_room(s, false);
	}
	r->flags = bytes < whole ? MSG_TRUNC : 0;
	return (int64_t)(truncate ? whole : bytes);
}

int64_t
socket_receive(struct task *t, struct file *f, struct user_data *d, struct receiving *r)
{
	if (r->flags & MSG_OOB)			/* a stream could have some, and has none */
		return socket_streams(f->socket) ? -EINVAL : -EOPNOTSUPP;
	if (!socket_streams(f->socket))
		return packet_receive(t, f, d, r);
	int64_t got = stream_receive(t, f, d, r);
	r->flags = 0;
	return got;
}

/* --- read and write ------------------------------------------------------------------------------------------------------------------------------ */

/* Nothing but bytes goes between S and its peer, just now. */
static inline bool
is_plain(const struct socket *s)
{
	return socket_streams(s) && s->state == SOCKET_CONNECTED && !s->first;
}

static __attribute__((noinline)) int64_t
read_any(struct task *t, struct file *f, struct user_data *d)
{
	struct receiving r;

	r.flags = 0;
	parcel_none(&r.came);
	int64_t got = socket_receive(t, f, d, &r);
	if (r.came.rights)
		rights_drop(r.came.rights);
	return got;
}

int64_t
socket_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct socket *s = f->socket;

	while (is_plain(s) && d->left) {
		if (s->ring.fill) {
			bool full = socket_full(s, s->peer);
			int64_t got = ring_get(&s->ring, d, d->left < s->ring.fill ? d->left : s->ring.fill);
			receive_made_room(s, full);
			return got;
		}
		if (s->error || s->shut_receive)
			break;
		int error = socket_wait(t, f, 0, &s->readable, s->receive_limit);
		if (error)
			return error;
	}
	return read_any(t, f, d);
}

static __attribute__((noinline)) int64_t
write_any(struct task *t, struct file *f, struct user_data *d)
{
	struct sending s;

	s.flags = 0;
	s.to = NULL;
	parcel_none(&s.with);
	return socket_send(t, f, d, &s);
}

int64_t
socket_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct socket *s = f->socket, *peer = s->peer;

	if (!socket_streams(s) || s->state != SOCKET_CONNECTED || s->shut_send || s->pass_credentials || peer->pass_credentials ||
	    !d->left || d->left > socket_left(peer))
		return write_any(t, f, d);
	int64_t put = ring_put(&peer->ring, d, d->left);
	if (put < 0)
		return put;
	peer->came += (uint64_t)put;
	wait_wake(&peer->readable);
	return put;
}
