/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file is changed in but its content: mode, owner, times; size. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

#define SECOND	1000000000ul
#define NOBODY	0xffffffffu		/* of chown: stays */
#define SIGXFSZ	25
#define FALLOC_FL_ZERO_RANGE 0x10

/* The node of an open file that may be changed by it. */
static int
node_of(struct task *t, int fd, struct node **n)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	*n = f->node;
	return f->node && f->node->sort == NODE_STORED ? 0 : -EPERM;
}

/* --- mode ------------------------------------------------------------------------------------------------------------------------------ */

static int
mode_change(struct task *t, struct node *n, uint32_t mode)
{
	if (n->sort != NODE_STORED || !node_owned(t, n))
		return -EPERM;
	if (S_ISLNK(n->mode))
		return -EOPNOTSUPP;
	if (t->process->who.fsuid && !node_member(t, n->gid))
		mode &= ~(uint32_t)S_ISGID;
	n->mode = (n->mode & S_IFMT) | (mode & 07777);
	n->changed = node_time();
	return 0;
}

int64_t
unix_fchmodat(struct task *t, int at, uint64_t path, uint32_t mode)
{
	struct walk w;
	int error = walk_user(t, at, path, WALK_FOLLOW, 0, &w);

	if (error)
		return error;
	error = mode_change(t, w.node, mode);
	walk_end(&w);
	return error;
}

int64_t
unix_chmod(struct task *t, uint64_t path, uint32_t mode)
{
	return unix_fchmodat(t, AT_FDCWD, path, mode);
}

int64_t
unix_fchmod(struct task *t, int fd, uint32_t mode)
{
	struct node *n;
	int error = node_of(t, fd, &n);

	return error ? error : mode_change(t, n, mode);
}

/* --- owner ----------------------------------------------------------------------------------------------------------------------------- */

/* An owner may give a file to a group that he is in. */
static int
owner_change(struct task *t, struct node *n, uint32_t uid, uint32_t gid)
{
	uint32_t self = t->process->who.fsuid;

	if (n->sort != NODE_STORED)
		return -EPERM;
	if (self && uid != NOBODY && (self != n->uid || uid != n->uid))
		return -EPERM;
	if (self && gid != NOBODY && (self != n->uid || (gid != n->gid && !node_member(t, gid))))
		return -EPERM;
	if (uid != NOBODY)
		n->uid = uid;
	if (gid != NOBODY)
		n->gid = gid;
	if (!S_ISDIR(n->mode) && (uid != NOBODY || gid != NOBODY))
		n->mode &= ~(uint32_t)(S_ISUID | (n->mode & S_IXGRP ? S_ISGID : 0));
	n->changed = node_time();
	return 0;
}

int64_t
unix_fchownat(struct task *t, int at, uint64_t path, uint32_t uid, uint32_t gid, int flags)
{
	struct walk w;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int error = walk_user(t, at, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), 0, &w);
	if (error)
		return error;
	error = owner_change(t, w.node, uid, gid);
	walk_end(&w);
	return error;
}

int64_t
unix_chown(struct task *t, uint64_t path, uint32_t uid, uint32_t gid)
{
	return unix_fchownat(t, AT_FDCWD, path, uid, gid, 0);
}

int64_t
unix_lchown(struct task *t, uint64_t path, uint32_t uid, uint32_t gid)
{
	return unix_fchownat(t, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

int64_t
unix_fchown(struct task *t, int fd, uint32_t uid, uint32_t gid)
{
	struct node *n;
	int error = node_of(t, fd, &n);

	return error ? error : owner_change(t, n, uid, gid);
}

/* --- times ----------------------------------------------------------------------------------------------------------------------------- */

/* Access and modification, as utimensat has them. */
struct times {
	struct timespec time[2];
};

static const struct times times_now = { .time = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } } };

static bool
is_plain(const struct timespec *time)
{
	return time->tv_nsec != UTIME_NOW && time->tv_nsec != UTIME_OMIT;
}

