/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of sockets, and connections.  A name is in the tree, and found as its node, or abstract: it begins with a zero byte.  bind without a name makes up an abstract
 * one.  All sockets with names are in one list.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "clock.h"
#include "socket.h"

#define NAMES_MADE_UP	0x100000

/* --- addresses ---------------------------------------------------------------------------------------------------------------------------------- */

int
address_get(struct task *t, uint64_t from, uint32_t bytes, struct socket_address *a)
{
	struct { uint16_t family; char name[SOCKET_NAME]; } raw = { 0 };

	if (bytes < sizeof(raw.family) || bytes > sizeof(raw.family) + SOCKET_NAME - 1)
		return -EINVAL;
	if (host_copy_in(t, &raw, from, bytes))
		return -EFAULT;
	a->family = raw.family;
	a->name_bytes = bytes - sizeof(raw.family);
	memcpy(a->name, raw.name, SOCKET_NAME);
	if (a->name_bytes && a->name[0])		/* of a path to its end, which belongs to it */
		a->name_bytes = (uint32_t)strlen(a->name) + 1;
	return 0;
}

int
address_put(struct task *t, const char *name, uint32_t name_bytes, uint64_t to, uint64_t bytes_at)
{
	struct { uint16_t family; char name[SOCKET_NAME]; } raw = { .family = AF_UNIX };
	int32_t room, bytes = (int32_t)(sizeof(raw.family) + name_bytes);

	if (!to)
		return 0;
	if (host_copy_in(t, &room, bytes_at, sizeof(room)))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	memcpy(raw.name, name, name_bytes);
	if (host_copy_out(t, to, &raw, (uint32_t)(room < bytes ? room : bytes)))
		return -EFAULT;
	return host_copy_out(t, bytes_at, &bytes, sizeof(bytes));
}

/* --- who has a name ------------------------------------------------------------------------------------------------------------------------------ */

static struct socket *
abstract_find(const char *name, uint32_t bytes, int type)
{
	for (struct socket *s = shared->terminal.bound; s; s = s->next_bound) {
		if (!s->node && s->type == type && s->name_bytes == bytes && !memcmp(s->name, name, bytes))
			return s;
	}
	return NULL;
}

static struct socket *
node_socket(const struct node *n)
{
	struct socket *s = shared->terminal.bound;

	while (s && s->node != n)
		s = s->next_bound;
	return s;
}

static int
path_find(struct task *t, const char *path, struct socket **found)
{
	struct node *n;
	int error = node_find(t, AT_FDCWD, path, true, &n);

	if (error)
		return error;
	error = node_allows(t, n, W_OK);
	*found = node_socket(n);
	node_drop(n);
	if (error)
		return error;
	return *found ? 0 : -ECONNREFUSED;
}

int
address_find(struct task *t, const struct socket_address *a, int type, struct socket **found)
{
	if (a->family != AF_UNIX || !a->name_bytes)
		return -EINVAL;
	if (a->name[0])
		return path_find(t, a->name, found);
	*found = abstract_find(a->name, a->name_bytes, type);
	return *found ? 0 : -ECONNREFUSED;
}

/* --- bind ------------------------------------------------------------------------------------------------------------------------------------------- */

static void
socket_name(struct socket *s, const char *name, uint32_t bytes)
{
	memcpy(s->name, name, bytes);
	s->name_bytes = (uint8_t)bytes;
	s->next_bound = shared->terminal.bound;
	shared->terminal.bound = s;
}

static int
bind_abstract(struct socket *s, const char *name, uint32_t bytes)
{
	if (abstract_find(name, bytes, s->type))
		return -EADDRINUSE;
	socket_name(s, name, bytes);
	return 0;
}

/* Five digits, as Linux makes them up. */
static int
bind_any(struct socket *s)
{
	int error = -EADDRINUSE;

	for (unsigned tries = 0; error && tries < NAMES_MADE_UP; tries++) {
		uint32_t number = shared->terminal.last_name++ % NAMES_MADE_UP;
		char name[6] = { 0 };
		for (unsigned i = 0; i < 5; i++)
			name[5 - i] = "0123456789abcdef"[number >> 4 * i & 15];
		error = bind_abstract(s, name, sizeof(name));
	}
	return error;
}

static int
bind_path(struct task *t, struct socket *s, const struct socket_address *a)
{
	struct node *n;
	int error = node_special(t, AT_FDCWD, a->name, S_IFSOCK | 0777, 0, &n);

	if (error)
		return error == -EEXIST ? -EADDRINUSE : error;
	s->node = n;
	socket_name(s, a->name, a->name_bytes);
	return 0;
}

int64_t
unix_bind(struct task *t, int fd, uint64_t address, int bytes)
{
	struct socket_address a;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (!error)
		error = address_get(t, address, (uint32_t)bytes, &a);
	if (error)
		return error;
	if (a.family != AF_UNIX)
		return -EINVAL;
	if (!a.name_bytes)
		return s->name_bytes ? 0 : bind_any(s);
	if (s->name_bytes)
		return -EINVAL;
	return a.name[0] ? bind_path(t, s, &a) : bind_abstract(s, a.name, a.name_bytes);
}

void
socket_unname(struct socket *s)
{
	struct socket **link = &shared->terminal.bound;

	while (*link && *link != s)
		link = &(*link)->next_bound;
	if (*link)
		*link = s->next_bound;
	if (!s->node)
		return;
	node_drop(s->node);
	s->node = NULL;
}

