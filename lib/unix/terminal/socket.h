/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of AF_UNIX.  What was sent to one is in its ring; what came with it, or bounds it, in its list of parcels, oldest first.
 *
 *     ring      a a a a a b b b b c c c c c c c c
 *     parcels             └──p1─┘ └─────p2──────┘       of a stream: p1 has open files or credentials; of packets each has its parcel
 *
 * socket.c has their life, socket_name.c names and connections, socket_data.c bytes, parcel.c what comes with them, socket_message.c sendmsg and recvmsg.
 */
#pragma once

#include <sys/socket.h>
#include "objects.h"

#define SOCKET_ROOM	212992			/* Linux's default of SO_RCVBUF and SO_SNDBUF */
#define PARCEL_COST	768			/* of the room, at least: Linux's for a short message */
#define DATAGRAMS_MOST	10			/* besides one: Linux's max_dgram_qlen */

/* --- socket.c -------------------------------------------------------------------------------------------------------------------------------- */

int socket_of(struct task *t, int fd, struct socket **s, struct file **f);	/* 0, -EBADF, -ENOTSOCK */
struct socket *socket_make(struct task *t, int type);				/* NULL: there is no memory */
struct file *socket_file(struct socket *s, unsigned flags);			/* takes it over, on error too; SOCK_NONBLOCK.  NULL: there is no memory */
void socket_end(struct socket *s);
void socket_pair_up(struct socket *a, struct socket *b);

static inline bool socket_streams(const struct socket *s) { return s->type == SOCK_STREAM; }
static inline bool socket_connects(const struct socket *s) { return s->type != SOCK_DGRAM; }
static inline struct credential
credential_of(const struct task *t)
{
	const struct process *p = t->process;

	return (struct credential){ p->pid, p->who.euid, p->who.egid };
}

/* --- socket_name.c ---------------------------------------------------------------------------------------------------------------------------- */

struct socket_address {
	uint16_t family;
	char name[SOCKET_NAME];
	uint32_t name_bytes;
};

int address_get(struct task *t, uint64_t from, uint32_t bytes, struct socket_address *a);	/* -EINVAL, -EFAULT */
int address_put(struct task *t, const char *name, uint32_t name_bytes, uint64_t to, uint64_t bytes_at);	/* sockaddr and its size; TO 0: neither */
int address_find(struct task *t, const struct socket_address *a, int type, struct socket **found);	/* who is bound: -ECONNREFUSED, node_find's */
int socket_join(struct socket *s, struct socket *to);			/* datagrams: S sends to it; NULL: to nobody.  -EPERM */
void socket_unname(struct socket *s);

/* --- socket_data.c ---------------------------------------------------------------------------------------------------------------------------- */

struct sending {
	struct parcel with;			/* rights are taken over when they are sent */
	const struct socket_address *to;	/* NULL: the peer */
	unsigned flags;				/* MSG_* */
};

struct receiving {
	struct parcel came;			/* rights are the caller's now */
	unsigned flags;				/* MSG_*, of the call; then those of what came */
};

/* Nothing goes or came with the bytes; a name is only as long as it says. */
static inline void
parcel_none(struct parcel *p)
{
	p->credentials = false;
	p->name_bytes = 0;
	p->rights = NULL;
}

int64_t socket_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position);
int64_t socket_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position);
int64_t socket_send(struct task *t, struct file *f, struct user_data *d, struct sending *s);
int64_t socket_receive(struct task *t, struct file *f, struct user_data *d, struct receiving *r);
uint32_t socket_left(const struct socket *s);				/* room for more */
bool socket_many(const struct socket *s, const struct socket *from);	/* datagrams from one that it does not send to itself */
bool socket_full(const struct socket *s, const struct socket *from);	/* who wants to send waits */

/* --- parcel.c ---------------------------------------------------------------------------------------------------------------------------------- */

int rights_add(struct rights **rights, struct file *f);			/* held.  -ENOMEM */
struct rights *rights_copy(const struct rights *from);			/* as many as there is memory for */
void rights_drop(struct rights *rights);

bool parcel_add(struct socket *to, const struct parcel *like, uint32_t bytes);	/* of those that come next; false: there is no memory */
void parcel_remove(struct socket *s);					/* the first, which has no rights any more */
void parcels_drop(struct socket *s);
