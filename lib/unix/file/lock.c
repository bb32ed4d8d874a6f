/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Locks of files: fcntl's, of ranges, and flock's.
 *
 * An owner's locks of a node do not overlap; adjacent ones of a type are one.  A change of a range takes at most two new objects, which are there before anything is
 * changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

#define LOCK_END	INT64_MAX	/* the last byte, of a lock to the end */
#define DEADLOCK_STEPS	10		/* so many waits are followed */

/* OWNER's go, of files as a whole, of ranges, or both. */
static void
release(struct node *n, const void *owner, bool whole, bool ranges)
{
	struct record_lock **link = &n->locks;

	while (*link) {
		struct record_lock *l = *link;
		if (l->owner == owner && (l->whole ? whole : ranges)) {
			*link = l->next;
			arena_give(ARENA_RECORD_LOCK, l);
		} else {
			link = &l->next;
		}
	}
	wait_wake(&shared->file.unlocked);
}

void
locks_release(struct node *n, const void *owner)
{
	release(n, owner, true, true);
}

/* --- what meets what ------------------------------------------------------------------------------------------------------------------- */

static bool
overlaps(const struct record_lock *a, const struct record_lock *b)
{
	return a->start <= b->end && b->start <= a->end;
}

/* The first lock of somebody else that WANTED cannot be beside; NULL: there is none. */
static struct record_lock *
obstacle_of(const struct node *n, const struct record_lock *wanted)
{
	struct record_lock *l = n->locks;

	while (l && (l->owner == wanted->owner || l->whole != wanted->whole || !(l->exclusive || wanted->exclusive) || !overlaps(l, wanted)))
		l = l->next;
	return l;
}

static const struct record_lock *
wait_of(const void *owner)
{
	const struct record_lock *w = shared->file.waiting;

	while (w && w->owner != owner)
		w = w->next;
	return w;
}

/* Whoever OBSTACLE belongs to waits, in the end, for OWNER. */
static bool
is_deadlock(const struct record_lock *obstacle, const void *owner)
{
	for (unsigned step = 0; obstacle && step < DEADLOCK_STEPS; step++) {
		if (obstacle->owner == owner)
			return true;
		const struct record_lock *waits = wait_of(obstacle->owner);
		obstacle = waits ? obstacle_of(waits->node, waits) : NULL;
	}
	return false;
}

/* --- ranges ---------------------------------------------------------------------------------------------------------------------------- */

/* L loses what it shares with CUT; where that leaves two pieces, SPARE is the second.  What is left of L; NULL: nothing. */
static struct record_lock *
lock_cut(struct record_lock *l, const struct record_lock *cut, struct record_lock **spare)
{
	if (l->start < cut->start && l->end > cut->end) {
		struct record_lock *second = *spare;
		*spare = NULL;
		*second = *l;
		second->start = cut->end + 1;
		l->end = cut->start - 1;
		l->next = second;
		return l;
	}
	if (l->start < cut->start)
		l->end = cut->start - 1;
	else if (l->end > cut->end)
		l->start = cut->end + 1;
	else
		return NULL;
	return l;
}

/* NEW takes in what it touches of its owner's of the same type. */
static void
locks_merge(struct node *n, struct record_lock *new)
{
	struct record_lock **link = &n->locks;

	while (*link) {
		struct record_lock *l = *link;
		if (l->owner == new->owner && !l->whole && l->exclusive == new->exclusive && l->start <= new->end + 1 && new->start <= l->end + 1) {
			new->start = l->start < new->start ? l->start : new->start;
			new->end = l->end > new->end ? l->end : new->end;
			*link = l->next;
			arena_give(ARENA_RECORD_LOCK, l);
		} else {
			link = &l->next;
		}
	}
}

