/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of sockets: see socket.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "poll.h"
#include "ring.h"
#include "socket.h"

int
socket_of(struct task *t, int fd, struct socket **s, struct file **f)
{
	*f = file_of(t, fd);
	if (!*f)
		return -EBADF;
	if ((*f)->kind != FILE_SOCKET)
		return -ENOTSOCK;
	*s = (*f)->socket;
	return 0;
}

struct socket *
socket_make(struct task *t, int type)
{
	struct socket *s = arena_take(ARENA_SOCKET);

	if (!s)
		return NULL;
	s->type = (uint8_t)type;
	s->ring.room = s->send_room = s->receive_room = SOCKET_ROOM;
	s->owner = s->other = (struct credential){ 0, UINT32_MAX, UINT32_MAX };
	return s;
}

struct file *
socket_file(struct socket *s, unsigned flags)
{
	struct file *f = file_make(FILE_SOCKET, O_RDWR | (flags & SOCK_NONBLOCK));

	if (f)
		f->socket = s;
	else
		socket_end(s);
	return f;
}

void
socket_pair_up(struct socket *a, struct socket *b)
{
	a->peer = b;
	b->peer = a;
	a->state = b->state = SOCKET_CONNECTED;
}

/* --- the end ------------------------------------------------------------------------------------------------------------------------------------- */

/* The other end of a connection sees the end; what it had sent and nobody has read is an error. */
static void
peer_leave(struct socket *s, bool reset)
{
	struct socket *peer = s->peer;

	if (!peer)
		return;
	peer->peer = NULL;
	peer->shut_receive = peer->shut_send = true;
	if (reset)
		peer->error = ECONNRESET;
	wait_wake(&peer->readable);
}

/* Those that send datagrams to it learn at the next. */
static void
senders_leave(struct socket *s)
{
	while (s->first_sender) {
		struct socket *sender = s->first_sender;
		socket_join(sender, NULL);
		sender->refused = true;
	}
}

void
socket_end(struct socket *s)
{
	while (s->first_waiting) {
		struct socket *waiting = s->first_waiting;
		s->first_waiting = waiting->next_waiting;
		peer_leave(waiting, true);
		waiting->peer = NULL;
		socket_end(waiting);
	}
	if (socket_connects(s)) {
		peer_leave(s, s->ring.fill || s->first);
	} else {
		socket_join(s, NULL);
		senders_leave(s);
	}
	socket_unname(s);
	wait_wake(&s->writable);
	wait_wake(&s->readable);
	ring_end(&s->ring);
	parcels_drop(s);
	arena_give(ARENA_SOCKET, s);
}

static void
socket_close(struct file *f)
{
	socket_end(f->socket);
}

/* --- as a file ------------------------------------------------------------------------------------------------------------------------------------ */

static bool
socket_readable(const struct socket *s)
{
	return s->ring.fill || s->first || s->first_waiting;
}

static bool
socket_writable(const struct socket *s)
{
	return s->state != SOCKET_LISTENS && (!s->peer || !socket_full(s->peer, s));
}

static unsigned
socket_poll(struct file *f, struct poll_call *p)
{
	struct socket *s = f->socket;
	unsigned events = s->error ? POLLERR : 0;

	poll_queue_for(p, &s->readable, ~0u);
	if (s->peer)
		poll_queue_for(p, &s->peer->writable, POLLOUT);
	if ((s->shut_receive && s->shut_send) || (socket_connects(s) && s->state == SOCKET_IDLE))
		events |= POLLHUP;
	if (s->shut_receive)
		events |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (socket_readable(s))
		events |= POLLIN | POLLRDNORM;
	if (socket_writable(s))
		events |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return events;
}

static int64_t
socket_control(struct task *t, struct file *f, unsigned request, uint64_t argument)
{
	const struct socket *s = f->socket;
	int value;

	if (request == FIONREAD && s->state == SOCKET_LISTENS)
		return -EINVAL;
	if (request == FIONREAD)
		value = (int)(socket_connects(s) || !s->first ? s->ring.fill : s->first->bytes);
	else if (request == TIOCOUTQ)
		value = s->peer ? (int)s->peer->ring.fill : 0;
	else
		return -ENOTTY;
	return host_copy_out(t, argument, &value, sizeof(value));
}

const struct file_operation socket_operation = {
	.read = socket_read,
	.write = socket_write,
	.poll = socket_poll,
	.control = socket_control,
	.close = socket_close,
};

/* --- calls --------------------------------------------------------------------------------------------------------------------------------------------- */

/* What TYPE says besides the flags; SOCK_RAW is datagrams, as on Linux. */
static int
socket_type(int domain, int type, int protocol, int *plain)
{
	*plain = type & 0xf;
	if (type & ~(0xf | SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	if (domain < 0 || domain != AF_UNIX)
		return -EAFNOSUPPORT;
	if (protocol && protocol != PF_UNIX)
		return -EPROTONOSUPPORT;
	if (*plain == SOCK_RAW)
		*plain = SOCK_DGRAM;
	return *plain == SOCK_STREAM || *plain == SOCK_DGRAM || *plain == SOCK_SEQPACKET ? 0 : -ESOCKTNOSUPPORT;
}

int64_t
unix_socket(struct task *t, int domain, int type, int protocol)
{
	int plain, error = socket_type(domain, type, protocol, &plain);
	struct socket *s = error ? NULL : socket_make(t, plain);

	if (error)
		return error;
	if (!s)
		return -ENOMEM;
	struct file *f = socket_file(s, (unsigned)type);
	return f ? file_install(t, f, (uint32_t)type & O_CLOEXEC) : -ENFILE;
}

static int
socket_make_pair(struct task *t, int type, struct socket *s[2])
{
	s[0] = socket_make(t, type);
	s[1] = s[0] ? socket_make(t, type) : NULL;
	if (!s[1]) {
		if (s[0])
			socket_end(s[0]);
		return -ENOMEM;
	}
	if (type == SOCK_DGRAM) {
		socket_join(s[0], s[1]);
		socket_join(s[1], s[0]);
	}
	socket_pair_up(s[0], s[1]);
	s[0]->owner = s[0]->other = s[1]->owner = s[1]->other = credential_of(t);
	return 0;
}

int64_t
unix_socketpair(struct task *t, int domain, int type, int protocol, uint64_t to)
{
	struct socket *s[2];
	struct file *f[2];
	int plain, error = socket_type(domain, type, protocol, &plain);

	if (!error)
		error = socket_make_pair(t, plain, s);
	if (error)
		return error;
	f[0] = socket_file(s[0], (unsigned)type);
	if (!f[0]) {
		socket_end(s[1]);
		return -ENFILE;
	}
	f[1] = socket_file(s[1], (unsigned)type);
	if (!f[1]) {
		file_drop(f[0]);
		return -ENFILE;
	}
	return pair_install(t, f, to, (uint32_t)type & O_CLOEXEC);
}

int64_t
unix_shutdown(struct task *t, int fd, int how)
{
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	bool receive = how != SHUT_WR, send = how != SHUT_RD;
	s->shut_receive |= receive;
	s->shut_send |= send;
	wait_wake(&s->readable);
	wait_wake(&s->writable);
	if (!s->peer || !socket_connects(s))
		return 0;
	s->peer->shut_send |= receive;
	s->peer->shut_receive |= send;
	wait_wake(&s->peer->readable);
	wait_wake(&s->peer->writable);
	return 0;
}
