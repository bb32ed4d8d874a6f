/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a process is in the tree, and what a link says. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

static void
place_set(struct node **place, struct node *n)
{
	node_held(n);
	node_left(*place);
	*place = n;
}

static int
place_check(struct task *t, const struct node *n)
{
	return n && S_ISDIR(n->mode) ? node_allows(t, n, X_OK) : -ENOTDIR;
}

int64_t
unix_chdir(struct task *t, uint64_t path)
{
	struct walk w;
	int error = walk_user(t, AT_FDCWD, path, WALK_FOLLOW, 0, &w);

	if (error)
		return error;
	error = place_check(t, w.node);
	if (!error)
		place_set(&t->process->files->directory, w.node);
	walk_end(&w);
	return error;
}

int64_t
unix_fchdir(struct task *t, int fd)
{
	struct file *f = file_of(t, fd);

	if (!f)
		return -EBADF;
	int error = place_check(t, f->node);
	if (!error)
		place_set(&t->process->files->directory, f->node);
	return error;
}

int64_t
unix_chroot(struct task *t, uint64_t path)
{
	struct walk w;
	int error = walk_user(t, AT_FDCWD, path, WALK_FOLLOW, 0, &w);

	if (error)
		return error;
	error = place_check(t, w.node);
	if (!error && !privileged(t))
		error = -EPERM;
	if (!error)
		place_set(&t->process->files->root, w.node);
	walk_end(&w);
	return error;
}

int64_t
unix_getcwd(struct task *t, uint64_t to, uint64_t bytes)
{
	const struct node *n = t->process->files->directory;

	if (n->entries && n->entries->gone)
		return -ENOENT;
	const char *path = node_path(t, n, shared->file.text, PATH_LIMIT);
	if (!path)
		return -ENAMETOOLONG;
	size_t length = strlen(path) + 1;
	if (length > bytes)
		return -ERANGE;
	int error = host_copy_out(t, to, path, length);
	return error ? error : (int64_t)length;
}

int64_t
unix_umask(struct task *t, uint32_t mask)
{
	uint32_t old = t->process->umask;

	t->process->umask = mask & 0777;
	return old;
}

static int
link_text(struct task *t, const struct node *n, const char **text)
{
	if (n->sort != NODE_STORED)
		return proc_target(t, n, shared->file.text, PATH_LIMIT, text);
	*text = target_of(n);
	return 0;
}

int64_t
unix_readlinkat(struct task *t, int at, uint64_t path, uint64_t to, int bytes)
{
	struct walk w;

	if (bytes <= 0)
		return -EINVAL;
	int error = walk_user(t, at, path, WALK_EMPTY, 0, &w);
	if (error)
		return error;
	if (!S_ISLNK(w.node->mode)) {
		error = w.last == LAST_FILE ? -ENOENT : -EINVAL;
		walk_end(&w);
		return error;
	}
	const char *text = "";
	error = link_text(t, w.node, &text);
	size_t length = strlen(text);
	if (length > (size_t)bytes)
		length = (size_t)bytes;
	if (!error)
		error = host_copy_out(t, to, text, length);
	walk_end(&w);
	return error ? error : (int64_t)length;
}

int64_t
unix_readlink(struct task *t, uint64_t path, uint64_t to, int bytes)
{
	if (bytes <= 0)
		return -EINVAL;
	return unix_readlinkat(t, AT_FDCWD, path, to, bytes);
}
