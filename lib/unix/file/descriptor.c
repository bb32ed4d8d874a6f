/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files and descriptors: <unix/file.h>. */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include "objects.h"
#include "open.h"

const struct file_operation *const file_operations[FILE_KINDS] = {
	[FILE_NODE] = &node_operation,
	[FILE_DIRECTORY] = &directory_operation,
	[FILE_DEVICE] = &device_operation,
	[FILE_TEXT] = &text_operation,
	[FILE_PIPE] = &pipe_operation,
	[FILE_SOCKET] = &socket_operation,
	[FILE_TERMINAL] = &terminal_operation,
	[FILE_EVENT] = &event_operation,
	[FILE_TIMER] = &timer_operation,
	[FILE_EPOLL] = &epoll_operation,
	[FILE_SIGNAL] = &signalfd_operation,
};

/* --- open files -------------------------------------------------------------------------------------------------------------------- */

struct file *
file_make(enum file_kind kind, uint32_t flags)
{
	struct file *f = arena_take(ARENA_FILE);

	if (!f)
		return NULL;
	f->references = 1;
	f->kind = (uint16_t)kind;
	f->readable = (flags & O_ACCMODE) != O_WRONLY;
	f->writable = (flags & O_ACCMODE) != O_RDONLY;
	f->flags = flags & ~(uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
	return f;
}

__attribute__((noinline)) void
file_end(struct file *f)
{
	const struct file_operation *operation = file_operations[f->kind];

	if (f->node && f->node->locks)
		locks_release(f->node, f);
	if (f->watches)
		watch_forget(f);
	if (operation->close)
		operation->close(f);
	if (f->writes)
		f->node->writers--;
	if (f->node)
		node_left(f->node);
	arena_give(ARENA_FILE, f);
}

/* --- descriptors --------------------------------------------------------------------------------------------------------------------- */

struct file *
files_at(const struct files *files, int fd)
{
	unsigned n = (unsigned)fd;

	if (__builtin_expect(n < FILES_BLOCK, true))
		return files->few.file[n];
	if (n >= FILES_LIMIT)
		return NULL;
	const struct files_block *b = files->block[n / FILES_BLOCK];
	return b ? b->file[n % FILES_BLOCK] : NULL;
}

struct file *
file_of(struct task *t, int fd)
{
	return files_at(t->process->files, fd);
}

/* The block that FD is in, made if need be; NULL: no memory. */
static struct files_block *
block_of(struct files *files, unsigned fd)
{
	struct files_block **b = &files->block[fd / FILES_BLOCK];

	if (!*b)
		*b = arena_take(ARENA_FILES_BLOCK);
	return *b;
}

/* The lowest free descriptor that is not below FROM; FILES_LIMIT: none. */
unsigned
files_lowest(const struct files *files, unsigned from)
{
	uint64_t above = ~0ul << from % FILES_BLOCK;

	for (unsigned i = from / FILES_BLOCK; i < FILES_LIMIT / FILES_BLOCK; i++, above = ~0ul) {
		uint64_t free = ~(files->block[i] ? files->block[i]->used : 0) & above;
		if (free)
			return i * FILES_BLOCK + (unsigned)__builtin_ctzl(free);
	}
	return FILES_LIMIT;
}

unsigned
files_limit(const struct task *t)
{
	uint64_t limit = t->process->limit[RLIMIT_NOFILE][0];

	return limit < FILES_LIMIT ? (unsigned)limit : FILES_LIMIT;
}

bool
files_full(const struct task *t)
{
	return files_lowest(t->process->files, 0) >= files_limit(t);
}

/* F becomes FD's, which is free.  Takes the reference over, on error too. */
int
files_set(struct files *files, unsigned fd, struct file *f, bool close_on_exec)
{
	struct files_block *b = block_of(files, fd);
	uint64_t bit = 1ul << fd % FILES_BLOCK;

	if (!b) {
		file_drop(f);
		return -ENOMEM;
	}
	b->file[fd % FILES_BLOCK] = f;
	b->used |= bit;
	b->close_on_exec = close_on_exec ? b->close_on_exec | bit : b->close_on_exec & ~bit;
	return (int)fd;
}

int
file_install_from(struct task *t, struct file *f, unsigned from, bool close_on_exec)
{
	unsigned fd = files_lowest(t->process->files, from);

	if (fd >= files_limit(t)) {
		file_drop(f);
		return -EMFILE;
	}
	return files_set(t->process->files, fd, f, close_on_exec);
}

int
file_install(struct task *t, struct file *f, uint32_t flags)
{
	return file_install_from(t, f, 0, flags & O_CLOEXEC);
}

/* A process's record locks go with the first descriptor of the file that it closes. */
static void
file_close(struct files *files, struct file *f)
{
	if (f->node && f->node->locks)
		locks_release(f->node, files);
	file_drop(f);
}

int
files_close(struct files *files, int fd)
{
	struct file *f = files_at(files, fd);

	if (!f)
		return -EBADF;
	struct files_block *b = files->block[(unsigned)fd / FILES_BLOCK];
	uint64_t bit = 1ul << (unsigned)fd % FILES_BLOCK;
	b->file[(unsigned)fd % FILES_BLOCK] = NULL;
	b->used &= ~bit;
	b->close_on_exec &= ~bit;
	file_close(files, f);
	return 0;
}

/* --- a process's --------------------------------------------------------------------------------------------------------------------- */

static struct files *
files_empty(struct node *root, struct node *directory)
{
	struct files *files = arena_take(ARENA_FILES);

	if (!files)
		return NULL;
	files->users = 1;
	files->block[0] = &files->few;
	files->root = node_held(root);
	files->directory = node_held(directory);
	return files;
}

struct files *
files_create(void)
{
	return files_empty(shared->file.root, shared->file.root);
}

static void
block_copy(struct files_block *to, const struct files_block *from)
{
	to->used = from->used;
	to->close_on_exec = from->close_on_exec;
	for (uint64_t used = from->used; used; used &= used - 1) {
		unsigned i = (unsigned)__builtin_ctzl(used);
		to->file[i] = from->file[i];
		file_hold(to->file[i]);
	}
}

struct files *
files_fork(struct files *from)
{
	struct files *files = files_empty(from->root, from->directory);

	if (!files)
		return NULL;
	for (unsigned i = 0; i < FILES_LIMIT / FILES_BLOCK; i++) {
		if (!from->block[i] || !from->block[i]->used)
			continue;
		struct files_block *b = block_of(files, i * FILES_BLOCK);
		if (!b) {
			files_drop(files);
			return NULL;
		}
		block_copy(b, from->block[i]);
	}
	return files;
}

/* Those of block I that SELECTED has a bit for. */
static void
block_close(struct files *files, unsigned i, uint64_t selected)
{
	for (; selected; selected &= selected - 1)
		files_close(files, (int)(i * FILES_BLOCK) + __builtin_ctzl(selected));
}

void
files_drop(struct files *files)
{
	if (--files->users)
		return;
	for (unsigned i = 0; i < FILES_LIMIT / FILES_BLOCK; i++) {
		if (!files->block[i])
			continue;
		block_close(files, i, files->block[i]->used);
		if (i)
			arena_give(ARENA_FILES_BLOCK, files->block[i]);
	}
	node_left(files->root);
	node_left(files->directory);
	arena_give(ARENA_FILES, files);
}

/* T's process has descriptors of its own from now on. */
int
files_unshare(struct task *t)
{
	struct files *shared_before = t->process->files;

	if (shared_before->users == 1)
		return 0;
	struct files *own = files_fork(shared_before);
	if (!own)
		return -ENOMEM;
	t->process->files = own;
	files_drop(shared_before);
	return 0;
}

int
files_exec(struct task *t)
{
	int error = files_unshare(t);

	if (error)
		return error;
	struct files *files = t->process->files;
	for (unsigned i = 0; i < FILES_LIMIT / FILES_BLOCK; i++) {
		if (files->block[i])
			block_close(files, i, files->block[i]->close_on_exec);
	}
	return 0;
}
