/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * poll and select: rounds over the files of a call.  The first round enters the files' queues until it finds one that is ready; who waits is woken by any of them, and
 * begins a new round.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "clock.h"
#include "poll.h"

#define READY_ALWAYS (POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM)

int
poll_queue(struct poll_call *p, struct wait_queue *q)
{
	if (!p)
		return 0;
	p->wakes += q->wakes;
	if (p->enter && !p->error)
		p->error = wait_enter(p->task, q);
	return p->error;
}

unsigned
poll_file(struct file *f, struct poll_call *p, unsigned wanted)
{
	const struct file_operation *operation = file_operations[f->kind];

	p->wanted = wanted;
	return (operation->poll ? operation->poll(f, p) : READY_ALWAYS) & (wanted | POLLERR | POLLHUP);
}

int64_t
poll_until(struct task *t, uint64_t deadline, int64_t (*ask)(struct poll_call *p, void *what), void *what)
{
	struct poll_call p = { .task = t, .enter = deadline > host_clock() };

	for (;;) {
		p.deadline = deadline;
		int64_t ready = ask(&p, what);
		if (ready || p.error || !p.enter) {
			t->awaited = 0;
			wait_leave(t);
			return ready ? ready : p.error;
		}
		int error = t->waiter.queue ? 0 : wait_enter(t, &t->alone);
		if (!error)
			error = wait_now(t, p.deadline);
		if (t->awaited)
			error = signal_awaited(t, error);
		if (error == -ERESTARTSYS)
			return -ERESTARTNOHAND;
		if (error && error != -ETIMEDOUT)
			return error;
		p.enter = host_clock() < deadline;
	}
}

/* --- poll -------------------------------------------------------------------------------------------------------------------------------- */

#define POLL_CHUNK 32			/* of them on the stack */

struct poll_set {
	uint64_t address;		/* of struct pollfd */
	uint64_t count;
};

static unsigned
poll_one(struct poll_call *p, const struct pollfd *one)
{
	struct file *f = one->fd < 0 ? NULL : file_of(p->task, one->fd);

	if (f)
		return poll_file(f, p, (uint16_t)one->events);
	return one->fd < 0 ? 0 : POLLNVAL;
}

static int64_t
poll_ask(struct poll_call *p, void *what)
{
	const struct poll_set *set = what;
	struct pollfd chunk[POLL_CHUNK];
	int64_t ready = 0;

	for (uint64_t i = 0; i < set->count; i += POLL_CHUNK) {
		uint64_t count = set->count - i < POLL_CHUNK ? set->count - i : POLL_CHUNK, at = set->address + i * sizeof(*chunk);
		if (host_copy_in(p->task, chunk, at, count * sizeof(*chunk)))
			return -EFAULT;
		for (uint64_t j = 0; j < count; j++) {
			chunk[j].revents = (short)poll_one(p, &chunk[j]);
			ready += chunk[j].revents != 0;
			p->enter = p->enter && !ready;
		}
		if (host_copy_out(p->task, at, chunk, count * sizeof(*chunk)))
			return -EFAULT;
	}
	return ready;
}

static int64_t
poll_by(struct task *t, uint64_t address, uint64_t count, uint64_t deadline)
{
	struct poll_set set = { address, count };

	return count > t->process->limit[RLIMIT_NOFILE][0] ? -EINVAL : poll_until(t, deadline, poll_ask, &set);
}

int64_t
unix_poll(struct task *t, uint64_t files, uint64_t count, int timeout)
{
	return poll_by(t, files, count, timeout < 0 ? UNIX_NEVER : clock_after((uint64_t)timeout * 1000000));
}

/* --- select ------------------------------------------------------------------------------------------------------------------------------ */

enum { SELECT_READ, SELECT_WRITE, SELECT_EXCEPT, SELECT_SETS };

static const unsigned select_wanted[SELECT_SETS] = { POLLIN | POLLRDNORM, POLLOUT | POLLWRNORM, POLLPRI };
static const unsigned select_means[SELECT_SETS] = {
	POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR, POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR, POLLPRI,
};

struct select_set {
	unsigned count;
	fd_set in[SELECT_SETS], out[SELECT_SETS];
};

/* Bits of FD that hold, of those asked for; -EBADF. */
static int64_t
select_one(struct poll_call *p, struct select_set *s, int fd)
{
	unsigned wanted = 0, held;
	int64_t ready = 0;

	for (unsigned i = 0; i < SELECT_SETS; i++)
		wanted |= FD_ISSET(fd, &s->in[i]) ? select_wanted[i] : 0;
	if (!wanted)
		return 0;
	struct file *f = file_of(p->task, fd);
	if (!f)
		return -EBADF;
	held = poll_file(f, p, wanted);
	for (unsigned i = 0; i < SELECT_SETS; i++) {
		if (FD_ISSET(fd, &s->in[i]) && held & select_means[i]) {
			FD_SET(fd, &s->out[i]);
			ready++;
		}
	}
	return ready;
}

