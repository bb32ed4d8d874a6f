/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a path leads.  Names are read in place: in the call's path and in links' targets, which nobody changes while the lock is held.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include "objects.h"

#define LINKS_LIMIT	40

struct walker {
	struct task *task;
	struct walk *w;
	unsigned flags;
	const char *path;			/* the rest of the text that it is in */
	const char *saved[LINKS_LIMIT];		/* and of those whose link led there */
	unsigned depth, links;
};

void
walk_end(struct walk *w)
{
	if (w->directory)
		node_left(w->directory);
	if (w->node)
		node_left(w->node);
	if (w->file)
		file_drop(w->file);
	w->directory = w->node = NULL;
	w->file = NULL;
}

/* N in place of the directory it is in. */
static void
walk_enter(struct walk *w, struct node *n)
{
	node_left(w->directory);
	w->directory = n;
}

/* --- one name -------------------------------------------------------------------------------------------------------------------------- */

/* Which of the two names that every directory has it is. */
static enum walk_last
dots_of(const char *name, unsigned length)
{
	if (length == 1)
		return LAST_DOT;
	return length == 2 && name[1] == '.' ? LAST_DOTS : LAST_NAME;
}

/* The next name of the path, which has one; name_hash of it on the way. */
static int
name_take(struct walker *k)
{
	struct walk *w = k->w;
	const char *c = k->path;
	uint32_t hash = 0;

	for (; *c && *c != '/'; c++)
		hash = HASH_STEP(hash, *c);
	w->name = k->path;
	w->length = (unsigned)(c - k->path);
	w->hash = hash;
	k->path = c;
	w->last = w->name[0] == '.' ? dots_of(w->name, w->length) : LAST_NAME;
	return w->length > NAME_LIMIT ? -ENAMETOOLONG : 0;
}

/* T may look for names in N. */
static inline int
search_allowed(const struct task *t, const struct node *n)
{
	return t->process->who.fsuid ? node_allows(t, n, X_OK) : 0;
}

static int
parent_find(struct task *t, const struct node *directory, struct node **found)
{
	if (directory != t->process->files->root && !directory->entries && directory->sort != NODE_STORED)
		return made_parent(directory, found);
	*found = node_held(directory == t->process->files->root ? t->process->files->root : node_parent(directory));
	return 0;
}

/* What is there: w->node, held; NULL: nothing. */
static int
name_find(struct walker *k)
{
	struct walk *w = k->w;
	int error = search_allowed(k->task, w->directory);

	w->entry = NULL;
	w->node = NULL;
	if (error)
		return error;
	if (w->last == LAST_DOTS)
		return parent_find(k->task, w->directory, &w->node);
	if (w->last == LAST_DOT) {
		w->node = node_held(w->directory);
	} else if (w->directory->sort != NODE_STORED) {
		error = made_find(w->directory, w->name, w->length, &w->node);
		return error == -ENOENT ? 0 : error;
	} else {
		w->entry = entry_find(w->directory, w->name, w->length, w->hash);
		w->node = w->entry ? node_held(w->entry->node) : NULL;
	}
	return 0;
}

/* --- links ----------------------------------------------------------------------------------------------------------------------------- */

/* A link whose target has no text: w->node is where it leads.  True: that is where the path leads, too. */
static int
link_jump(struct walker *k)
{
	struct walk *w = k->w;
	struct node *link = w->node;

	w->node = NULL;
	int error = proc_jump(k->task, link, &w->node, &w->file);
	node_left(link);
	if (!error && w->file && (!(k->flags & WALK_FILE) || *k->path || k->depth)) {
		file_drop(w->file);
		w->file = NULL;
		error = *k->path || k->depth ? -ENOTDIR : -ENXIO;
	}
	w->last = LAST_FILE;
	w->entry = NULL;
	return error;
}

/* The walk goes on in the target's text. */
static int
link_enter(struct walker *k)
{
	struct node *link = k->w->node;

	k->w->node = NULL;
	if (*k->path)
		k->saved[k->depth++] = k->path;
	k->path = target_of(link);
	if (*k->path == '/')
		walk_enter(k->w, node_held(k->task->process->files->root));
	node_left(link);	/* its name keeps it */
	return 0;
}

/* --- the path -------------------------------------------------------------------------------------------------------------------------- */

static bool
is_followed(const struct walker *k, bool last)
{
	if (!S_ISLNK(k->w->node->mode))
		return false;
	return !last || k->flags & WALK_FOLLOW || (k->w->slash && !(k->flags & WALK_MISSING));
}

