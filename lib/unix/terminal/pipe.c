/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes and FIFOs.
 *
 * A write of at most PIPE_BUF bytes is whole or waits.  Who waits for room is woken when PIPE_BUF bytes are free, which also is what poll calls writable: a reader that
 * takes single bytes does not wake the writer for each.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "poll.h"
#include "ring.h"

#define PIPE_ROOM	65536
#define PIPE_ROOM_MOST	1048576		/* for who has no privilege: /proc/sys/fs/pipe-max-size */

/* --- reading and writing -------------------------------------------------------------------------------------------------------------- */

/* Until there is something to be read: 1; 0: nothing will come; or an error. */
static inline int
pipe_wait_filled(struct task *t, struct file *f)
{
	struct pipe *p = f->pipe;

	while (!p->ring.fill) {
		if (!p->writers)
			return 0;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &p->readable, UNIX_NEVER);
		if (error)
			return error;
	}
	return 1;
}

static int64_t
pipe_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct pipe *p = f->pipe;
	int filled = d->left ? pipe_wait_filled(t, f) : 0;

	if (filled <= 0)
		return filled;
	bool full = ring_left(&p->ring) < PIPE_BUF;
	int64_t got = ring_get(&p->ring, d, d->left < p->ring.fill ? d->left : p->ring.fill);
	if (full && ring_left(&p->ring) >= PIPE_BUF)
		wait_wake(&p->writable);
	return got;
}

/* Room for the next of LEFT bytes, or all of them if they are to be together: an error, 0: now. */
static __attribute__((noinline)) int
pipe_wait_room(struct task *t, struct file *f, uint64_t together)
{
	struct pipe *p = f->pipe;

	while (p->readers && ring_left(&p->ring) < together) {
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &p->writable, UNIX_NEVER);
		if (error)
			return error;
	}
	if (p->readers)
		return 0;
	signal_broken(t);
	return -EPIPE;
}

static int64_t
pipe_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct pipe *p = f->pipe;
	uint64_t together = d->left <= PIPE_BUF ? d->left : 1;
	int64_t done = 0;

	while (d->left) {
		int64_t put = p->readers && ring_left(&p->ring) >= together ? 0 : pipe_wait_room(t, f, together);
		if (!put)
			put = ring_put(&p->ring, d, d->left < ring_left(&p->ring) ? d->left : ring_left(&p->ring));
		if (put < 0)
			return done ? done : put;
		wait_wake(&p->readable);
		done += put;
	}
	return done;
}

/* Few bytes, from one page to another, while nobody waits for room. */
static __attribute__((flatten)) int64_t
pipe_read_plain(struct task *t, struct file *f, uint64_t to, uint64_t bytes)
{
	struct pipe *p = f->pipe;

	if (bytes - 1 >= UNIX_PAGE || to > MEMORY_END - bytes)
		return file_plain(t, f, to, bytes, false);
	file_hold(f);
	int64_t got = pipe_wait_filled(t, f);
	if (got > 0) {
		got = ring_left(&p->ring) < PIPE_BUF ? 0 : (int64_t)ring_get_few(&p->ring, t, to, bytes);
		if (!got)
			got = file_plain(t, f, to, bytes, false);
	}
	file_drop(f);
	return got;
}

static __attribute__((flatten)) int64_t
pipe_write_plain(struct task *t, struct file *f, uint64_t from, uint64_t bytes)
{
	struct pipe *p = f->pipe;

	if (bytes - 1 >= UNIX_PAGE || !p->readers || !ring_put_few(&p->ring, t, from, bytes))
		return file_plain(t, f, from, bytes, true);
	wait_wake(&p->readable);
	return (int64_t)bytes;
}

/* Where nobody reads: writing it is an error, and SIGPIPE as if the program had sent it. */
void
signal_broken(struct task *t)
{
	const struct process *p = t->process;

	signal_task(t, &(struct signal_info){ .number = SIGPIPE, .code = SI_USER, .by = { .pid = p->pid, .uid = p->who.uid } });
}

/* --- poll, ioctl, close ---------------------------------------------------------------------------------------------------------------------- */

/* A FIFO opened before its first writer is not at its end: `position' is how many had come then. */
static unsigned
pipe_poll(struct file *f, struct poll_call *p)
{
	struct pipe *pipe = f->pipe;
	unsigned events = 0;

	if (f->readable) {
		poll_queue_for(p, &pipe->readable, POLLIN);
		events |= pipe->ring.fill ? POLLIN | POLLRDNORM : 0;
		events |= !pipe->writers && f->position != pipe->opened_writing ? POLLHUP : 0;
	}
	if (f->writable) {
		poll_queue_for(p, &pipe->writable, POLLOUT);
		events |= ring_left(&pipe->ring) >= PIPE_BUF ? POLLOUT | POLLWRNORM : 0;
		events |= !pipe->readers ? POLLERR : 0;
	}
	return events;
}

static int64_t
pipe_control(struct task *t, struct file *f, unsigned request, uint64_t argument)
{
	int bytes = (int)f->pipe->ring.fill;

	return request == FIONREAD ? host_copy_out(t, argument, &bytes, sizeof(bytes)) : -ENOTTY;
}

static void
pipe_end(struct pipe *p)
{
	struct pipe **link = &shared->terminal.named;

	if (p->node) {
		while (*link != p)
			link = &(*link)->next_named;
		*link = p->next_named;
		node_drop(p->node);
	}
	ring_end(&p->ring);
	arena_give(ARENA_PIPE, p);
}