static int
times_check(const struct times *times)
{
	for (unsigned i = 0; i < 2; i++) {
		if (is_plain(&times->time[i]) && (uint64_t)times->time[i].tv_nsec >= SECOND)
			return -EINVAL;
	}
	return 0;
}

static void
time_set(uint64_t *to, const struct timespec *time, uint64_t now)
{
	if (time->tv_nsec == UTIME_NOW)
		*to = now;
	else if (time->tv_nsec != UTIME_OMIT)
		*to = (uint64_t)time->tv_sec * SECOND + (uint64_t)time->tv_nsec;
}

/* Who may write may set the present; any time its owner. */
static int
times_set(struct task *t, struct node *n, const struct times *times)
{
	uint64_t now = node_time();
	bool present = times->time[0].tv_nsec == UTIME_NOW && times->time[1].tv_nsec == UTIME_NOW;

	if (n->sort != NODE_STORED)
		return -EPERM;
	if (!node_owned(t, n)) {
		if (!present)
			return -EPERM;
		if (node_allows(t, n, W_OK))
			return -EACCES;
	}
	time_set(&n->accessed, &times->time[0], now);
	time_set(&n->modified, &times->time[1], now);
	n->changed = now;
	return 0;
}

static bool
is_nothing(const struct times *times)
{
	return times->time[0].tv_nsec == UTIME_OMIT && times->time[1].tv_nsec == UTIME_OMIT;
}

static int
times_path(struct task *t, int at, uint64_t path, const struct times *times, unsigned flags)
{
	struct walk w;
	int error = walk_user(t, at, path, flags, 0, &w);

	if (error)
		return error;
	error = times_set(t, w.node, times);
	walk_end(&w);
	return error;
}

int64_t
unix_utimensat(struct task *t, int at, uint64_t path, uint64_t address, int flags)
{
	struct times times = times_now;
	struct node *n;
	int error = 0;

	if (address) {
		error = host_copy_in(t, &times, address, sizeof(times));
		if (!error && is_nothing(&times))
			return 0;
		if (!error)
			error = times_check(&times);
	}
	if (error)
		return error;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (path)
		return times_path(t, at, path, &times, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0));
	if (at == AT_FDCWD)
		return -EFAULT;
	if (flags)
		return -EINVAL;
	error = node_of(t, at, &n);
	return error ? error : times_set(t, n, &times);
}

int64_t
unix_futimesat(struct task *t, int at, uint64_t path, uint64_t address)
{
	struct times times = times_now;
	struct timeval old[2];

	if (address) {
		int error = host_copy_in(t, old, address, sizeof(old));
		if (error)
			return error;
		for (unsigned i = 0; i < 2; i++) {
			if ((uint64_t)old[i].tv_usec >= 1000000)
				return -EINVAL;
			times.time[i] = (struct timespec){ .tv_sec = old[i].tv_sec, .tv_nsec = old[i].tv_usec * 1000 };
		}
	}
	return times_path(t, at, path, &times, WALK_FOLLOW);
}

int64_t
unix_utimes(struct task *t, uint64_t path, uint64_t address)
{
	return unix_futimesat(t, AT_FDCWD, path, address);
}

int64_t
unix_utime(struct task *t, uint64_t path, uint64_t address)
{
	struct times times = times_now;
	struct utimbuf old;

	if (address) {
		int error = host_copy_in(t, &old, address, sizeof(old));
		if (error)
			return error;
		times = (struct times){ .time = { { .tv_sec = old.actime }, { .tv_sec = old.modtime } } };
	}
	return times_path(t, AT_FDCWD, path, &times, WALK_FOLLOW);
}

/* --- size ------------------------------------------------------------------------------------------------------------------------------ */

static int
size_limit(struct task *t, uint64_t bytes)
{
	if (bytes <= t->process->limit[RLIMIT_FSIZE][0])
		return 0;
	signal_simple(t->process, SIGXFSZ);
	return -EFBIG;
}

static int
size_change(struct task *t, struct node *n, uint64_t bytes)
{
	if ((n->seals & F_SEAL_SHRINK && bytes < n->size) || (n->seals & F_SEAL_GROW && bytes > n->size))
		return -EPERM;
	int error = bytes > n->size ? size_limit(t, bytes) : 0;
	if (error)
		return error;
	if (bytes != n->size)
		content_cut(n, bytes);
	node_touch(n);
	if (n->mode & (S_ISUID | S_ISGID))
		node_disarm(t, n);
	return 0;
}

