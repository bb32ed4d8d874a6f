/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that go or change: unlink, rmdir, rename. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"

/* Of renameat2. */
#define RENAME_NOREPLACE	1u
#define RENAME_EXCHANGE		2u

/* T may take W's name away, of a directory or of something else. */
static int
may_remove(struct task *t, const struct walk *w, bool directory)
{
	int error = node_allows(t, w->directory, W_OK | X_OK);

	if (error)
		return error;
	if (!w->entry || node_sticky(t, w->directory, w->node))
		return -EPERM;
	if (directory)
		return S_ISDIR(w->node->mode) ? 0 : -ENOTDIR;
	return S_ISDIR(w->node->mode) ? -EISDIR : 0;
}

/* A directory of which /proc or /dev/pts hang, or that is somebody's root, stays. */
static bool
is_mounted(const struct node *n)
{
	return n->sort != NODE_STORED || n == shared->file.root;
}

static int
remove_directory(struct task *t, const struct walk *w)
{
	static const int last[] = { [LAST_DOT] = -EINVAL, [LAST_DOTS] = -ENOTEMPTY, [LAST_ROOT] = -EBUSY, [LAST_FILE] = -EBUSY };

	if (w->last != LAST_NAME)
		return last[w->last];
	if (!w->node)
		return -ENOENT;
	int error = may_remove(t, w, true);
	if (error)
		return error;
	if (is_mounted(w->node))
		return -EBUSY;
	return w->node->count ? -ENOTEMPTY : 0;
}

static int
remove_file(struct task *t, const struct walk *w)
{
	if (w->last != LAST_NAME)
		return -EISDIR;
	if (!w->node)
		return -ENOENT;
	if (w->slash)
		return S_ISDIR(w->node->mode) ? -EISDIR : -ENOTDIR;
	return may_remove(t, w, false);
}

static void
name_remove(struct walk *w)
{
	w->node->changed = node_time();
	node_touch(w->directory);
	entry_remove(w->entry);
}

int64_t
unix_unlinkat(struct task *t, int at, uint64_t path, int flags)
{
	struct walk w;

	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	int error = walk_user(t, at, path, WALK_MISSING, 0, &w);
	if (error)
		return error;
	error = flags & AT_REMOVEDIR ? remove_directory(t, &w) : remove_file(t, &w);
	if (!error)
		name_remove(&w);
	walk_end(&w);
	return error;
}

int64_t
unix_unlink(struct task *t, uint64_t path)
{
	return unix_unlinkat(t, AT_FDCWD, path, 0);
}

int64_t
unix_rmdir(struct task *t, uint64_t path)
{
	return unix_unlinkat(t, AT_FDCWD, path, AT_REMOVEDIR);
}

/* --- rename ---------------------------------------------------------------------------------------------------------------------------- */

/* N is DIRECTORY, or one that it is in. */
static bool
is_above(const struct node *n, const struct node *directory)
{
	while (directory != n && directory != shared->file.root)
		directory = node_parent(directory);
	return directory == n;
}

/* Names alone. */
static int
rename_names(const struct walk *old, const struct walk *new, unsigned flags)
{
	if (old->directory->sort != NODE_STORED || new->directory->sort != NODE_STORED)
		return -EXDEV;
	if (old->last != LAST_NAME)
		return -EBUSY;
	if (new->last != LAST_NAME)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	if (!old->node)
		return -ENOENT;
	if (flags & RENAME_NOREPLACE && new->node)
		return -EEXIST;
	if (flags & RENAME_EXCHANGE && !new->node)
		return -ENOENT;
	return 0;
}

/* What the names are of. */
static int
rename_kinds(const struct walk *old, const struct walk *new, unsigned flags)
{
	bool directory = S_ISDIR(old->node->mode), exchange = flags & RENAME_EXCHANGE;

	if (exchange && new->slash && !S_ISDIR(new->node->mode))
		return -ENOTDIR;
	if (!directory && (old->slash || (!exchange && new->slash)))
		return -ENOTDIR;
	if (directory && is_above(old->node, new->directory))
		return -EINVAL;
	if (new->node && S_ISDIR(new->node->mode) && is_above(new->node, old->directory))
		return exchange ? -EINVAL : -ENOTEMPTY;
	return 0;
}

static int
rename_rights(struct task *t, const struct walk *old, const struct walk *new, unsigned flags)
{
	bool directory = S_ISDIR(old->node->mode), exchange = flags & RENAME_EXCHANGE;
	int error = may_remove(t, old, directory);

	if (error)
		return error;
	if (new->node)
		error = may_remove(t, new, exchange ? S_ISDIR(new->node->mode) : directory);
	else
		error = walk_vacant(t, new, directory);
	if (error)
		return error;
	if (old->directory != new->directory) {
		if (directory && node_allows(t, old->node, W_OK))
			return -EACCES;
		if (exchange && S_ISDIR(new->node->mode) && node_allows(t, new->node, W_OK))
			return -EACCES;
	}
	if (is_mounted(old->node) || (new->node && is_mounted(new->node)))
		return -EBUSY;
	return new->node && directory && !exchange && new->node->count ? -ENOTEMPTY : 0;
}

/* --- commit: what fails here has changed nothing ------------------------------------------------------------------------------------- */

static int
rename_move(struct walk *old, struct walk *new)
{
	struct entry *e = entry_make(new->name, new->length, new->hash);

	if (!e)
		return -ENOMEM;
	if (new->node)
		name_remove(new);
	entry_add(new->directory, e, old->node);
	entry_remove(old->entry);
	return 0;
}

static int
rename_exchange(struct walk *old, struct walk *new)
{
	struct entry *first = entry_make(new->name, new->length, new->hash);
	struct entry *second = first ? entry_make(old->name, old->length, old->hash) : NULL;

	if (!second) {
		if (first)
			entry_free(first);
		return -ENOMEM;
	}
	entry_remove(old->entry);
	entry_remove(new->entry);
	entry_add(new->directory, first, old->node);
	entry_add(old->directory, second, new->node);
	new->node->changed = node_time();
	return 0;
}

static int
rename_walked(struct task *t, struct walk *old, struct walk *new, unsigned flags)
{
	int error = rename_names(old, new, flags);

	if (!error)
		error = rename_kinds(old, new, flags);
	if (error)
		return error;
	if (old->node == new->node)
		return 0;
	error = rename_rights(t, old, new, flags);
	if (error)
		return error;
	error = flags & RENAME_EXCHANGE ? rename_exchange(old, new) : rename_move(old, new);
	if (error)
		return error;
	old->node->changed = node_time();
	node_touch(old->directory);
	node_touch(new->directory);
	return 0;
}

int64_t
unix_renameat2(struct task *t, int old_at, uint64_t old_path, int new_at, uint64_t new_path, unsigned flags)
{
	struct walk old, new;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE) || flags == (RENAME_NOREPLACE | RENAME_EXCHANGE))
		return -EINVAL;
	int error = walk_user(t, old_at, old_path, WALK_MISSING, 0, &old);
	if (error)
		return error;
	error = walk_user(t, new_at, new_path, WALK_MISSING, 1, &new);
	if (!error) {
		error = rename_walked(t, &old, &new, flags);
		walk_end(&new);
	}
	walk_end(&old);
	return error;
}

int64_t
unix_renameat(struct task *t, int old_at, uint64_t old_path, int new_at, uint64_t new_path)
{
	return unix_renameat2(t, old_at, old_path, new_at, new_path, 0);
}

int64_t
unix_rename(struct task *t, uint64_t old_path, uint64_t new_path)
{
	return unix_renameat2(t, AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}
