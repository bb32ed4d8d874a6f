/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signalfd: signals are read instead of delivered.  Which, is the open file's `value'; whose, who reads or polls, so nothing is kept for it: who waits awaits them (struct
 * task), as sigtimedwait does.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "poll.h"

#define BIT(signal)	(1ul << ((signal) - 1))
#define SET_BYTES	8

_Static_assert(sizeof(struct signalfd_siginfo) == 128, "as Linux has it");

static void
tell_sender(struct signalfd_siginfo *to, const struct signal_info *info)
{
	to->ssi_pid = (uint32_t)info->by.pid;
	to->ssi_uid = info->by.uid;
	if (info->number == SIGCHLD && info->code > 0)
		to->ssi_status = (int32_t)info->by.value;
	if (info->code == SI_USER || info->code == SI_TKILL || info->code > 0)
		return;
	to->ssi_int = (int32_t)info->by.value;
	to->ssi_ptr = info->by.value;
}

static void
tell(struct signalfd_siginfo *to, const struct signal_info *info)
{
	bool fault = info->code > 0 && info->code < SI_KERNEL && BIT(info->number) & (BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGFPE) | BIT(SIGTRAP));

	*to = (struct signalfd_siginfo){ .ssi_signo = (uint32_t)info->number, .ssi_errno = info->error, .ssi_code = info->code };
	if (info->code == SI_TIMER) {
		to->ssi_tid = (uint32_t)info->timer.timer;
		to->ssi_overrun = (uint32_t)info->timer.overrun;
		to->ssi_int = (int32_t)info->timer.value;
		to->ssi_ptr = info->timer.value;
	} else if (fault) {
		to->ssi_addr = info->fault.address;
	} else {
		tell_sender(to, info);
	}
}

/* The next one; another that is to be delivered ends the wait. */
static int
signal_next(struct task *t, const struct file *f, struct signal_info *info, bool waits)
{
	int error = 0;

	while (!signal_take(t, f->value, info)) {
		if (error || !waits)
			return error ? error : -EAGAIN;
		t->awaited = f->value;
		error = signal_awaited(t, wait_at(t, &t->alone, UNIX_NEVER));
	}
	signal_look(t);
	return 0;
}

static int64_t
signal_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct signalfd_siginfo one;
	struct signal_info info;
	int64_t done = 0;

	if (d->left < sizeof(one))
		return -EINVAL;
	while (d->left >= sizeof(one)) {
		int error = signal_next(t, f, &info, !done && !(f->flags & O_NONBLOCK));
		if (!error) {
			tell(&one, &info);
			error = data_put(d, &one, sizeof(one));
		}
		if (error)
			return done ? done : error;
		done += sizeof(one);
	}
	return done;
}

static unsigned
signal_poll(struct file *f, struct poll_call *p)
{
	signal_set there = p ? signals_pending(p->task) & f->value : 0;

	if (p && p->enter)
		p->task->awaited |= f->value;
	if (p)
		p->wakes += there;
	return there ? POLLIN : 0;
}

const struct file_operation signalfd_operation = { .read = signal_read, .seek = event_seek, .poll = signal_poll };

int64_t
unix_signalfd4(struct task *t, int fd, uint64_t mask, uint64_t bytes, int flags)
{
	struct file *f = file_of(t, fd);
	signal_set set;

	if (bytes != SET_BYTES)
		return -EINVAL;
	if (host_copy_in(t, &set, mask, sizeof(set)))
		return -EFAULT;
	if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
		return -EINVAL;
	if (fd != -1 && (!f || f->kind != FILE_SIGNAL))
		return f ? -EINVAL : -EBADF;
	bool new = fd == -1;
	if (new)
		f = file_make(FILE_SIGNAL, O_RDWR | (flags & SFD_NONBLOCK));
	if (!f)
		return -ENFILE;
	f->value = set & ~(BIT(SIGKILL) | BIT(SIGSTOP));
	return new ? file_install(t, f, (uint32_t)flags & O_CLOEXEC) : fd;
}

int64_t
unix_signalfd(struct task *t, int fd, uint64_t mask, uint64_t bytes)
{
	return unix_signalfd4(t, fd, mask, bytes, 0);
}