static int64_t
select_ask(struct poll_call *p, void *what)
{
	struct select_set *s = what;
	int64_t ready = 0;

	memset(s->out, 0, sizeof(s->out));
	for (unsigned fd = 0; fd < s->count; fd++) {
		int64_t one = select_one(p, s, (int)fd);
		if (one < 0)
			return one;
		ready += one;
		p->enter = p->enter && !ready;
	}
	return ready;
}

static uint64_t
select_bytes(const struct select_set *s)
{
	return (s->count + 63) / 64 * 8;
}

static int
select_copy_in(struct task *t, struct select_set *s, const uint64_t address[SELECT_SETS])
{
	memset(s->in, 0, sizeof(s->in));
	for (unsigned i = 0; i < SELECT_SETS; i++) {
		if (address[i] && host_copy_in(t, &s->in[i], address[i], select_bytes(s)))
			return -EFAULT;
	}
	return 0;
}

static int64_t
select_by(struct task *t, int count, const uint64_t address[SELECT_SETS], uint64_t deadline)
{
	struct select_set s = { .count = count < FD_SETSIZE ? (unsigned)count : FD_SETSIZE };

	if (count < 0)
		return -EINVAL;
	if (select_copy_in(t, &s, address))
		return -EFAULT;
	int64_t ready = poll_until(t, deadline, select_ask, &s);
	for (unsigned i = 0; ready >= 0 && i < SELECT_SETS; i++) {
		if (address[i] && host_copy_out(t, address[i], &s.out[i], select_bytes(&s)))
			return -EFAULT;
	}
	return ready;
}

/* What is left until DEADLINE is told at TIME, in the form that it came: nanoseconds or, of a timeval, microseconds.  A time that cannot be written is left. */
static void
time_left(struct task *t, uint64_t time, uint64_t deadline, uint64_t unit)
{
	uint64_t now = host_clock(), left = deadline > now ? deadline - now : 0;
	uint64_t pair[2] = { left / SECOND, left % SECOND / unit };

	if (time && deadline != UNIX_NEVER)
		host_copy_out(t, time, pair, sizeof(pair));
}

int64_t
unix_select(struct task *t, int count, uint64_t read, uint64_t write, uint64_t except, uint64_t time)
{
	uint64_t deadline, address[SELECT_SETS] = { read, write, except };
	int error = clock_deadline(t, time, MICROSECOND, &deadline);

	if (error)
		return error;
	int64_t ready = select_by(t, count, address, deadline);
	time_left(t, time, deadline, MICROSECOND);
	return ready;
}

/* --- with a mask of signals ------------------------------------------------------------------------------------------------------------------ */

int
mask_put(struct task *t, uint64_t mask, uint64_t bytes)
{
	uint64_t set;

	if (!mask)
		return 0;
	if (bytes != sizeof(set))
		return -EINVAL;
	if (host_copy_in(t, &set, mask, sizeof(set)))
		return -EFAULT;
	signal_mask_put(t, set);
	return 0;
}

int64_t
mask_back(struct task *t, uint64_t mask, int64_t result)
{
	if (mask && !restarts(result))
		signal_mask_back(t);
	return result;
}

int64_t
unix_ppoll(struct task *t, uint64_t files, uint64_t count, uint64_t time, uint64_t mask, uint64_t bytes)
{
	uint64_t deadline;
	int error = clock_deadline(t, time, 1, &deadline);

	if (!error)
		error = mask_put(t, mask, bytes);
	if (error)
		return error;
	int64_t ready = mask_back(t, mask, poll_by(t, files, count, deadline));
	time_left(t, time, deadline, 1);
	return ready;
}

int64_t
unix_pselect6(struct task *t, int count, uint64_t read, uint64_t write, uint64_t except, uint64_t time, uint64_t masked)
{
	uint64_t deadline, address[SELECT_SETS] = { read, write, except }, mask[2] = { 0 };
	int error = masked ? host_copy_in(t, mask, masked, sizeof(mask)) : 0;

	if (!error)
		error = clock_deadline(t, time, 1, &deadline);
	if (!error)
		error = mask_put(t, mask[0], mask[1]);
	if (error)
		return error;
	int64_t ready = mask_back(t, mask[0], select_by(t, count, address, deadline));
	time_left(t, time, deadline, 1);
	return ready;
}