/* --- connections --------------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_listen(struct task *t, int fd, int backlog)
{
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (!socket_connects(s))
		return -EOPNOTSUPP;
	if (!s->name_bytes || s->state == SOCKET_CONNECTED)
		return -EINVAL;
	s->state = SOCKET_LISTENS;
	s->backlog = (unsigned)backlog < SOMAXCONN ? (unsigned)backlog : SOMAXCONN;
	s->owner = credential_of(t);
	wait_wake(&s->writable);
	return 0;
}

int
socket_join(struct socket *s, struct socket *to)
{
	struct socket **link;

	if (to && to->peer && to->peer != s)
		return -EPERM;
	if (s->peer) {
		link = &s->peer->first_sender;
		while (*link != s)
			link = &(*link)->next_sender;
		*link = s->next_sender;
		wait_wake(&s->peer->writable);
	}
	s->peer = to;
	s->refused = false;
	s->state = to ? SOCKET_CONNECTED : SOCKET_IDLE;
	if (to) {
		s->next_sender = to->first_sender;
		to->first_sender = s;
	}
	return 0;
}

static int
connect_datagrams(struct task *t, struct socket *s, const struct socket_address *a)
{
	struct socket *to;

	if (a->family == AF_UNSPEC)
		return socket_join(s, NULL);
	int error = address_find(t, a, s->type, &to);
	if (error)
		return error;
	return to->type == s->type ? socket_join(s, to) : -EPROTOTYPE;
}

/* A socket for the listener's end, until it is accepted. */
static int
connect_to(struct task *t, struct socket *s, struct socket *listener)
{
	struct socket *end = socket_make(t, s->type);

	if (!end)
		return -ENOMEM;
	socket_pair_up(s, end);
	s->other = end->owner = listener->owner;
	s->owner = end->other = credential_of(t);
	end->name_bytes = listener->name_bytes;
	end->pass_credentials = listener->pass_credentials;
	memcpy(end->name, listener->name, sizeof(end->name));
	if (listener->last_waiting)
		listener->last_waiting->next_waiting = end;
	else
		listener->first_waiting = end;
	listener->last_waiting = end;
	listener->waiting++;
	wait_wake(&listener->readable);
	return 0;
}

/* The listener may be gone, and another in its place, whenever it was waited for. */
static int
connect_stream(struct task *t, struct file *f, const struct socket_address *a)
{
	struct socket *s = f->socket, *listener;
	uint64_t deadline = s->send_limit ? clock_after(s->send_limit) : UNIX_NEVER;

	for (;;) {
		int error = address_find(t, a, s->type, &listener);
		if (error)
			return error;
		if (listener->type != s->type)
			return -EPROTOTYPE;
		if (listener->state != SOCKET_LISTENS || listener->shut_receive)
			return -ECONNREFUSED;
		if (listener->waiting <= listener->backlog)
			break;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		error = wait_at(t, &listener->writable, deadline);
		if (error)
			return error == -ETIMEDOUT ? -EAGAIN : error;
	}
	if (s->state != SOCKET_IDLE)
		return s->state == SOCKET_CONNECTED ? -EISCONN : -EINVAL;
	return connect_to(t, s, listener);
}

int64_t
unix_connect(struct task *t, int fd, uint64_t address, int bytes)
{
	struct socket_address a;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (!error)
		error = address_get(t, address, (uint32_t)bytes, &a);
	if (error)
		return error;
	return socket_connects(s) ? connect_stream(t, f, &a) : connect_datagrams(t, s, &a);
}

/* --- accept ----------------------------------------------------------------------------------------------------------------------------------------------- */

static int
accept_wait(struct task *t, struct file *f)
{
	struct socket *s = f->socket;
	uint64_t deadline = s->receive_limit ? clock_after(s->receive_limit) : UNIX_NEVER;

	while (!s->first_waiting) {
		if (s->shut_receive)
			return -EINVAL;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &s->readable, deadline);
		if (error)
			return error == -ETIMEDOUT ? -EAGAIN : error;
	}
	return 0;
}

static struct socket *
accept_first(struct socket *s)
{
	struct socket *end = s->first_waiting;

	s->first_waiting = end->next_waiting;
	if (!s->first_waiting)
		s->last_waiting = NULL;
	end->next_waiting = NULL;
	s->waiting--;
	wait_wake(&s->writable);
	return end;
}

int64_t
unix_accept4(struct task *t, int fd, uint64_t address, uint64_t bytes_at, int flags)
{
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	if (!socket_connects(s))
		return -EOPNOTSUPP;
	if (s->state != SOCKET_LISTENS)
		return -EINVAL;
	if (files_full(t))
		return -EMFILE;
	error = accept_wait(t, f);
	if (error)
		return error;
	struct socket *end = accept_first(s), *peer = end->peer;
	f = socket_file(end, (unsigned)flags);
	if (!f)
		return -ENFILE;
	error = address_put(t, peer ? peer->name : "", peer ? peer->name_bytes : 0, address, bytes_at);
	if (error) {
		file_drop(f);
		return error;
	}
	return file_install(t, f, (uint32_t)flags & O_CLOEXEC);
}

int64_t
unix_accept(struct task *t, int fd, uint64_t address, uint64_t bytes_at)
{
	return unix_accept4(t, fd, address, bytes_at, 0);
}

/* --- names of the two ends --------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_getsockname(struct task *t, int fd, uint64_t address, uint64_t bytes_at)
{
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	return address ? address_put(t, s->name, s->name_bytes, address, bytes_at) : -EFAULT;
}

int64_t
unix_getpeername(struct task *t, int fd, uint64_t address, uint64_t bytes_at)
{
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (s->state != SOCKET_CONNECTED)
		return -ENOTCONN;
	const struct socket *peer = s->peer;
	return address ? address_put(t, peer ? peer->name : "", peer ? peer->name_bytes : 0, address, bytes_at) : -EFAULT;
}
