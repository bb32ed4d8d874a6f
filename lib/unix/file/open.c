/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening: from a path to an open file of a kind. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

#define PATH_FLAGS	(O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define TMPFILE		(O_TMPFILE & ~O_DIRECTORY)

/* --- what a node is to who opens it ---------------------------------------------------------------------------------------------------- */

/* A terminal learns from O_NOCTTY whether it may become the session's. */
static int
terminal_become(struct task *t, struct file *f, enum terminal_name name, unsigned number, uint32_t flags)
{
	f->flags |= flags & O_NOCTTY;
	int error = terminal_open(t, f, name, number);
	f->flags &= ~(uint32_t)O_NOCTTY;
	return error;
}

static int
device_become(struct task *t, struct file *f, uint64_t device, uint32_t flags)
{
	switch (major(device)) {
	case DEVICE_MEMORY:
		f->kind = FILE_DEVICE;
		f->value = minor(device);
		return device_known(f->value) ? 0 : -ENXIO;
	case DEVICE_TERMINAL:
		if (minor(device) > 2)
			return -ENXIO;
		return terminal_become(t, f, (enum terminal_name[]){ TERMINAL_OWN, TERMINAL_CONSOLE, TERMINAL_MASTER }[minor(device)], 0, flags);
	case DEVICE_PSEUDO:
		return terminal_become(t, f, TERMINAL_SLAVE, minor(device), flags);
	default:
		return -ENXIO;
	}
}

static int
file_become(struct task *t, struct file *f, uint32_t flags)
{
	const struct node *n = f->node;

	switch (n->mode & S_IFMT) {
	case S_IFREG:
		f->kind = n->sort == NODE_STORED ? FILE_NODE : FILE_TEXT;
		return 0;
	case S_IFDIR:
		f->kind = FILE_DIRECTORY;
		return 0;
	case S_IFCHR:
		return device_become(t, f, n->device, flags);
	case S_IFIFO:
		return pipe_open(t, f, f->node);
	default:
		return -ENXIO;
	}
}

/* --- permission ------------------------------------------------------------------------------------------------------------------------ */

static int
wanted_by(uint32_t flags)
{
	static const unsigned char wanted[] = { [O_RDONLY] = R_OK, [O_WRONLY] = W_OK, [O_RDWR] = R_OK | W_OK, [3] = R_OK | W_OK };

	return wanted[flags & 3] | (flags & O_TRUNC ? W_OK : 0);
}

static int
open_check(const struct task *t, const struct walk *w, uint32_t flags)
{
	const struct node *n = w->node;
	int want = wanted_by(flags);

	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		return -EEXIST;
	if (flags & O_CREAT && S_ISDIR(n->mode))
		return -EISDIR;
	if (flags & O_DIRECTORY && !S_ISDIR(n->mode))
		return -ENOTDIR;
	if (flags & O_PATH)
		return 0;
	if (S_ISLNK(n->mode))
		return -ELOOP;
	if (S_ISDIR(n->mode) && want & W_OK)
		return -EISDIR;
	if (flags & O_NOATIME && !node_owned(t, n))
		return -EPERM;
	return node_allows(t, n, want);
}

/* --- opening --------------------------------------------------------------------------------------------------------------------------- */

static int
file_create(struct task *t, struct walk *w, uint32_t mode)
{
	int error = w->slash ? -EISDIR : walk_vacant(t, w, false);

	if (error)
		return error;
	w->node = node_create_in(t, w->directory, S_IFREG | (mode & 07777 & ~t->process->umask));
	return w->node ? walk_make(w, w->node) : -ENOSPC;
}

/* Unless it is executed. */
static int
file_writes(struct file *f)
{
	if (f->node->writers < 0)
		return -ETXTBSY;
	f->writes = f->writable;
	f->node->writers += f->writes;
	return 0;
}

/* The file is open: from here on the walk is not needed, and it may wait. */
static int
open_node(struct task *t, struct node *n, uint32_t flags, struct file **opened)
{
	struct file *f = file_make(FILE_NODE, flags);
	int error = 0;

	if (!f)
		return -ENFILE;
	f->node = node_held(n);
	if (flags & O_PATH || (flags & O_ACCMODE) == O_ACCMODE)
		f->readable = f->writable = false;
	if (!(flags & O_PATH))
		error = file_become(t, f, flags);
	if (!error && f->kind == FILE_NODE && (f->writable || flags & O_TRUNC))
		error = file_writes(f);
	if (error) {
		file_drop(f);
		return error;
	}
	if (flags & O_TRUNC && f->kind == FILE_NODE) {
		content_cut(n, 0);
		node_touch(n);
	}
	*opened = f;
	return 0;
}

/* A file without a name. */
static int
open_temporary(struct task *t, struct walk *w, uint32_t flags, uint32_t mode, struct file **opened)
{
	if ((flags & O_ACCMODE) == O_RDONLY)
		return -EINVAL;
	if (!S_ISDIR(w->node->mode))
		return -ENOTDIR;
	int error = node_allows(t, w->node, W_OK | X_OK);
	if (error)
		return error;
	struct node *n = node_create_in(t, w->node, S_IFREG | (mode & 07777 & ~t->process->umask));
	if (!n)
		return -ENOSPC;
	n->nameless = !(flags & O_EXCL);
	error = open_node(t, n, flags & ~(uint32_t)(O_TMPFILE | O_TRUNC), opened);
	node_left(n);
	return error;
}

static int
open_found(struct task *t, struct walk *w, uint32_t flags, uint32_t mode, struct file **opened)
{
	int error = 0;

	if (w->file) {
		*opened = w->file;
		file_hold(w->file);
		return 0;
	}
	if (flags & TMPFILE)
		return open_temporary(t, w, flags, mode, opened);
	if (!w->node) {
		error = file_create(t, w, mode);
		flags &= ~(uint32_t)O_TRUNC;
	} else {
		error = open_check(t, w, flags);
	}
	if (error)
		return error;
	struct node *n = node_held(w->node);
	walk_end(w);
	error = open_node(t, n, flags, opened);
	node_left(n);
	return error;
}

int
file_open(struct task *t, int at, const char *path, uint32_t flags, uint32_t mode, struct file **opened)
{
	struct walk w;
	unsigned how = WALK_FILE;

	if (flags & O_PATH)
		flags &= PATH_FLAGS;
	if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY) && !(flags & TMPFILE))
		return -EINVAL;
	if (flags & TMPFILE && (flags & (O_TMPFILE | O_CREAT)) != O_TMPFILE)
		return -EINVAL;
	if (!(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL))
		how |= WALK_FOLLOW;
	if (flags & O_CREAT)
		how |= WALK_MISSING;
	int error = walk_begin(t, at, path, how, &w);
	if (error)
		return error;
	error = open_found(t, &w, flags, mode, opened);
	walk_end(&w);
	return error;
}
