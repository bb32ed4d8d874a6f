/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoll: a list of watches, each of an open file by a descriptor.  It is asked as poll asks.  An edge is a wake of a queue of the file's since it was told last: queues
 * count them, so nothing is called when a file changes.
 *
 * An epoll that watches epolls is not watched by another: so the asking has an end that is near (Linux allows three more levels).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "clock.h"
#include "poll.h"

#define EPOLL_KEPT	(EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE)	/* bits of a watch that are not poll's */
#define EPOLL_EVENTS	0xaaaaaaa	/* INT_MAX / sizeof(struct epoll_event) */
#define EPOLL_ALWAYS	(EPOLLERR | EPOLLHUP)	/* told without being asked for */
#define NEVER_TOLD	UINT64_MAX

/* --- watches ------------------------------------------------------------------------------------------------------------------------------ */

static struct watch *
watch_find(struct epoll *e, const struct file *f, int fd)
{
	struct watch *w = e->first;

	while (w && (w->file != f || w->fd != fd))
		w = w->next;
	return w;
}

static void
watch_append(struct epoll *e, struct watch *w)
{
	w->next = NULL;
	if (e->last)
		e->last->next = w;
	else
		e->first = w;
	e->last = w;
}

static void
watch_unlink(struct epoll *e, struct watch *w)
{
	struct watch *before = NULL;

	for (struct watch *at = e->first; at != w; at = at->next)
		before = at;
	*(before ? &before->next : &e->first) = w->next;
	if (e->last == w)
		e->last = before;
}

static void
watch_end(struct watch *w)
{
	struct watch **link = &w->file->watches;

	while (*link != w)
		link = &(*link)->next_of_file;
	*link = w->next_of_file;
	w->epoll->nested -= w->file->kind == FILE_EPOLL;
	watch_unlink(w->epoll, w);
	arena_give(ARENA_WATCH, w);
}

void
watch_forget(struct file *f)
{
	while (f->watches)
		watch_end(f->watches);
}

static int
watch_make(struct epoll *e, struct file *f, int fd, const struct epoll_event *event)
{
	struct watch *w = arena_take(ARENA_WATCH);

	if (!w)
		return -ENOMEM;
	*w = (struct watch){ e, f, fd, event->events | EPOLL_ALWAYS, event->data.u64, NEVER_TOLD, NULL, f->watches };
	f->watches = w;
	e->nested += f->kind == FILE_EPOLL;
	watch_append(e, w);
	return 0;
}

/* --- asking -------------------------------------------------------------------------------------------------------------------------------- */

/* What W has to tell now: 0, if nothing, or nothing new where only that is wanted. */
static unsigned
watch_ask(struct watch *w, struct poll_call *p, uint64_t *wakes)
{
	uint64_t before = p->wakes;

	*wakes = 0;
	if (!(w->events & ~EPOLL_KEPT))
		return 0;
	unsigned held = poll_file(w->file, p, w->events & ~EPOLL_KEPT);
	*wakes = p->wakes - before;
	return w->events & EPOLLET && *wakes == w->wakes ? 0 : held;
}

static unsigned
epoll_poll(struct file *f, struct poll_call *p)
{
	struct poll_call none = { .task = NULL };
	uint64_t wakes;

	if (!p)
		p = &none;
	poll_queue_for(p, &f->epoll->changed, POLLIN);
	for (struct watch *w = f->epoll->first; w; w = w->next) {
		if (watch_ask(w, p, &wakes))
			return POLLIN;
	}
	return 0;
}

static void
epoll_close(struct file *f)
{
	while (f->epoll->first)
		watch_end(f->epoll->first);
	arena_give(ARENA_EPOLL, f->epoll);
}

const struct file_operation epoll_operation = { .seek = event_seek, .poll = epoll_poll, .close = epoll_close };

struct epoll_wait {
	struct epoll *epoll;
	uint64_t address;		/* of struct epoll_event, for MOST */
	int64_t most;
};

/* A watch that was told goes behind the others, so that all come to be told where there is room for a few. */
static int
watch_tell(struct epoll_wait *e, struct task *t, struct watch *w, unsigned held, uint64_t wakes, int64_t index)
{
	struct epoll_event event = { .events = held, .data.u64 = w->data };

	if (host_copy_out(t, e->address + (uint64_t)index * sizeof(event), &event, sizeof(event)))
		return -EFAULT;
	w->wakes = wakes;
	if (w->events & EPOLLONESHOT)
		w->events &= EPOLL_KEPT;
	watch_unlink(e->epoll, w);
	watch_append(e->epoll, w);
	return 0;
}

