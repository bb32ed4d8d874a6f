/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories' names, to programs: getdents and getdents64.  A place is 0 and 1 for the dots, and 2 more than that of an entry, or of a made name. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

#define RECORD_LIMIT	280		/* the largest record, of a name of 255 bytes */
#define HEAD		18		/* its bytes before the name: number, place, length; of the new form the type is the 19th */

struct listing {
	struct task *task;
	struct file *file;
	uint64_t to, left;
	uint64_t done;
	bool old;			/* getdents: the type is behind the name */
	int error;
};

bool
list_name(struct listing *l, const char *name, size_t length, uint64_t number, uint32_t mode, uint64_t next)
{
	char record[RECORD_LIMIT] = { 0 };
	uint16_t bytes = (uint16_t)((HEAD + 1 + length + 1 + 7) & ~7ul);

	if (bytes > l->left) {
		l->error = -EINVAL;
		return false;
	}
	memcpy(record, &number, 8);
	memcpy(record + 8, &next, 8);
	memcpy(record + 16, &bytes, 2);
	record[l->old ? bytes - 1 : HEAD] = (char)(mode >> 12);
	memcpy(record + HEAD + !l->old, name, length);
	l->error = host_copy_out(l->task, l->to, record, bytes);
	if (l->error)
		return false;
	l->to += bytes;
	l->left -= bytes;
	l->done += bytes;
	l->file->position = next;
	return true;
}

static bool
list_dots(struct listing *l, const struct node *n)
{
	const struct node *parent = n->entries ? n->entries->directory : n->sort == NODE_STORED ? n : made_top(n);

	if (l->file->position == 0 && !list_name(l, ".", 1, n->number, S_IFDIR, 1))
		return false;
	return l->file->position != 1 || list_name(l, "..", 2, parent->number, S_IFDIR, 2);
}

static void
list_stored(struct listing *l, const struct node *n)
{
	uint64_t from = l->file->position - 2;
	const struct entry *e = n->last && n->last->place < from ? NULL : n->first;

	while (e && e->place < from)
		e = e->next;
	while (e && list_name(l, e->name, e->length, e->node->number, e->node->mode, e->place + 3))
		e = e->next;
}

static int64_t
list_directory(struct task *t, int fd, uint64_t to, uint64_t bytes, bool old)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	if (f->kind != FILE_DIRECTORY)
		return -ENOTDIR;
	struct node *n = f->node;
	struct listing l = { .task = t, .file = f, .to = to, .left = bytes, .old = old };
	if (n->sort == NODE_STORED && !n->links)
		return -ENOENT;
	if (list_dots(&l, n)) {
		if (n->sort == NODE_STORED)
			list_stored(&l, n);
		else
			made_list(n, f, &l);
		node_seen(n);
	}
	return l.done ? (int64_t)l.done : l.error;
}

int64_t
unix_getdents64(struct task *t, int fd, uint64_t to, uint64_t bytes)
{
	return list_directory(t, fd, to, bytes, false);
}

int64_t
unix_getdents(struct task *t, int fd, uint64_t to, uint64_t bytes)
{
	return list_directory(t, fd, to, bytes, true);
}
