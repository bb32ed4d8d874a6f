/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages: sendto, recvfrom, sendmsg, recvmsg and their control data: SCM_RIGHTS, SCM_CREDENTIALS. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "socket.h"

#define RIGHTS_MOST	253		/* SCM_MAX_FD */
#define CONTROL_MOST	20480		/* Linux's optmem_max */

struct message_header {			/* struct msghdr as the kernel has it */
	uint64_t name;
	uint32_t name_bytes, pad;
	uint64_t vector, count;
	uint64_t control, control_bytes;
	uint32_t flags, pad_flags;
};

struct control_header {			/* struct cmsghdr */
	uint64_t bytes;
	int32_t level, type;
};

static uint64_t
control_round(uint64_t bytes)
{
	return (bytes + 7) & ~7ul;
}

/* --- control data that is sent ---------------------------------------------------------------------------------------------------------------------- */

static int
send_rights(struct task *t, struct parcel *with, uint64_t from, uint64_t count)
{
	int fd[RIGHTS], error = 0;

	if (count > RIGHTS_MOST)
		return -EINVAL;
	for (uint64_t i = 0; !error && i < count; i++) {
		uint64_t ahead = count - i < RIGHTS ? count - i : RIGHTS;
		if (i % RIGHTS == 0)
			error = host_copy_in(t, fd, from + i * sizeof(int), ahead * sizeof(int));
		struct file *f = error ? NULL : file_of(t, fd[i % RIGHTS]);
		if (!error)
			error = f ? rights_add(&with->rights, f) : -EBADF;
	}
	return error;
}

static int
send_credentials(struct task *t, struct parcel *with, uint64_t from, uint64_t bytes)
{
	const struct credentials *who = &t->process->who;
	struct credential by;

	if (bytes != sizeof(by))
		return -EINVAL;
	if (host_copy_in(t, &by, from, sizeof(by)))
		return -EFAULT;
	bool user = by.uid == who->uid || by.uid == who->euid || by.uid == who->suid;
	bool group = by.gid == who->gid || by.gid == who->egid || by.gid == who->sgid;
	if (!privileged(t) && (by.pid != t->process->pid || !user || !group))
		return -EPERM;
	if (by.pid != t->process->pid && !process_find(by.pid))
		return -ESRCH;
	with->by = by;
	with->credentials = true;
	return 0;
}

static int
send_control_one(struct task *t, struct parcel *with, const struct control_header *h, uint64_t from)
{
	uint64_t bytes = h->bytes - sizeof(*h);

	if (h->level != SOL_SOCKET)
		return 0;
	if (h->type == SCM_RIGHTS)
		return send_rights(t, with, from, bytes / sizeof(int));
	return h->type == SCM_CREDENTIALS ? send_credentials(t, with, from, bytes) : -EINVAL;
}

static int
send_control(struct task *t, struct parcel *with, uint64_t from, uint64_t bytes)
{
	struct control_header h;
	int error = bytes > CONTROL_MOST ? -ENOBUFS : 0;

	while (!error && bytes >= sizeof(h)) {
		if (host_copy_in(t, &h, from, sizeof(h)))
			return -EFAULT;
		if (h.bytes < sizeof(h) || h.bytes > bytes)
			return -EINVAL;
		error = send_control_one(t, with, &h, from + sizeof(h));
		uint64_t whole = control_round(h.bytes);
		from += whole;
		bytes = whole < bytes ? bytes - whole : 0;
	}
	return error;
}

/* --- control data that is received -------------------------------------------------------------------------------------------------------------------- */

/* Where control data goes: moved on. */
struct control_room {
	uint64_t to, left;
	unsigned flags;			/* MSG_CTRUNC, MSG_CMSG_CLOEXEC */
};

static int
control_put(struct task *t, struct control_room *room, int type, const void *data, uint64_t bytes)
{
	struct control_header h = { sizeof(h) + bytes, SOL_SOCKET, type };

	if (h.bytes > room->left) {
		room->flags |= MSG_CTRUNC;
		h.bytes = room->left;
	}
	if (h.bytes < sizeof(h))
		return 0;
	if (host_copy_out(t, room->to, &h, sizeof(h)) || host_copy_out(t, room->to + sizeof(h), data, h.bytes - sizeof(h)))
		return -EFAULT;
	uint64_t whole = control_round(h.bytes) < room->left ? control_round(h.bytes) : room->left;
	room->to += whole;
	room->left -= whole;
	return 0;
}

/* In the order they were sent: the last ones are first in the list.  False: no more can be installed. */
static bool
install_rights(struct task *t, struct rights *r, struct control_room *room, uint64_t *count)
{
	uint64_t at = room->to + sizeof(struct control_header);

	if (!r)
		return true;
	if (!install_rights(t, r->next, room, count))
		return false;
	for (uint32_t i = 0; i < r->count; i++) {
		if (sizeof(struct control_header) + (*count + 1) * sizeof(int) > room->left)
			return false;
		file_hold(r->file[i]);
		int fd = file_install(t, r->file[i], room->flags & MSG_CMSG_CLOEXEC ? O_CLOEXEC : 0);
		if (fd < 0)
			return false;
		if (host_copy_out(t, at + *count * sizeof(int), &fd, sizeof(fd))) {
			files_close(t->process->files, fd);
			return false;
		}
		++*count;
	}
	return true;
}

