/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors: open, close, dup, fcntl, ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

#define SETTABLE	(O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)
#define SEALS		(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)
#define MEMFD_NAME	249
#define SIGNAL_LAST	64

/* --- open and close -------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_openat(struct task *t, int at, uint64_t path, int flags, uint32_t mode)
{
	char *text = shared->file.path[0];
	struct file *f;
	int64_t length = host_copy_text(t, text, path, PATH_LIMIT);

	if (length < 0)
		return length;
	if (files_full(t))
		return -EMFILE;
	int error = file_open(t, at, text, (uint32_t)flags | O_LARGEFILE, mode, &f);
	return error ? error : file_install(t, f, (uint32_t)flags);
}

int64_t
unix_open(struct task *t, uint64_t path, int flags, uint32_t mode)
{
	return unix_openat(t, AT_FDCWD, path, flags, mode);
}

int64_t
unix_creat(struct task *t, uint64_t path, uint32_t mode)
{
	return unix_openat(t, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int64_t
unix_close(struct task *t, int fd)
{
	return files_close(t->process->files, fd);
}

static void
range_close(struct files *files, unsigned first, unsigned last, bool on_exec)
{
	for (unsigned fd = first; fd <= last; fd++) {
		struct files_block *b = files->block[fd / FILES_BLOCK];
		if (!b)
			fd |= FILES_BLOCK - 1;
		else if (on_exec)
			b->close_on_exec |= b->used & 1ul << fd % FILES_BLOCK;
		else
			files_close(files, (int)fd);
	}
}

int64_t
unix_close_range(struct task *t, unsigned first, unsigned last, unsigned flags)
{
	if (flags & ~CLOSE_RANGE_FLAGS || first > last)
		return -EINVAL;
	if (flags & CLOSE_RANGE_OWN) {
		int error = files_unshare(t);
		if (error)
			return error;
	}
	if (last >= FILES_LIMIT)
		last = FILES_LIMIT - 1;
	range_close(t->process->files, first, last, flags & CLOSE_RANGE_LATER);
	return 0;
}

/* Its name is that of a file that is gone. */
static int
memory_name(struct node *n, const char *name, size_t length)
{
	struct entry *e = entry_make(name, (unsigned)length, 0);

	if (!e)
		return -ENOMEM;
	e->directory = node_held(shared->file.root);
	e->gone = true;
	n->entries = e;
	return 0;
}