/* What the last name is of. */
static int
last_check(const struct walker *k)
{
	const struct walk *w = k->w;

	if (w->file)
		return w->slash ? -ENOTDIR : 0;
	if (!w->node)
		return k->flags & WALK_MISSING ? 0 : -ENOENT;
	return w->slash && !(k->flags & WALK_MISSING) && !S_ISDIR(w->node->mode) ? -ENOTDIR : 0;
}

/* One name further.  1: it was the last. */
static int
walk_step(struct walker *k)
{
	struct walk *w = k->w;
	int error = name_take(k);

	if (!error)
		error = name_find(k);
	if (error)
		return error;
	bool slash = *k->path;
	while (*k->path == '/')
		k->path++;
	bool last = !*k->path && !k->depth;
	if (last)
		w->slash |= slash;
	if (w->node && is_followed(k, last)) {
		if (k->links++ == LINKS_LIMIT)
			return -ELOOP;
		if (w->node->sort == NODE_STORED)
			return link_enter(k);
		error = link_jump(k);
		if (error)
			return error;
	}
	if (last) {
		error = last_check(k);
		return error ? error : 1;
	}
	if (!w->node)
		return -ENOENT;
	if (!S_ISDIR(w->node->mode))
		return -ENOTDIR;
	walk_enter(w, w->node);
	w->node = NULL;
	return 0;
}

static int
walk_names(struct walker *k)
{
	struct walk *w = k->w;
	int step = 0;

	w->last = LAST_ROOT;
	while (!step) {
		while (*k->path == '/')
			k->path++;
		if (*k->path) {
			step = walk_step(k);
		} else if (k->depth) {
			k->path = k->saved[--k->depth];
		} else {
			w->last = LAST_ROOT;
			w->node = node_held(w->directory);
			step = 1;
		}
	}
	return step < 0 ? step : 0;
}

/* Where a relative path begins: the directory, or any file if PATH is empty and that is allowed. */
static int
walk_from(struct walker *k, int at)
{
	struct walk *w = k->w;
	struct file *f = at == AT_FDCWD ? NULL : file_of(k->task, at);

	if (at != AT_FDCWD && !f)
		return -EBADF;
	struct node *n = f ? f->node : k->task->process->files->directory;
	if (*k->path) {
		if (!n || !S_ISDIR(n->mode))
			return -ENOTDIR;
		w->directory = node_held(n);
		return 0;
	}
	w->last = LAST_FILE;
	if (n) {
		w->node = node_held(n);
	} else if (k->flags & WALK_FILE) {
		w->file = f;
		file_hold(f);
	} else {
		return -EBADF;
	}
	return 0;
}

int
walk_begin(struct task *t, int at, const char *path, unsigned flags, struct walk *w)
{
	struct walker k;

	k.task = t;
	k.w = w;
	k.flags = flags;
	k.path = path;
	k.depth = k.links = 0;
	w->directory = w->node = NULL;
	w->file = NULL;
	w->entry = NULL;
	w->slash = false;
	if (!*path && !(flags & WALK_EMPTY))
		return -ENOENT;
	int error = 0;
	if (*path == '/')
		w->directory = node_held(t->process->files->root);
	else
		error = walk_from(&k, at);
	if (!error && *path)
		error = walk_names(&k);
	if (error)
		walk_end(w);
	return error;
}

int
walk_user(struct task *t, int at, uint64_t address, unsigned flags, unsigned which, struct walk *w)
{
	char *path = shared->file.path[which];
	int64_t length = host_copy_text(t, path, address, PATH_LIMIT);

	return length < 0 ? (int)length : walk_begin(t, at, path, flags, w);
}

int
node_find(struct task *t, int at, const char *path, bool follow, struct node **found)
{
	struct walk w;
	int error = walk_begin(t, at, path, follow ? WALK_FOLLOW : 0, &w);

	if (error)
		return error;
	*found = node_held(w.node);
	walk_end(&w);
	return 0;
}

/* --- new names ------------------------------------------------------------------------------------------------------------------------- */

int
walk_vacant(struct task *t, const struct walk *w, bool directory)
{
	if (w->last != LAST_NAME || w->node)
		return -EEXIST;
	if ((w->slash && !directory) || w->directory->links == 0 || w->directory->sort != NODE_STORED)
		return -ENOENT;
	return node_allows(t, w->directory, W_OK | X_OK);
}

int
walk_make(struct walk *w, struct node *n)
{
	struct entry *e = entry_make(w->name, w->length, w->hash);

	if (!e)
		return -ENOMEM;
	entry_add(w->directory, e, n);
	node_touch(w->directory);
	return 0;
}
