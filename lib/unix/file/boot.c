/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree as it begins: what the boot archive has, and what every Unix has. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <janus/archive.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

/* N in DIRECTORY as NAME, which may be there already: then it takes its place, if neither is a directory. */
static int
name_give(struct node *directory, const char *name, unsigned length, struct node *n)
{
	uint32_t hash = name_hash(name, length);
	struct entry *old = entry_find(directory, name, length, hash), *e;

	if (old && (S_ISDIR(old->node->mode) || S_ISDIR(n->mode)))
		return -EEXIST;
	e = entry_make(name, length, hash);
	if (!e)
		return -ENOMEM;
	if (old)
		entry_remove(old);
	entry_add(directory, e, n);
	return 0;
}

/* The directory of that name in PARENT, made if there is none. */
static int
directory_make(struct node *parent, const char *name, unsigned length, uint32_t mode, struct node **directory)
{
	struct entry *e = entry_find(parent, name, length, name_hash(name, length));

	if (e) {
		*directory = e->node;
		return S_ISDIR(e->node->mode) ? 0 : -ENOTDIR;
	}
	struct node *n = node_create(NULL, S_IFDIR | mode);
	if (!n)
		return -ENOMEM;
	int error = name_give(parent, name, length, n);
	node_left(n);
	*directory = n;
	return error;
}

/* The directories of PATH, all but its last name, which NAME becomes. */
static int
directories_make(const char *path, struct node **directory, const char **name)
{
	const char *slash;

	*directory = shared->file.root;
	while ((slash = strchr(path, '/'))) {
		int error = slash > path ? directory_make(*directory, path, (unsigned)(slash - path), 0755, directory) : 0;
		if (error)
			return error;
		path = slash + 1;
	}
	*name = path;
	return 0;
}

/* --- the archive ----------------------------------------------------------------------------------------------------------------------- */

static int
content_give(struct node *n, const struct archive_file *file)
{
	if (S_ISLNK(n->mode))
		return file->bytes < PATH_LIMIT ? target_set(n, (const char *)file->data, file->bytes) : -EINVAL;
	if (S_ISREG(n->mode)) {
		n->content = file->data;
		n->content_bytes = n->size = file->bytes;
	}
	return 0;
}

static int
member_add(const struct archive_file *file)
{
	struct node *directory, *n;
	const char *name;
	int error = directories_make(file->name, &directory, &name);

	if (error || !*name || !strcmp(name, "."))
		return error;
	if (S_ISDIR(file->mode)) {
		error = directory_make(directory, name, (unsigned)strlen(name), file->mode & 07777, &n);
		if (!error)
			n->mode = S_IFDIR | (file->mode & 07777);
		return error;
	}
	if (!S_ISREG(file->mode) && !S_ISLNK(file->mode))
		return 0;
	n = node_create(NULL, file->mode);
	if (!n)
		return -ENOMEM;
	error = content_give(n, file);
	if (!error)
		error = name_give(directory, name, (unsigned)strlen(name), n);
	node_left(n);
	return error;
}

static int
archive_add(const void *base, size_t bytes)
{
	struct archive archive;
	struct archive_file file;
	enum status status;

	archive_open(&archive, base, bytes);
	while ((status = archive_next(&archive, &file)) == OK) {
		int error = member_add(&file);
		if (error) {
			host_log("boot archive: %s: error %d", file.name, error);
			return error;
		}
	}
	if (status == ERR_NOT_FOUND)
		return 0;
	host_log("boot archive: %s", archive.problem);
	return -EINVAL;
}

/* --- what is there besides ------------------------------------------------------------------------------------------------------------- */

static const struct standard {
	const char *path;
	uint32_t mode;
	uint64_t device;
	const char *target;
} standard[] = {
	{ "proc", S_IFDIR | 0555, 0, NULL },
	{ "tmp", S_IFDIR | 01777, 0, NULL },
	{ "dev/pts", S_IFDIR | 0755, 0, NULL },
	{ "dev/shm", S_IFDIR | 01777, 0, NULL },
	{ "dev/null", S_IFCHR | 0666, makedev(DEVICE_MEMORY, 3), NULL },
	{ "dev/zero", S_IFCHR | 0666, makedev(DEVICE_MEMORY, 5), NULL },
	{ "dev/full", S_IFCHR | 0666, makedev(DEVICE_MEMORY, 7), NULL },
	{ "dev/random", S_IFCHR | 0666, makedev(DEVICE_MEMORY, 8), NULL },
	{ "dev/urandom", S_IFCHR | 0666, makedev(DEVICE_MEMORY, 9), NULL },
	{ "dev/tty", S_IFCHR | 0666, makedev(DEVICE_TERMINAL, 0), NULL },
	{ "dev/console", S_IFCHR | 0600, makedev(DEVICE_TERMINAL, 1), NULL },
	{ "dev/ptmx", S_IFCHR | 0666, makedev(DEVICE_TERMINAL, 2), NULL },
	{ "dev/fd", S_IFLNK | 0777, 0, "/proc/self/fd" },
	{ "dev/stdin", S_IFLNK | 0777, 0, "/proc/self/fd/0" },
	{ "dev/stdout", S_IFLNK | 0777, 0, "/proc/self/fd/1" },
	{ "dev/stderr", S_IFLNK | 0777, 0, "/proc/self/fd/2" },
};

static int
standard_add(const struct standard *s)
{
	struct node *directory, *n;
	const char *name;
	int error = directories_make(s->path, &directory, &name);

	if (error)
		return error;
	if (S_ISDIR(s->mode)) {
		error = directory_make(directory, name, (unsigned)strlen(name), s->mode & 07777, &n);
		if (!error)
			n->mode = s->mode;
		return error;
	}
	n = node_create(NULL, s->mode);
	if (!n)
		return -ENOMEM;
	n->device = s->device;
	error = s->target ? target_set(n, s->target, strlen(s->target)) : 0;
	if (!error)
		error = name_give(directory, name, (unsigned)strlen(name), n);
	node_left(n);
	return error;
}

/* The directory at the root, or in one there, whose names are made from now on. */
static struct node *
made_begin(struct node *directory, const char *name, enum node_sort sort)
{
	struct node *n = entry_find(directory, name, (unsigned)strlen(name), name_hash(name, (unsigned)strlen(name)))->node;

	n->sort = (uint8_t)sort;
	return n;
}

int
file_begin(const void *archive, size_t bytes)
{
	struct file_state *state = &shared->file;
	struct node *devices;

	state->root = node_create(NULL, S_IFDIR | 0755);
	if (!state->root)
		return -ENOMEM;
	state->root->links = 2;
	int error = archive_add(archive, bytes);
	for (unsigned i = 0; i < sizeof(standard) / sizeof(*standard) && !error; i++)
		error = standard_add(&standard[i]);
	if (!error)
		error = directory_make(state->root, "dev", 3, 0755, &devices);
	if (error)
		return error;
	state->process = made_begin(state->root, "proc", NODE_PROCESS);
	state->terminals = made_begin(devices, "pts", NODE_TERMINAL);
	return 0;
}