/* What does not fit is closed, and MSG_CTRUNC says so. */
static int
receive_rights(struct task *t, struct rights *r, struct control_room *room)
{
	uint64_t count = 0;

	if (!install_rights(t, r, room, &count))
		room->flags |= MSG_CTRUNC;
	if (!count)
		return 0;
	struct control_header h = { sizeof(h) + count * sizeof(int), SOL_SOCKET, SCM_RIGHTS };
	if (host_copy_out(t, room->to, &h, sizeof(h)))
		return -EFAULT;
	uint64_t whole = control_round(h.bytes) < room->left ? control_round(h.bytes) : room->left;
	room->to += whole;
	room->left -= whole;
	return 0;
}

static int
receive_control(struct task *t, const struct socket *s, struct receiving *r, struct control_room *room)
{
	struct credential nobody = { 0, 65534, 65534 };
	int error = 0;

	if (s->pass_credentials)
		error = control_put(t, room, SCM_CREDENTIALS, r->came.credentials ? &r->came.by : &nobody, sizeof(nobody));
	if (!error && r->came.rights)
		error = receive_rights(t, r->came.rights, room);
	return error;
}

/* --- who sent it ------------------------------------------------------------------------------------------------------------------------------------ */

/* Who has no name is told as no address at all. */
static int
receive_name(struct task *t, const struct receiving *r, uint64_t to, uint32_t room, int32_t *bytes)
{
	struct { uint16_t family; char name[SOCKET_NAME]; } raw = { .family = AF_UNIX };

	if ((int32_t)room < 0)
		return -EINVAL;
	*bytes = r->came.name_bytes ? (int32_t)(sizeof(raw.family) + r->came.name_bytes) : 0;
	memcpy(raw.name, r->came.name, r->came.name_bytes);
	return host_copy_out(t, to, &raw, room < (uint32_t)*bytes ? room : (uint32_t)*bytes);
}

/* --- calls ---------------------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_sendto(struct task *t, int fd, uint64_t from, uint64_t bytes, int flags, uint64_t address, uint32_t address_bytes)
{
	struct socket_address to;
	struct sending g;
	struct user_piece piece;
	struct user_data d;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (!error && address)
		error = address_get(t, address, address_bytes, &to);
	if (error)
		return error;
	g.flags = (unsigned)flags;
	g.to = address ? &to : NULL;
	parcel_none(&g.with);
	data_one(t, &d, &piece, from, bytes);
	return socket_send(t, f, &d, &g);
}

int64_t
unix_recvfrom(struct task *t, int fd, uint64_t to, uint64_t bytes, int flags, uint64_t address, uint64_t address_bytes)
{
	struct receiving r;
	int32_t name_bytes;
	uint32_t room;
	struct user_piece piece;
	struct user_data d;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	r.flags = (unsigned)flags;
	parcel_none(&r.came);
	data_one(t, &d, &piece, to, bytes);
	int64_t got = socket_receive(t, f, &d, &r);
	if (r.came.rights)
		rights_drop(r.came.rights);
	if (got < 0 || !address)
		return got;
	if (host_copy_in(t, &room, address_bytes, sizeof(room)))
		return -EFAULT;
	error = receive_name(t, &r, address, room, &name_bytes);
	if (!error)
		error = host_copy_out(t, address_bytes, &name_bytes, sizeof(name_bytes));
	return error ? error : got;
}

static int64_t
message_send(struct task *t, struct file *f, const struct message_header *h, unsigned flags)
{
	struct sending g = { .flags = flags };
	struct socket_address to;
	struct user_pieces pieces;
	struct user_data d;
	int64_t result = 0;

	if (h->name && h->name_bytes) {
		result = address_get(t, h->name, h->name_bytes, &to);
		g.to = &to;
	}
	if (!result)
		result = data_begin(t, &d, &pieces, h->vector, h->count);
	if (result)
		return result;
	if (h->control)
		result = send_control(t, &g.with, h->control, h->control_bytes);
	if (!result)
		result = socket_send(t, f, &d, &g);
	rights_drop(g.with.rights);
	data_end(&pieces);
	return result;
}

int64_t
unix_sendmsg(struct task *t, int fd, uint64_t message, int flags)
{
	struct message_header h;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (host_copy_in(t, &h, message, sizeof(h)))
		return -EFAULT;
	return message_send(t, f, &h, (unsigned)flags);
}

/* The header's fields that tell what came. */
static int
message_tell(struct task *t, struct file *f, struct message_header *h, struct receiving *r, unsigned flags)
{
	struct control_room room = { h->control, h->control ? h->control_bytes : 0, flags & MSG_CMSG_CLOEXEC };
	int error = receive_control(t, f->socket, r, &room);

	if (!error && h->name)
		error = receive_name(t, r, h->name, h->name_bytes, (int32_t *)&h->name_bytes);
	h->control_bytes = room.to - h->control;
	h->flags = r->flags | room.flags;
	return error;
}

static int64_t
message_receive(struct task *t, struct file *f, struct message_header *h, unsigned flags)
{
	struct receiving r = { .flags = flags };
	struct user_pieces pieces;
	struct user_data d;
	int64_t got = data_begin(t, &d, &pieces, h->vector, h->count);

	if (got)
		return got;
	got = socket_receive(t, f, &d, &r);
	int error = got < 0 ? 0 : message_tell(t, f, h, &r, flags);
	rights_drop(r.came.rights);
	data_end(&pieces);
	return error ? error : got;
}

int64_t
unix_recvmsg(struct task *t, int fd, uint64_t message, int flags)
{
	struct message_header h;
	struct socket *s;
	struct file *f;
	int error = socket_of(t, fd, &s, &f);

	if (error)
		return error;
	if (host_copy_in(t, &h, message, sizeof(h)))
		return -EFAULT;
	int64_t got = message_receive(t, f, &h, (unsigned)flags);
	if (got >= 0 && host_copy_out(t, message, &h, sizeof(h)))
		return -EFAULT;
	return got;
}