static void
locks_cut(struct node *n, const struct record_lock *cut, struct record_lock **spare)
{
	struct record_lock **link = &n->locks;

	while (*link) {
		struct record_lock *l = *link;
		if (l->owner != cut->owner || l->whole || !overlaps(l, cut)) {
			link = &l->next;
		} else if (lock_cut(l, cut, spare)) {
			link = &l->next;
		} else {
			*link = l->next;
			arena_give(ARENA_RECORD_LOCK, l);
		}
	}
}

/* An owner's are in the order of their places, behind one another. */
static void
lock_insert(struct node *n, struct record_lock *new)
{
	struct record_lock **link = &n->locks, **l;

	for (l = &n->locks; *l; l = &(*l)->next) {
		if ((*l)->owner == new->owner && (*l)->start > new->start)
			break;
		link = &(*l)->next;
	}
	if (*l)
		link = l;
	new->next = *link;
	*link = new;
}

static void
lock_free(struct record_lock *l)
{
	if (l)
		arena_give(ARENA_RECORD_LOCK, l);
}

/* TYPE: F_UNLCK takes the range away. */
static int
lock_apply(struct node *n, const struct record_lock *wanted, int type)
{
	struct record_lock *spare = arena_take(ARENA_RECORD_LOCK), *new = arena_take(ARENA_RECORD_LOCK);

	if (!spare || !new) {
		lock_free(spare);
		lock_free(new);
		return -ENOLCK;
	}
	*new = *wanted;
	if (type != F_UNLCK)
		locks_merge(n, new);
	locks_cut(n, new, &spare);
	if (type != F_UNLCK)
		lock_insert(n, new);
	else
		lock_free(new);
	lock_free(spare);
	wait_wake(&shared->file.unlocked);
	return 0;
}

/* --- waiting --------------------------------------------------------------------------------------------------------------------------- */

static void
waiting_remove(struct record_lock *w)
{
	struct record_lock **link = &shared->file.waiting;

	while (*link != w)
		link = &(*link)->next;
	*link = w->next;
	arena_give(ARENA_RECORD_LOCK, w);
}

/* Somebody else may be seen to wait for what WANTED says. */
static int
lock_wait(struct task *t, struct node *n, const struct record_lock *wanted)
{
	struct record_lock *w = arena_take(ARENA_RECORD_LOCK);

	if (!w)
		return -ENOLCK;
	*w = *wanted;
	w->node = n;
	w->next = shared->file.waiting;
	shared->file.waiting = w;
	int error = wait_at(t, &shared->file.unlocked, UNIX_NEVER);
	waiting_remove(w);
	return error;
}

/* WANTED has no obstacle any more: 0. */
static int
lock_clear(struct task *t, struct node *n, const struct record_lock *wanted, bool wait)
{
	struct record_lock *obstacle;

	while ((obstacle = obstacle_of(n, wanted))) {
		if (!wait)
			return -EAGAIN;
		if (!wanted->whole && is_deadlock(obstacle, wanted->owner))
			return -EDEADLK;
		int error = lock_wait(t, n, wanted);
		if (error)
			return error;
	}
	return 0;
}

/* --- fcntl ----------------------------------------------------------------------------------------------------------------------------- */

static int
range_of(const struct file *f, const struct flock *l, struct record_lock *wanted)
{
	int64_t start, end;

	switch (l->l_whence) {
	case SEEK_SET:
		start = 0;
		break;
	case SEEK_CUR:
		start = (int64_t)f->position;
		break;
	case SEEK_END:
		start = f->node ? (int64_t)f->node->size : 0;
		break;
	default:
		return -EINVAL;
	}
	if (__builtin_add_overflow(start, l->l_start, &start))
		return -EOVERFLOW;
	if (start < 0)
		return -EINVAL;
	end = LOCK_END;
	if (l->l_len > 0 && __builtin_add_overflow(start, l->l_len - 1, &end))
		return -EOVERFLOW;
	if (l->l_len < 0) {
		end = start - 1;
		start += l->l_len;
		if (start < 0)
			return -EINVAL;
	}
	wanted->start = (uint64_t)start;
	wanted->end = (uint64_t)end;
	return 0;
}