static int
truncate_check(struct task *t, const struct node *n)
{
	if (S_ISDIR(n->mode))
		return -EISDIR;
	if (!S_ISREG(n->mode))
		return -EINVAL;
	int error = node_allows(t, n, W_OK);
	if (!error && n->sort != NODE_STORED)
		return -EPERM;
	return error ? error : n->writers < 0 ? -ETXTBSY : 0;
}

int64_t
unix_truncate(struct task *t, uint64_t path, int64_t bytes)
{
	struct walk w;

	if (bytes < 0)
		return -EINVAL;
	int error = walk_user(t, AT_FDCWD, path, WALK_FOLLOW, 0, &w);
	if (error)
		return error;
	error = truncate_check(t, w.node);
	if (!error)
		error = size_change(t, w.node, (uint64_t)bytes);
	walk_end(&w);
	return error;
}

int64_t
unix_ftruncate(struct task *t, int fd, int64_t bytes)
{
	struct file *f = file_of(t, fd);

	if (bytes < 0)
		return -EINVAL;
	if (!f || is_path(f))
		return -EBADF;
	if (f->kind != FILE_NODE || !f->writable)
		return -EINVAL;
	return size_change(t, f->node, (uint64_t)bytes);
}

static int
reserve_check(const struct file *f, int mode, int64_t offset, int64_t bytes)
{
	if (!f || is_path(f))
		return -EBADF;
	if (offset < 0 || bytes <= 0)
		return -EINVAL;
	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE) || mode == FALLOC_FL_PUNCH_HOLE
	    || (mode & FALLOC_FL_PUNCH_HOLE && mode & FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	if (!f->writable)
		return -EBADF;
	if (f->kind == FILE_PIPE)
		return -ESPIPE;
	if (f->kind == FILE_DIRECTORY)
		return -EISDIR;
	if (f->kind != FILE_NODE)
		return -ENODEV;
	return offset > INT64_MAX - bytes ? -EFBIG : 0;
}

int64_t
unix_fallocate(struct task *t, int fd, int mode, int64_t offset, int64_t bytes)
{
	struct file *f = file_of(t, fd);
	int error = reserve_check(f, mode, offset, bytes);

	if (error)
		return error;
	struct node *n = f->node;
	uint64_t from = (uint64_t)offset, end = from + (uint64_t)bytes;
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > n->size)
		error = n->seals & F_SEAL_GROW ? -EPERM : size_limit(t, end);
	if (n->seals & F_SEAL_WRITE && mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		error = -EPERM;
	if (error)
		return error;
	if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		content_clear(n, from, (end < n->size ? end : n->size) > from ? (end < n->size ? end : n->size) - from : 0);
	if (!(mode & FALLOC_FL_PUNCH_HOLE))
		error = content_reserve(n, from, end - from);
	if (!error && !(mode & FALLOC_FL_KEEP_SIZE) && end > n->size)
		n->size = end;
	node_touch(n);
	return error;
}

/* --- what has no effect here: all is in memory --------------------------------------------------------------------------------------- */

int64_t
unix_fsync(struct task *t, int fd)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	return f->kind <= FILE_DIRECTORY || f->kind == FILE_TEXT ? 0 : -EINVAL;
}

int64_t
unix_fdatasync(struct task *t, int fd)
{
	return unix_fsync(t, fd);
}

int64_t
unix_sync(struct task *t)
{
	return 0;
}

int64_t
unix_syncfs(struct task *t, int fd)
{
	return file_of(t, fd) ? 0 : -EBADF;
}

int64_t
unix_fadvise64(struct task *t, int fd, int64_t offset, int64_t bytes, int advice)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	if (f->kind == FILE_PIPE)
		return -ESPIPE;
	return bytes < 0 || (unsigned)advice > POSIX_FADV_NOREUSE ? -EINVAL : 0;
}