int64_t
unix_memfd_create(struct task *t, uint64_t name, unsigned flags)
{
	char text[sizeof("memfd:") + MEMFD_NAME] = "memfd:";
	int64_t length = host_copy_text(t, text + 6, name, MEMFD_NAME + 1);

	if (flags & ~(unsigned)(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	if (length < 0)
		return length == -ENAMETOOLONG ? -EINVAL : length;
	struct node *n = node_create(t, S_IFREG | 0777);
	struct file *f = n && !memory_name(n, text, (size_t)length + 6) ? file_make(FILE_NODE, O_RDWR | O_LARGEFILE) : NULL;
	if (!f) {
		if (n)
			node_left(n);
		return -ENOMEM;
	}
	n->seals = flags & MFD_ALLOW_SEALING ? 0 : F_SEAL_SEAL;
	f->node = n;
	return file_install(t, f, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
}

/* --- dup ------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_dup(struct task *t, int fd)
{
	struct file *f = file_of(t, fd);

	if (!f)
		return -EBADF;
	file_hold(f);
	return file_install(t, f, 0);
}

static int64_t
dup_to(struct task *t, struct file *f, int to, bool close_on_exec)
{
	if ((unsigned)to >= files_limit(t))
		return -EBADF;
	file_hold(f);
	files_close(t->process->files, to);
	return files_set(t->process->files, (unsigned)to, f, close_on_exec);
}

int64_t
unix_dup2(struct task *t, int fd, int to)
{
	struct file *f = file_of(t, fd);

	if (!f)
		return -EBADF;
	return fd == to ? to : dup_to(t, f, to, false);
}

int64_t
unix_dup3(struct task *t, int fd, int to, int flags)
{
	struct file *f = file_of(t, fd);

	if (flags & ~O_CLOEXEC || fd == to)
		return -EINVAL;
	return f ? dup_to(t, f, to, flags & O_CLOEXEC) : -EBADF;
}

/* --- fcntl ----------------------------------------------------------------------------------------------------------------------------- */

static int64_t
dup_from(struct task *t, struct file *f, uint64_t from, bool close_on_exec)
{
	if (from >= files_limit(t))
		return -EINVAL;
	file_hold(f);
	return file_install_from(t, f, (unsigned)from, close_on_exec);
}

static int64_t
close_on_exec(struct task *t, int fd, int set)
{
	struct files_block *b = t->process->files->block[(unsigned)fd / FILES_BLOCK];
	uint64_t bit = 1ul << (unsigned)fd % FILES_BLOCK;

	if (set < 0)
		return b->close_on_exec & bit ? FD_CLOEXEC : 0;
	b->close_on_exec = set ? b->close_on_exec | bit : b->close_on_exec & ~bit;
	return 0;
}

/* Who is told by a signal; groups are negative. */
struct owner {
	int type, pid;
};

static int64_t
owner_get(struct task *t, const struct file *f, uint64_t to)
{
	struct owner owner = { f->owner < 0 ? F_OWNER_PGRP : F_OWNER_PID, f->owner < 0 ? -f->owner : f->owner };

	return host_copy_out(t, to, &owner, sizeof(owner));
}

static int64_t
owner_set(struct task *t, struct file *f, uint64_t from)
{
	struct owner owner;
	int error = host_copy_in(t, &owner, from, sizeof(owner));

	if (error)
		return error;
	if ((unsigned)owner.type > F_OWNER_PGRP)
		return -EINVAL;
	f->owner = owner.type == F_OWNER_PGRP ? -owner.pid : owner.pid;
	return 0;
}

static int64_t
seals_add(struct file *f, uint64_t seals)
{
	if (f->kind != FILE_NODE || seals & ~(uint64_t)SEALS)
		return -EINVAL;
	if (!f->writable || f->node->seals & F_SEAL_SEAL)
		return -EPERM;
	if (seals & F_SEAL_WRITE && f->node->mapped)
		return -EBUSY;
	f->node->seals |= (uint32_t)seals;
	return 0;
}

/* Of descriptors that are only a place, too. */
static int64_t
control_descriptor(struct task *t, struct file *f, int fd, int command, uint64_t argument)
{
	switch (command) {
	case F_DUPFD:
		return dup_from(t, f, argument, false);
	case F_DUPFD_CLOEXEC:
		return dup_from(t, f, argument, true);
	case F_GETFD:
		return close_on_exec(t, fd, -1);
	case F_SETFD:
		return close_on_exec(t, fd, argument & FD_CLOEXEC);
	case F_GETFL:
		return f->flags;
	default:
		return -ENOTTY;
	}
}

static int64_t
control_file(struct task *t, struct file *f, int command, uint64_t argument)
{
	switch (command) {
	case F_SETFL:
		f->flags = (f->flags & ~(uint32_t)SETTABLE) | ((uint32_t)argument & SETTABLE);
		return 0;
	case F_GETOWN:
		return f->owner;
	case F_SETOWN:
		f->owner = (int32_t)argument;
		return 0;
	case F_GETOWN_EX:
		return owner_get(t, f, argument);
	case F_SETOWN_EX:
		return owner_set(t, f, argument);
	case F_GETSIG:
		return f->owner_signal;
	case F_SETSIG:
		if (argument > SIGNAL_LAST)
			return -EINVAL;
		f->owner_signal = (int32_t)argument;
		return 0;
	case F_ADD_SEALS:
		return seals_add(f, argument);
	case F_GET_SEALS:
		return f->kind == FILE_NODE ? (int64_t)f->node->seals : -EINVAL;
	case F_GETPIPE_SZ:
		return pipe_room(f);
	case F_SETPIPE_SZ:
		return pipe_resize(t, f, argument);
	default:
		return -EINVAL;
	}
}

int64_t
unix_fcntl(struct task *t, int fd, int command, uint64_t argument)
{
	struct file *f = file_of(t, fd);

	if (!f)
		return -EBADF;
	int64_t result = control_descriptor(t, f, fd, command, argument);
	if (result != -ENOTTY)
		return result;
	if (is_path(f))
		return -EBADF;
	switch (command) {
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return lock_control(t, f, command, argument);
	default:
		return control_file(t, f, command, argument);
	}
}

/* --- ioctl ----------------------------------------------------------------------------------------------------------------------------- */

static int64_t
flag_set(struct task *t, struct file *f, uint32_t flag, uint64_t address)
{
	int on;
	int error = host_copy_in(t, &on, address, sizeof(on));

	if (!error)
		f->flags = on ? f->flags | flag : f->flags & ~flag;
	return error;
}

static int64_t
rest_get(struct task *t, const struct file *f, uint64_t address)
{
	int rest = f->node->size > f->position ? (int)(f->node->size - f->position) : 0;

	return host_copy_out(t, address, &rest, sizeof(rest));
}

int64_t
unix_ioctl(struct task *t, int fd, unsigned request, uint64_t argument)
{
	struct file *f = file_of(t, fd);

	if (!f || is_path(f))
		return -EBADF;
	switch (request) {
	case FIOCLEX:
		return close_on_exec(t, fd, true);
	case FIONCLEX:
		return close_on_exec(t, fd, false);
	case FIONBIO:
		return flag_set(t, f, O_NONBLOCK, argument);
	case FIOASYNC:
		return flag_set(t, f, O_ASYNC, argument);
	case FIONREAD:
		if (f->kind == FILE_NODE)
			return rest_get(t, f, argument);
	}
	if (!file_operations[f->kind]->control)
		return -ENOTTY;
	file_hold(f);
	int64_t result = file_operations[f->kind]->control(t, f, request, argument);
	file_drop(f);
	return result;
}
