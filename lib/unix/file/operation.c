/* SPDX-License-Identifier: BSD-2-Clause */
/* Regular files and directories, as open files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

#define SIGXFSZ	25

/* --- reading and writing --------------------------------------------------------------------------------------------------------------- */

static int64_t
node_get(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	int64_t done = content_get(f->node, *position, d);

	if (done > 0) {
		*position += (uint64_t)done;
		if (!(f->flags & O_NOATIME))
			node_seen(f->node);
	}
	return done;
}

/* How much may be written at POSITION: 0, or -EFBIG; a limit is told by a signal, too. */
static int
write_limit(struct task *t, struct user_data *d, uint64_t position)
{
	uint64_t limit = t->process->limit[RLIMIT_FSIZE][0];

	if (position >= limit) {
		signal_simple(t->process, SIGXFSZ);
		return -EFBIG;
	}
	if (limit > INT64_MAX)
		limit = INT64_MAX;
	if (position >= limit)
		return -EFBIG;
	if (d->left > limit - position)
		d->left = limit - position;
	return 0;
}

static int64_t
node_put(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	struct node *n = f->node;

	if (f->flags & O_APPEND)
		*position = n->size;
	if (!d->left)
		return 0;
	if (n->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	if (n->seals & F_SEAL_GROW && *position + d->left > n->size)
		return -EPERM;
	int error = write_limit(t, d, *position);
	if (error)
		return error;
	int64_t done = content_put(n, *position, d);
	if (done > 0) {
		*position += (uint64_t)done;
		node_touch(n);
		if (n->mode & (S_ISUID | S_ISGID))
			node_disarm(t, n);
	}
	return done;
}

/* --- places ---------------------------------------------------------------------------------------------------------------------------- */

/* The first byte at or behind OFFSET that is data, or not: by pages. */
static int64_t
seek_content(const struct node *n, uint64_t offset, bool data)
{
	if (offset >= n->size)
		return -ENXIO;
	for (uint64_t index = offset / UNIX_PAGE; index * UNIX_PAGE < n->size; index++) {
		if (content_page(n, index) == data)
			return (int64_t)(index * UNIX_PAGE > offset ? index * UNIX_PAGE : offset);
	}
	return data ? -ENXIO : (int64_t)n->size;
}

int64_t
seek_to(struct file *f, int64_t base, int64_t offset)
{
	int64_t place;

	if (__builtin_add_overflow(base, offset, &place) || place < 0)
		return -EINVAL;
	f->position = (uint64_t)place;
	return place;
}

static int64_t
node_seek(struct file *f, int64_t offset, int whence)
{
	int64_t place;

	switch (whence) {
	case SEEK_SET:
		return seek_to(f, 0, offset);
	case SEEK_CUR:
		return seek_to(f, (int64_t)f->position, offset);
	case SEEK_END:
		return seek_to(f, (int64_t)f->node->size, offset);
	case SEEK_DATA:
	case SEEK_HOLE:
		place = seek_content(f->node, (uint64_t)offset, whence == SEEK_DATA);
		return place < 0 ? place : seek_to(f, 0, place);
	default:
		return -EINVAL;
	}
}

static int64_t
directory_get(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	return -EISDIR;
}

static int64_t
directory_seek(struct file *f, int64_t offset, int whence)
{
	switch (whence) {
	case SEEK_SET:
		return seek_to(f, 0, offset);
	case SEEK_CUR:
		return seek_to(f, (int64_t)f->position, offset);
	default:
		return -EINVAL;
	}
}

const struct file_operation node_operation = {
	.read = node_get,
	.write = node_put,
	.seek = node_seek,
};

const struct file_operation directory_operation = {
	.read = directory_get,
	.seek = directory_seek,
};

/* --- mapping --------------------------------------------------------------------------------------------------------------------------- */

int
file_content(struct file *f, struct node **node)
{
	*node = NULL;
	if (f->kind == FILE_DEVICE && device_zero(f->value))
		return 0;
	if (f->kind != FILE_NODE)
		return -ENODEV;
	*node = f->node;
	return 0;
}