static int64_t
lock_get(struct task *t, struct file *f, struct flock *l, const struct record_lock *wanted, uint64_t address)
{
	const struct record_lock *obstacle = obstacle_of(f->node, wanted);

	l->l_type = F_UNLCK;
	if (obstacle) {
		l->l_type = obstacle->exclusive ? F_WRLCK : F_RDLCK;
		l->l_whence = SEEK_SET;
		l->l_start = (off_t)obstacle->start;
		l->l_len = obstacle->end == LOCK_END ? 0 : (off_t)(obstacle->end - obstacle->start + 1);
		l->l_pid = obstacle->pid;
	}
	return host_copy_out(t, address, l, sizeof(*l));
}

static int64_t
lock_set(struct task *t, struct file *f, int type, const struct record_lock *wanted, bool wait)
{
	if ((type == F_RDLCK && !f->readable) || (type == F_WRLCK && !f->writable))
		return -EBADF;
	struct node *n = f->node;
	file_hold(f);
	int error = type == F_UNLCK ? 0 : lock_clear(t, n, wanted, wait);
	if (!error && (type != F_UNLCK || n->locks))
		error = lock_apply(n, wanted, type);
	file_drop(f);
	return error;
}

int64_t
lock_control(struct task *t, struct file *f, int command, uint64_t address)
{
	bool open_file = command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
	bool get = command == F_GETLK || command == F_OFD_GETLK;
	struct flock l;
	int error = host_copy_in(t, &l, address, sizeof(l));

	if (error)
		return error;
	if ((open_file && l.l_pid) || (unsigned)l.l_type > F_UNLCK || (get && l.l_type == F_UNLCK))
		return -EINVAL;
	struct record_lock wanted = {
		.owner = open_file ? (const void *)f : t->process->files, .pid = open_file ? -1 : t->process->pid, .exclusive = l.l_type == F_WRLCK,
	};
	error = range_of(f, &l, &wanted);
	if (error)
		return error;
	if (!f->node)
		return -EINVAL;
	return get ? lock_get(t, f, &l, &wanted, address) : lock_set(t, f, l.l_type, &wanted, command == F_SETLKW || command == F_OFD_SETLKW);
}

/* --- flock ----------------------------------------------------------------------------------------------------------------------------- */

/* Another type of lock is had by giving up the one before, as flock does. */
static int
whole_set(struct task *t, struct file *f, const struct record_lock *wanted, bool wait)
{
	struct node *n = f->node;

	for (const struct record_lock *l = n->locks; l; l = l->next) {
		if (l->owner != f || !l->whole)
			continue;
		if (l->exclusive == wanted->exclusive)
			return 0;
		release(n, f, true, false);
		break;
	}
	int error = lock_clear(t, n, wanted, wait);
	if (error)
		return error == -EAGAIN ? -EWOULDBLOCK : error;
	struct record_lock *new = arena_take(ARENA_RECORD_LOCK);
	if (!new)
		return -ENOLCK;
	*new = *wanted;
	lock_insert(n, new);
	return 0;
}

int64_t
unix_flock(struct task *t, int fd, int operation)
{
	struct file *f = file_of(t, fd);
	int type = operation & ~LOCK_NB;

	if (type != LOCK_SH && type != LOCK_EX && type != LOCK_UN)
		return -EINVAL;
	if (!f || is_path(f))
		return -EBADF;
	if (!f->node)
		return -EINVAL;
	struct record_lock wanted = { .owner = f, .end = LOCK_END, .pid = t->process->pid, .exclusive = type == LOCK_EX, .whole = true };
	if (type == LOCK_UN) {
		release(f->node, f, true, false);
		return 0;
	}
	file_hold(f);
	int error = whole_set(t, f, &wanted, !(operation & LOCK_NB));
	file_drop(f);
	return error;
}
