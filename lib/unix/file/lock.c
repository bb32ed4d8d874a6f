/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks of files: fcntl's, of ranges, and flock's. */
#include <errno.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

void
locks_release(struct node *n, const void *owner)
{
	struct record_lock **link = &n->locks;

	while (*link) {
		struct record_lock *l = *link;
		if (l->owner == owner) {
			*link = l->next;
			arena_give(ARENA_RECORD_LOCK, l);
		} else {
			link = &l->next;
		}
	}
	wait_wake(&shared->file.unlocked);
}
