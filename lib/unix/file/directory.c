/* SPDX-License-Identifier: BSD-2-Clause */
/* Names: in their directory's order, and in one hash of all. */
#include <string.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include "objects.h"

#define ENTRY_SIZE	20	/* that an entry adds to st_size, as in Linux's tmpfs */

uint32_t
name_hash(const char *name, unsigned length)
{
	uint32_t hash = 0;

	for (unsigned i = 0; i < length; i++)
		hash = HASH_STEP(hash, name[i]);
	return hash;
}

static struct entry **
bucket_of(const struct node *directory, uint32_t hash)
{
	uint32_t mixed = (hash + (uint32_t)directory->number) * 0x9e3779b1u;

	return &shared->file.hash[mixed >> 20 & (NODE_HASH - 1)];
}

struct entry *
entry_find(const struct node *directory, const char *name, unsigned length, uint32_t hash)
{
	struct entry *e = *bucket_of(directory, hash);

	while (e && (e->hash != hash || e->directory != directory || e->length != length || memcmp(e->name, name, length)))
		e = e->hash_next;
	return e;
}

static enum arena_kind
entry_kind(unsigned length)
{
	return length > NAME_SHORT ? ARENA_LONG_ENTRY : ARENA_ENTRY;
}

struct entry *
entry_make(const char *name, unsigned length, uint32_t hash)
{
	struct entry *e = arena_take(entry_kind(length));

	if (!e)
		return NULL;
	e->hash = hash;
	e->length = (uint8_t)length;
	memcpy(e->name, name, length);
	return e;
}

void
entry_free(struct entry *e)
{
	arena_give(entry_kind(e->length), e);
}

/* A name that the node had is forgotten. */
static void
entry_forget(struct entry *e)
{
	node_left(e->directory);
	entry_free(e);
}

void
entry_end(struct entry *last)
{
	if (last)
		entry_forget(last);
}

static void
list_append(struct node *directory, struct entry *e)
{
	e->place = directory->next_place++;
	e->previous = directory->last;
	*(directory->last ? &directory->last->next : &directory->first) = e;
	directory->last = e;
	directory->count++;
	directory->size += ENTRY_SIZE;
}

static void
list_remove(struct node *directory, struct entry *e)
{
	*(e->previous ? &e->previous->next : &directory->first) = e->next;
	*(e->next ? &e->next->previous : &directory->last) = e->previous;
	directory->count--;
	directory->size -= ENTRY_SIZE;
}

/* A directory counts as a link of its parent's, by its dots, and of its own. */
void
entry_add(struct node *directory, struct entry *e, struct node *n)
{
	struct entry **bucket = bucket_of(directory, e->hash);

	if (n->entries && n->entries->gone) {
		entry_forget(n->entries);
		n->entries = NULL;
	}
	e->directory = directory;
	e->node = node_held(n);
	e->hash_next = *bucket;
	*bucket = e;
	list_append(directory, e);
	e->also = n->entries;
	n->entries = e;
	n->links += S_ISDIR(n->mode) ? 2 : 1;
	n->nameless = false;
	directory->links += S_ISDIR(n->mode);
}

static void
hash_remove(struct entry *e)
{
	struct entry **link = bucket_of(e->directory, e->hash);

	while (*link != e)
		link = &(*link)->hash_next;
	*link = e->hash_next;
}

static void
names_remove(struct entry *e)
{
	struct entry **link = &e->node->entries;

	while (*link != e)
		link = &(*link)->also;
	*link = e->also;
}

/* The last name of a file that is in use stays with it, for its path. */
void
entry_remove(struct entry *e)
{
	struct node *n = e->node;

	hash_remove(e);
	list_remove(e->directory, e);
	names_remove(e);
	n->links -= S_ISDIR(n->mode) ? 2 : 1;
	e->directory->links -= S_ISDIR(n->mode);
	if (!n->entries && n->references > 1) {
		e->gone = true;
		node_held(e->directory);
		n->entries = e;
	} else {
		entry_free(e);
	}
	node_left(n);
}

/* --- paths ----------------------------------------------------------------------------------------------------------------------------- */

struct node *
node_parent(const struct node *directory)
{
	return directory->entries ? directory->entries->directory : shared->file.root;
}

/* BYTES of TEXT before AT, where there is room from BEGIN on; NULL: there is not. */
static char *
prepend(char *at, const char *begin, const char *text, size_t bytes)
{
	if (!at || (size_t)(at - begin) < bytes)
		return NULL;
	return memcpy(at - bytes, text, bytes);
}

static char *
prepend_name(char *at, const char *begin, const char *name, size_t bytes)
{
	return prepend(prepend(at, begin, name, bytes), begin, "/", 1);
}

const char *
node_path(struct task *t, const struct node *n, char *text, size_t bytes)
{
	const struct node *root = t->process->files->root, *first = n;
	char *at = prepend(text + bytes, text, "", 1);
	char made[MADE_NAME];

	if (n->entries && n->entries->gone)
		at = prepend(at, text, " (deleted)", 10);
	while (n != root && (n->entries || n->sort != NODE_STORED)) {
		if (n->entries) {
			at = prepend_name(at, text, n->entries->name, n->entries->length);
			n = n->entries->directory;
		} else {
			at = prepend_name(at, text, made, made_name(n, made));
			n = made_top(n);
		}
	}
	return n == first ? prepend(at, text, "/", 1) : at;
}
