/* SPDX-License-Identifier: BSD-2-Clause */
/* New names. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"

/* A node of MODE, less the umask, becomes what W, of WALK_MISSING, has no node for yet. */
static int
walk_create(struct task *t, struct walk *w, uint32_t mode)
{
	int error = walk_vacant(t, w, S_ISDIR(mode));

	if (error)
		return error;
	w->node = node_create_in(t, w->directory, mode & ~t->process->umask);
	return w->node ? walk_make(w, w->node) : -ENOSPC;
}

int
node_special(struct task *t, int at, const char *path, uint32_t mode, uint64_t device, struct node **made)
{
	struct walk w;
	int error = walk_begin(t, at, path, WALK_MISSING, &w);

	if (error)
		return error;
	error = walk_create(t, &w, mode);
	if (!error) {
		w.node->device = device;
		*made = node_held(w.node);
	}
	walk_end(&w);
	return error;
}

int64_t
unix_mkdirat(struct task *t, int at, uint64_t path, uint32_t mode)
{
	struct walk w;
	int error = walk_user(t, at, path, WALK_MISSING, 0, &w);

	if (error)
		return error;
	error = walk_create(t, &w, S_IFDIR | (mode & 01777));
	walk_end(&w);
	return error;
}

int64_t
unix_mkdir(struct task *t, uint64_t path, uint32_t mode)
{
	return unix_mkdirat(t, AT_FDCWD, path, mode);
}

static int
special_check(struct task *t, uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	case S_IFCHR:
	case S_IFBLK:
		return privileged(t) ? 0 : -EPERM;
	default:
		return S_ISDIR(mode) ? -EPERM : -EINVAL;
	}
}

int64_t
unix_mknodat(struct task *t, int at, uint64_t path, uint32_t mode, uint64_t device)
{
	char *text = shared->file.path[0];
	struct node *made;

	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	int error = special_check(t, mode);
	if (error)
		return error;
	int64_t length = host_copy_text(t, text, path, PATH_LIMIT);
	if (length < 0)
		return length;
	error = node_special(t, at, text, mode & (S_IFMT | 07777), S_ISCHR(mode) || S_ISBLK(mode) ? device : 0, &made);
	if (!error)
		node_left(made);
	return error;
}

int64_t
unix_mknod(struct task *t, uint64_t path, uint32_t mode, uint64_t device)
{
	return unix_mknodat(t, AT_FDCWD, path, mode, device);
}

int64_t
unix_symlinkat(struct task *t, uint64_t target, int at, uint64_t path)
{
	char *text = shared->file.path[1];
	struct walk w;
	int64_t length = host_copy_text(t, text, target, PATH_LIMIT);

	if (length <= 0)
		return length ? length : -ENOENT;
	int error = walk_user(t, at, path, WALK_MISSING, 0, &w);
	if (error)
		return error;
	error = walk_vacant(t, &w, false);
	struct node *n = error ? NULL : node_create(t, S_IFLNK | 0777);
	if (!error)
		error = n ? target_set(n, text, (uint64_t)length) : -ENOSPC;
	if (!error)
		error = walk_make(&w, n);
	if (n)
		node_left(n);
	walk_end(&w);
	return error;
}

int64_t
unix_symlink(struct task *t, uint64_t target, uint64_t path)
{
	return unix_symlinkat(t, target, AT_FDCWD, path);
}

static int
link_check(struct task *t, const struct walk *old, const struct walk *new)
{
	int error = walk_vacant(t, new, false);

	if (error)
		return error;
	if (old->node->sort != NODE_STORED)
		return -EXDEV;
	if (S_ISDIR(old->node->mode))
		return -EPERM;
	return old->node->links || old->node->nameless ? 0 : -ENOENT;
}

int64_t
unix_linkat(struct task *t, int old_at, uint64_t old_path, int new_at, uint64_t new_path, int flags)
{
	struct walk old, new;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	int error = walk_user(t, old_at, old_path, (flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), 0, &old);
	if (error)
		return error;
	error = walk_user(t, new_at, new_path, WALK_MISSING, 1, &new);
	if (!error) {
		error = link_check(t, &old, &new);
		if (!error)
			error = walk_make(&new, old.node);
		if (!error)
			old.node->changed = node_time();
		walk_end(&new);
	}
	walk_end(&old);
	return error;
}

int64_t
unix_link(struct task *t, uint64_t old_path, uint64_t new_path)
{
	return unix_linkat(t, AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}