static int64_t
epoll_ask(struct poll_call *p, void *what)
{
	struct epoll_wait *e = what;
	struct watch *last = e->epoll->last;
	int64_t ready = 0;

	p->wanted = POLLIN;
	poll_queue_for(p, &e->epoll->changed, POLLIN);
	for (struct watch *w = e->epoll->first, *next; w && ready < e->most; w = next) {
		uint64_t wakes;
		unsigned held = watch_ask(w, p, &wakes);
		next = w == last ? NULL : w->next;
		if (!held)
			continue;
		int error = watch_tell(e, p->task, w, held, wakes, ready);
		if (error)
			return ready ? ready : error;
		p->enter = false;
		ready++;
	}
	return ready;
}

/* --- calls ---------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_epoll_create1(struct task *t, int flags)
{
	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	struct epoll *e = arena_take(ARENA_EPOLL);
	struct file *f = e ? file_make(FILE_EPOLL, O_RDWR) : NULL;
	if (!f) {
		if (e)
			arena_give(ARENA_EPOLL, e);
		return -ENOMEM;
	}
	f->epoll = e;
	return file_install(t, f, (uint32_t)flags & O_CLOEXEC);
}

int64_t
unix_epoll_create(struct task *t, int size)
{
	return size > 0 ? unix_epoll_create1(t, 0) : -EINVAL;
}

static int
epoll_add(struct file *epoll, struct file *f, int fd, const struct epoll_event *event)
{
	struct epoll *e = epoll->epoll;

	if (watch_find(e, f, fd))
		return -EEXIST;
	if (f->kind == FILE_EPOLL && (epoll->watches || f->epoll->nested))
		return -ELOOP;
	int error = watch_make(e, f, fd, event);
	if (!error)
		wait_wake(&e->changed);
	return error;
}

static int
epoll_change(struct epoll *e, struct watch *w, const struct epoll_event *event)
{
	if (!w)
		return -ENOENT;
	if ((w->events | event->events) & EPOLLEXCLUSIVE)
		return -EINVAL;
	w->events = event->events | EPOLL_ALWAYS;
	w->data = event->data.u64;
	w->wakes = NEVER_TOLD;
	wait_wake(&e->changed);
	return 0;
}

static int
epoll_remove(struct watch *w)
{
	if (!w)
		return -ENOENT;
	watch_end(w);
	return 0;
}

int64_t
unix_epoll_ctl(struct task *t, int epfd, int operation, int fd, uint64_t event_at)
{
	struct epoll_event event = { 0 };

	if (operation != EPOLL_CTL_DEL && host_copy_in(t, &event, event_at, sizeof(event)))
		return -EFAULT;
	struct file *e = file_of(t, epfd), *f = file_of(t, fd);
	if (!e || !f)
		return -EBADF;
	if (!file_operations[f->kind]->poll)
		return -EPERM;
	if (e == f || e->kind != FILE_EPOLL)
		return -EINVAL;
	switch (operation) {
	case EPOLL_CTL_ADD:
		return epoll_add(e, f, fd, &event);
	case EPOLL_CTL_MOD:
		return epoll_change(e->epoll, watch_find(e->epoll, f, fd), &event);
	case EPOLL_CTL_DEL:
		return epoll_remove(watch_find(e->epoll, f, fd));
	default:
		return -EINVAL;
	}
}

static int64_t
epoll_by(struct task *t, int epfd, uint64_t events, int most, uint64_t deadline)
{
	if (most <= 0 || most > EPOLL_EVENTS)
		return -EINVAL;
	struct file *f = file_of(t, epfd);
	if (!f)
		return -EBADF;
	if (f->kind != FILE_EPOLL)
		return -EINVAL;
	struct epoll_wait wait = { f->epoll, events, most };
	file_hold(f);
	int64_t ready = poll_until(t, deadline, epoll_ask, &wait);
	file_drop(f);
	return ready;
}

static uint64_t
epoll_deadline(int timeout)
{
	return timeout < 0 ? UNIX_NEVER : clock_after((uint64_t)timeout * 1000000);
}

int64_t
unix_epoll_wait(struct task *t, int epfd, uint64_t events, int most, int timeout)
{
	return epoll_by(t, epfd, events, most, epoll_deadline(timeout));
}

int64_t
unix_epoll_pwait(struct task *t, int epfd, uint64_t events, int most, int timeout, uint64_t mask, uint64_t bytes)
{
	int error = mask_put(t, mask, bytes);

	return error ? error : mask_back(t, mask, epoll_by(t, epfd, events, most, epoll_deadline(timeout)));
}
