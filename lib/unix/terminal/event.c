/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventfd and timerfd.
 *
 * An event counter is in the open file itself: `value'; `position' is 1 for one that is read one by one (EFD_SEMAPHORE).  A timer's expirations are not events that
 * anybody handles: they are what the clock says when somebody looks.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "clock.h"
#include "poll.h"

#define EVENT_MOST 0xfffffffffffffffeul

/* --- eventfd ---------------------------------------------------------------------------------------------------------------------------- */

static int64_t
event_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	if (d->left < sizeof(f->value))
		return -EINVAL;
	while (!f->value) {
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &f->queue, UNIX_NEVER);
		if (error)
			return error;
	}
	uint64_t value = f->position ? 1 : f->value;
	int error = data_put(d, &value, sizeof(value));
	if (error)
		return error;
	f->value -= value;
	wait_wake(&f->queue);
	return sizeof(value);
}

static int64_t
event_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	uint64_t value;

	if (d->left < sizeof(value))
		return -EINVAL;
	int error = data_get(d, &value, sizeof(value));
	if (error)
		return error;
	if (value > EVENT_MOST)
		return -EINVAL;
	while (value > EVENT_MOST - f->value) {
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		error = wait_at(t, &f->queue, UNIX_NEVER);
		if (error)
			return error;
	}
	f->value += value;
	wait_wake(&f->queue);
	return sizeof(value);
}

static unsigned
event_poll(struct file *f, struct poll_call *p)
{
	poll_queue_for(p, &f->queue, POLLIN | POLLOUT);
	return (f->value ? POLLIN : 0) | (f->value < EVENT_MOST ? POLLOUT : 0);
}

/* There is one place, as for Linux. */
int64_t
event_seek(struct file *f, int64_t offset, int whence)
{
	return 0;
}

const struct file_operation event_operation = { .read = event_read, .write = event_write, .seek = event_seek, .poll = event_poll };

int64_t
unix_eventfd2(struct task *t, uint64_t value, int flags)
{
	if (flags & ~(EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE))
		return -EINVAL;
	struct file *f = file_make(FILE_EVENT, O_RDWR | (flags & EFD_NONBLOCK));
	if (!f)
		return -ENFILE;
	f->value = (uint32_t)value;
	f->position = flags & EFD_SEMAPHORE;
	return file_install(t, f, (uint32_t)flags & O_CLOEXEC);
}

int64_t
unix_eventfd(struct task *t, uint64_t value)
{
	return unix_eventfd2(t, value, 0);
}

/* --- timerfd ---------------------------------------------------------------------------------------------------------------------------- */

/* Expirations since it was set. */
static uint64_t
timer_count(const struct timer *r)
{
	uint64_t now = host_clock();

	if (!r->next || now < r->next)
		return 0;
	return 1 + (r->interval ? (now - r->next) / r->interval : 0);
}

/* When the count is more than SEEN. */
static uint64_t
timer_due(const struct timer *r)
{
	if (!r->next || (r->seen && !r->interval))
		return UNIX_NEVER;
	return r->next + r->seen * r->interval;
}

static int64_t
timer_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct timer *r = f->timer;
	uint64_t count;

	if (d->left < sizeof(count))
		return -EINVAL;
	while ((count = timer_count(r)) == r->seen) {
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &f->queue, timer_due(r));
		if (error && error != -ETIMEDOUT)
			return error;
	}
	uint64_t told = count - r->seen;
	int error = data_put(d, &told, sizeof(told));
	if (error)
		return error;
	r->seen = count;
	return sizeof(told);
}

/* Who waits for it does so until it is due. */
static unsigned
timer_poll(struct file *f, struct poll_call *p)
{
	const struct timer *r = f->timer;
	uint64_t due = timer_due(r), count = timer_count(r);

	poll_queue_for(p, &f->queue, POLLIN);
	if (p)
		p->wakes += count;
	if (p && due < p->deadline && count == r->seen)
		p->deadline = due;
	return count != r->seen ? POLLIN : 0;
}

static void
timer_close(struct file *f)
{
	arena_give(ARENA_TIMER, f->timer);
}

const struct file_operation timer_operation = { .read = timer_read, .seek = event_seek, .poll = timer_poll, .close = timer_close };

static bool
timer_clock(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME;
}

int64_t
unix_timerfd_create(struct task *t, int clock, int flags)
{
	if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK) || !timer_clock(clock))
		return -EINVAL;
	struct file *f = file_make(FILE_TIMER, O_RDWR | (flags & TFD_NONBLOCK));
	if (!f)
		return -ENFILE;
	f->timer = arena_take(ARENA_TIMER);
	if (!f->timer) {
		f->kind = FILE_EVENT;		/* which has nothing to be given back */
		file_drop(f);
		return -ENOMEM;
	}
	f->timer->clock = clock;
	return file_install(t, f, (uint32_t)flags & O_CLOEXEC);
}

/* struct itimerspec: the interval, then what is left. */
static int
timer_tell(struct task *t, const struct timer *r, uint64_t to)
{
	uint64_t now = host_clock(), due = r->next ? r->next + (r->interval ? timer_count(r) * r->interval : 0) : 0;
	uint64_t left = due > now ? due - now : 0;
	uint64_t words[4] = { r->interval / SECOND, r->interval % SECOND, left / SECOND, left % SECOND };

	return host_copy_out(t, to, words, sizeof(words));
}

static int
timer_of(struct task *t, int fd, struct file **found)
{
	struct file *f = file_of(t, fd);

	if (!f)
		return -EBADF;
	if (f->kind != FILE_TIMER)
		return -EINVAL;
	*found = f;
	return 0;
}

int64_t
unix_timerfd_gettime(struct task *t, int fd, uint64_t to)
{
	struct file *f;
	int error = timer_of(t, fd, &f);

	return error ? error : timer_tell(t, f->timer, to);
}

/* The host's clock when it is AT of a timer's clock; what has been is now. */
static uint64_t
timer_at(const struct timer *r, uint64_t at)
{
	uint64_t begin = r->clock == CLOCK_REALTIME ? host_wall() : 0;

	return at > begin ? at - begin : 1;
}

int64_t
unix_timerfd_settime(struct task *t, int fd, int flags, uint64_t from, uint64_t old)
{
	int64_t words[4];
	uint64_t interval, first;
	struct file *f;

	if (host_copy_in(t, words, from, sizeof(words)))
		return -EFAULT;
	if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) || !clock_span(words, 1, &interval) || !clock_span(words + 2, 1, &first))
		return -EINVAL;
	int error = timer_of(t, fd, &f);
	if (error)
		return error;
	if (old && timer_tell(t, f->timer, old))
		return -EFAULT;
	struct timer *r = f->timer;
	r->seen = 0;
	r->interval = interval;
	r->next = !first ? 0 : flags & TFD_TIMER_ABSTIME ? timer_at(r, first) : clock_after(first);
	wait_wake(&f->queue);
	return 0;
}
