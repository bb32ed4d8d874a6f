/* SPDX-License-Identifier: BSD-2-Clause */
/* Files, whatever their names: life, times, who may do what. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include "objects.h"

uint64_t
node_time(void)
{
	return host_clock() + host_wall();
}

struct node *
node_create(struct task *t, uint32_t mode)
{
	struct node *n = arena_take(ARENA_NODE);

	if (!n)
		return NULL;
	n->references = 1;
	n->mode = mode;
	n->size = S_ISDIR(mode) ? 40 : 0;
	n->number = ++shared->file.last_number;
	n->accessed = n->modified = n->changed = node_time();
	if (t) {
		n->uid = t->process->who.fsuid;
		n->gid = t->process->who.fsgid;
	}
	return n;
}

struct node *
node_create_in(struct task *t, const struct node *directory, uint32_t mode)
{
	struct node *n = node_create(t, mode);

	if (n && directory->mode & S_ISGID) {
		n->gid = directory->gid;
		n->mode |= S_ISDIR(mode) ? S_ISGID : 0;
	}
	return n;
}

void
node_end(struct node *n)
{
	struct entry *last = n->entries;

	if (n->sort == NODE_STORED && (S_ISREG(n->mode) || (S_ISLNK(n->mode) && n->size >= TARGET_SHORT)))
		content_end(n);
	arena_give(ARENA_NODE, n);
	entry_end(last);
}

void
node_hold(struct node *n)
{
	node_held(n);
}

void
node_drop(struct node *n)
{
	node_left(n);
}

uint32_t
node_mode(const struct node *n)
{
	return n->mode;
}

uint64_t
node_size(const struct node *n)
{
	return n->size;
}

void
node_mapped(struct node *n)
{
	n->mapped++;
}

void
node_unmapped(struct node *n)
{
	n->mapped--;
}

/* --- times ----------------------------------------------------------------------------------------------------------------------------- */

void
node_touch(struct node *n)
{
	n->modified = n->changed = node_time();
}

void
node_seen(struct node *n)
{
	if (n->accessed <= n->modified || n->accessed <= n->changed)
		n->accessed = node_time();
}

/* --- permissions ----------------------------------------------------------------------------------------------------------------------- */

bool
node_member(const struct task *t, uint32_t gid)
{
	const struct credentials *who = &t->process->who;

	if (who->fsgid == gid)
		return true;
	for (unsigned i = 0; i < who->groups; i++) {
		if (who->group[i] == gid)
			return true;
	}
	return false;
}

/* The superuser may all, but execute only what somebody may. */
int
node_allows(const struct task *t, const struct node *n, int mode)
{
	const struct credentials *who = &t->process->who;
	unsigned shift = 0, want = (unsigned)mode;

	if (who->fsuid == 0)
		return want & X_OK && !S_ISDIR(n->mode) && !(n->mode & 0111) ? -EACCES : 0;
	if (who->fsuid == n->uid)
		shift = 6;
	else if (node_member(t, n->gid))
		shift = 3;
	return want & ~(n->mode >> shift) ? -EACCES : 0;
}

bool
node_owned(const struct task *t, const struct node *n)
{
	uint32_t uid = t->process->who.fsuid;

	return uid == 0 || uid == n->uid;
}

bool
node_sticky(const struct task *t, const struct node *directory, const struct node *n)
{
	return directory->mode & S_ISVTX && !node_owned(t, n) && !node_owned(t, directory);
}

int
node_executable(struct task *t, struct node *n)
{
	int error = S_ISREG(n->mode) && n->sort == NODE_STORED ? node_allows(t, n, X_OK) : -EACCES;

	return error ? error : n->writers > 0 ? -ETXTBSY : 0;
}

void
node_run(struct node *n)
{
	node_hold(n);
	n->writers--;
}

void
node_rest(struct node *n)
{
	n->writers++;
	node_drop(n);
}

void
node_arms(const struct node *n, uint32_t *uid, uint32_t *gid)
{
	if (n->mode & S_ISUID)
		*uid = n->uid;
	if ((n->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		*gid = n->gid;
}

/* Written or given to somebody: it does not give rights any more, but to the superuser. */
void
node_disarm(const struct task *t, struct node *n)
{
	if (t->process->who.fsuid == 0)
		return;
	n->mode &= ~(uint32_t)S_ISUID;
	if (n->mode & S_IXGRP)
		n->mode &= ~(uint32_t)S_ISGID;
}
