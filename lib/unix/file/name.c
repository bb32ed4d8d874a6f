/* SPDX-License-Identifier: BSD-2-Clause */
/* New names. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unix/arena.h>
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