/* An end fewer to read or write. */
static void
pipe_leave(struct pipe *p, bool reads, bool writes)
{
	p->readers -= reads;
	p->writers -= writes;
	if (!p->readers && !p->writers) {
		pipe_end(p);
		return;
	}
	if (!p->writers)
		wait_wake(&p->readable);
	if (!p->readers)
		wait_wake(&p->writable);
}

static void
pipe_close(struct file *f)
{
	pipe_leave(f->pipe, f->readable, f->writable);
}

const struct file_operation pipe_operation = {
	.read = pipe_read,
	.write = pipe_write,
	.read_plain = pipe_read_plain,
	.write_plain = pipe_write_plain,
	.poll = pipe_poll,
	.control = pipe_control,
	.close = pipe_close,
};

/* --- pipe(), FIFOs ------------------------------------------------------------------------------------------------------------------------------ */

static struct pipe *
pipe_make(void)
{
	struct pipe *p = arena_take(ARENA_PIPE);

	if (p)
		p->ring.room = PIPE_ROOM;
	return p;
}

/* An open file for one end; NULL: there is no memory. */
static struct file *
pipe_file(struct pipe *p, uint32_t flags)
{
	struct file *f = file_make(FILE_PIPE, flags);

	if (!f)
		return NULL;
	f->pipe = p;
	p->readers += f->readable;
	p->writers += f->writable;
	p->opened_writing += f->writable;
	return f;
}

/* Both ends into PAIR. */
static int
pipe_pair(struct file *pair[2], uint32_t flags)
{
	struct pipe *p = pipe_make();

	if (!p)
		return -ENOMEM;
	pair[0] = pipe_file(p, O_RDONLY | flags);
	if (!pair[0]) {
		pipe_end(p);
		return -ENFILE;
	}
	pair[1] = pipe_file(p, O_WRONLY | flags);
	if (!pair[1]) {
		file_drop(pair[0]);
		return -ENFILE;
	}
	return 0;
}

/* Both open files become descriptors, told at address TO; or none. */
int
pair_install(struct task *t, struct file *pair[2], uint64_t to, uint32_t flags)
{
	int fd[2] = { file_install(t, pair[0], flags) };

	if (fd[0] < 0) {
		file_drop(pair[1]);
		return fd[0];
	}
	fd[1] = file_install(t, pair[1], flags);
	int error = fd[1] < 0 ? fd[1] : host_copy_out(t, to, fd, sizeof(fd));
	if (!error)
		return 0;
	files_close(t->process->files, fd[0]);
	if (fd[1] >= 0)
		files_close(t->process->files, fd[1]);
	return error;
}

int64_t
unix_pipe2(struct task *t, uint64_t to, int flags)
{
	struct file *pair[2];

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	int error = pipe_pair(pair, (uint32_t)flags & O_NONBLOCK);
	return error ? error : pair_install(t, pair, to, (uint32_t)flags & O_CLOEXEC);
}

int64_t
unix_pipe(struct task *t, uint64_t to)
{
	return unix_pipe2(t, to, 0);
}

/* The pipe of FIFO N, made when nobody has it open; NULL: there is no memory. */
static struct pipe *
pipe_of_node(struct node *n)
{
	struct pipe *p = shared->terminal.named;

	while (p && p->node != n)
		p = p->next_named;
	if (!p && (p = pipe_make())) {
		node_hold(n);
		p->node = n;
		p->next_named = shared->terminal.named;
		shared->terminal.named = p;
	}
	return p;
}

/* Until another has opened the other end, as COUNT tells. */
static int
pipe_wait_partner(struct task *t, struct wait_queue *q, const uint32_t *count)
{
	uint32_t before = *count;
	int error = 0;

	while (!error && *count == before)
		error = wait_at(t, q, UNIX_NEVER);
	return error;
}

int
pipe_open(struct task *t, struct file *f, struct node *n)
{
	struct pipe *p = pipe_of_node(n);
	int error = 0;

	if (!p)
		return -ENOMEM;
	if (f->writable && !f->readable && !p->readers && f->flags & O_NONBLOCK) {
		if (!p->writers)
			pipe_end(p);
		return -ENXIO;
	}
	p->readers += f->readable;
	p->writers += f->writable;
	p->opened_reading += f->readable;
	p->opened_writing += f->writable;
	wait_wake(&p->readable);
	wait_wake(&p->writable);
	if (!f->writable && !p->writers) {
		if (f->flags & O_NONBLOCK)
			f->position = p->opened_writing;
		else
			error = pipe_wait_partner(t, &p->readable, &p->opened_writing);
	}
	if (!f->readable && !p->readers)
		error = pipe_wait_partner(t, &p->writable, &p->opened_reading);
	if (error) {
		pipe_leave(p, f->readable, f->writable);
		return error;
	}
	f->kind = FILE_PIPE;
	f->pipe = p;
	return 0;
}

/* --- fcntl's --------------------------------------------------------------------------------------------------------------------------------------- */

int64_t
pipe_room(const struct file *f)
{
	return f->kind == FILE_PIPE ? (int64_t)f->pipe->ring.room : -EBADF;
}

int64_t
pipe_resize(struct task *t, struct file *f, uint64_t bytes)
{
	uint64_t room = UNIX_PAGE;

	if (f->kind != FILE_PIPE)
		return -EBADF;
	if (bytes > 1u << 31)
		return -EINVAL;
	while (room < bytes)
		room *= 2;
	struct ring *r = &f->pipe->ring;
	if (room > PIPE_ROOM_MOST && room > r->room && !privileged(t))
		return -EPERM;
	if (room < r->fill)
		return -EBUSY;
	int error = room > RING_LIMIT ? -ENOMEM : ring_resize(r, (uint32_t)room);
	if (error)
		return error;
	wait_wake(&f->pipe->writable);
	return (int64_t)room;
}
