/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of sockets. */
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "clock.h"
#include "ring.h"
#include "socket.h"

#define SEND_LEAST	4608		/* Linux's SOCK_MIN_SNDBUF, SOCK_MIN_RCVBUF */
#define RECEIVE_LEAST	2304
#define ROOM_MOST	SOCKET_ROOM	/* net.core.wmem_max and rmem_max, which the value is twice of */

/* Those that are on or off, and change nothing here. */
static bool
plain_option(int name)
{
	return name == SO_REUSEADDR || name == SO_DONTROUTE || name == SO_BROADCAST || name == SO_KEEPALIVE || name == SO_OOBINLINE;
}

/* --- getsockopt ---------------------------------------------------------------------------------------------------------------------------------------- */

static int
take_error(struct socket *s)
{
	int error = s->error;

	s->error = 0;
	return error;
}

/* Of an option that is a number.  False: NAME is not one. */
static bool
number_of(struct socket *s, int name, int *value)
{
	switch (name) {
	case SO_TYPE:
		*value = s->type;
		return true;
	case SO_DOMAIN:
		*value = AF_UNIX;
		return true;
	case SO_PROTOCOL:
		*value = 0;
		return true;
	case SO_ERROR:
		*value = take_error(s);
		return true;
	case SO_ACCEPTCONN:
		*value = s->state == SOCKET_LISTENS;
		return true;
	case SO_PASSCRED:
		*value = s->pass_credentials;
		return true;
	case SO_SNDBUF:
		*value = (int)s->send_room;
		return true;
	case SO_RCVBUF:
		*value = (int)s->receive_room;
		return true;
	default:
		*value = plain_option(name) && s->options & 1u << name;
		return plain_option(name);
	}
}

/* As Linux: what does not fit is cut, and the size says how much there is. */
static int
option_tell(struct task *t, const void *value, uint32_t bytes, uint64_t to, uint64_t bytes_at)
{
	int32_t room;

	if (host_copy_in(t, &room, bytes_at, sizeof(room)))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	if ((uint32_t)room > bytes)
		room = (int32_t)bytes;
	if (host_copy_out(t, to, value, (uint32_t)room))
		return -EFAULT;
	return host_copy_out(t, bytes_at, &room, sizeof(room));
}

int64_t
unix_getsockopt(struct task *t, int fd, int level, int name, uint64_t to, uint64_t bytes_at)
{
	struct socket *s;
	struct file *f;
	int value, error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (name == SO_PEERCRED)
		return option_tell(t, &s->other, sizeof(s->other), to, bytes_at);
	if (name == SO_LINGER)
		return option_tell(t, &(struct linger){ 0 }, sizeof(struct linger), to, bytes_at);
	if (name == SO_RCVTIMEO || name == SO_SNDTIMEO) {
		uint64_t limit = name == SO_RCVTIMEO ? s->receive_limit : s->send_limit;
		return option_tell(t, (uint64_t[2]){ limit / SECOND, limit % SECOND / MICROSECOND }, 16, to, bytes_at);
	}
	return number_of(s, name, &value) ? option_tell(t, &value, sizeof(value), to, bytes_at) : -ENOPROTOOPT;
}

/* --- setsockopt --------------------------------------------------------------------------------------------------------------------------------------------- */

static int
limit_set(struct task *t, uint64_t *limit, uint64_t from, uint32_t bytes)
{
	int64_t pair[2];

	if (bytes < sizeof(pair))
		return -EINVAL;
	if (host_copy_in(t, pair, from, sizeof(pair)))
		return -EFAULT;
	if (pair[1] < 0 || pair[1] >= 1000000)
		return -EDOM;
	*limit = 0;
	return pair[0] < 0 || clock_span(pair, MICROSECOND, limit) ? 0 : -EDOM;
}

/* Twice what is asked for, as Linux counts its own records in. */
static uint32_t
room_for(int value, uint32_t least)
{
	uint32_t room = (uint32_t)value > ROOM_MOST ? ROOM_MOST : (uint32_t)value;

	return 2 * room < least ? least : 2 * room;
}

/* A ring's room is of whole pages, and never less than what is in it. */
static int
receive_room_set(struct socket *s, uint32_t room)
{
	uint32_t pages = (room + UNIX_PAGE - 1) & -UNIX_PAGE;

	if (pages >= s->ring.fill) {
		int error = ring_resize(&s->ring, pages);
		if (error)
			return error;
		wait_wake(&s->writable);
	}
	s->receive_room = room;
	return 0;
}

int64_t
unix_setsockopt(struct task *t, int fd, int level, int name, uint64_t from, uint32_t bytes)
{
	struct socket *s;
	struct file *f;
	int value, error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	if (name == SO_RCVTIMEO || name == SO_SNDTIMEO)
		return limit_set(t, name == SO_RCVTIMEO ? &s->receive_limit : &s->send_limit, from, bytes);
	if (bytes < sizeof(value))
		return -EINVAL;
	if (host_copy_in(t, &value, from, sizeof(value)))
		return -EFAULT;
	if (name == SO_PASSCRED)
		s->pass_credentials = value;
	else if (name == SO_SNDBUF)
		s->send_room = room_for(value, SEND_LEAST);
	else if (name == SO_RCVBUF)
		return receive_room_set(s, room_for(value, RECEIVE_LEAST));
	else if (plain_option(name))
		s->options = value ? s->options | 1u << name : s->options & ~(1u << name);
	else if (name != SO_LINGER)
		return -ENOPROTOOPT;
	return 0;
}
