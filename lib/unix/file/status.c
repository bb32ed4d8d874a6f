/* SPDX-License-Identifier: BSD-2-Clause */
/* stat and its family, access, statfs. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <unix/calls.h>
#include "objects.h"
#include "open.h"

#define SECOND 1000000000ul

static struct timespec
time_of(uint64_t nanoseconds)
{
	return (struct timespec){ .tv_sec = (time_t)(nanoseconds / SECOND), .tv_nsec = (long)(nanoseconds % SECOND) };
}

static void
node_stat(const struct node *n, struct stat *s)
{
	static const unsigned device[] = { [NODE_STORED] = DEVICE_TREE, [NODE_PROCESS] = DEVICE_PROCESSES, [NODE_TERMINAL] = DEVICE_TERMINALS };

	*s = (struct stat){
		.st_dev = device[n->sort], .st_ino = n->number, .st_nlink = n->links, .st_mode = n->mode, .st_uid = n->uid, .st_gid = n->gid,
		.st_rdev = n->device, .st_size = (off_t)n->size, .st_blksize = UNIX_PAGE,
		.st_blocks = S_ISREG(n->mode) && n->sort == NODE_STORED ? (blkcnt_t)content_blocks(n) : 0,
		.st_atim = time_of(n->accessed), .st_mtim = time_of(n->modified), .st_ctim = time_of(n->changed),
	};
}

/* A file that no path led to.  Its number is where its object is. */
static void
file_stat(const struct task *t, const struct file *f, struct stat *s)
{
	static const struct { unsigned device, mode; } row[FILE_KINDS] = {
		[FILE_PIPE] = { DEVICE_PIPES, S_IFIFO | 0600 },
		[FILE_SOCKET] = { DEVICE_SOCKETS, S_IFSOCK | 0777 },
		[FILE_TERMINAL] = { DEVICE_TERMINALS, S_IFCHR | 0620 },
		[FILE_EVENT] = { DEVICE_EVENTS, 0600 },
		[FILE_TIMER] = { DEVICE_EVENTS, 0600 },
		[FILE_SIGNAL] = { DEVICE_EVENTS, 0600 },
		[FILE_EPOLL] = { DEVICE_EVENTS, 0600 },
	};

	*s = (struct stat){
		.st_dev = row[f->kind].device, .st_ino = file_number(f), .st_nlink = 1, .st_mode = row[f->kind].mode,
		.st_uid = t->process->who.fsuid, .st_gid = t->process->who.fsgid, .st_blksize = UNIX_PAGE,
	};
	if (f->kind == FILE_TERMINAL)
		s->st_rdev = terminal_device(f->terminal);
}

uint64_t
file_number(const struct file *f)
{
	uint64_t object = f->kind == FILE_PIPE ? (uint64_t)(uintptr_t)f->pipe : (uint64_t)(uintptr_t)f;

	return (object - UNIX_ARENA) / 8;
}

static void
any_stat(const struct task *t, const struct node *n, const struct file *f, struct stat *s)
{
	if (n)
		node_stat(n, s);
	else
		file_stat(t, f, s);
}

/* --- stat ------------------------------------------------------------------------------------------------------------------------------ */

static int64_t
stat_path(struct task *t, int at, uint64_t path, uint64_t to, unsigned flags)
{
	struct walk w;
	struct stat s;
	int error = walk_user(t, at, path, flags | WALK_FILE, 0, &w);

	if (error)
		return error;
	any_stat(t, w.node, w.file, &s);
	walk_end(&w);
	return host_copy_out(t, to, &s, sizeof(s));
}

int64_t
unix_stat(struct task *t, uint64_t path, uint64_t to)
{
	return stat_path(t, AT_FDCWD, path, to, WALK_FOLLOW);
}

int64_t
unix_lstat(struct task *t, uint64_t path, uint64_t to)
{
	return stat_path(t, AT_FDCWD, path, to, 0);
}

int64_t
unix_fstat(struct task *t, int fd, uint64_t to)
{
	struct file *f = file_of(t, fd);
	struct stat s;

	if (!f)
		return -EBADF;
	any_stat(t, f->node, f, &s);
	return host_copy_out(t, to, &s, sizeof(s));
}

static unsigned
walk_flags(int flags)
{
	return (flags & AT_SYMLINK_NOFOLLOW ? 0u : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0u);
}

int64_t
unix_newfstatat(struct task *t, int at, uint64_t path, uint64_t to, int flags)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH))
		return -EINVAL;
	return stat_path(t, at, path, to, walk_flags(flags));
}

/* As statx has it. */
struct stamp {
	int64_t seconds;
	uint32_t nanoseconds, pad;
};

struct status {
	uint32_t mask, block_bytes;
	uint64_t attributes;
	uint32_t links, uid, gid;
	uint16_t mode, pad;
	uint64_t number, size, blocks, attributes_known;
	struct stamp accessed, created, changed, modified;
	uint32_t device_major, device_minor, in_major, in_minor;
	uint64_t more[14];
};
_Static_assert(sizeof(struct status) == 256, "struct statx");

#define STATUS_BASIC	0x7ffu		/* STATX_BASIC_STATS */
#define STATUS_RESERVED	0x80000000u

static struct stamp
stamp_of(struct timespec time)
{
	return (struct stamp){ .seconds = time.tv_sec, .nanoseconds = (uint32_t)time.tv_nsec };
}

int64_t
unix_statx(struct task *t, int at, uint64_t path, int flags, unsigned mask, uint64_t to)
{
	struct walk w;
	struct stat s;

	if (mask & STATUS_RESERVED || flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	if ((flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	int error = walk_user(t, at, path, walk_flags(flags) | WALK_FILE, 0, &w);
	if (error)
		return error;
	any_stat(t, w.node, w.file, &s);
	walk_end(&w);
	struct status status = {
		.mask = STATUS_BASIC, .block_bytes = UNIX_PAGE, .links = (uint32_t)s.st_nlink, .uid = s.st_uid, .gid = s.st_gid,
		.mode = (uint16_t)s.st_mode, .number = s.st_ino, .size = (uint64_t)s.st_size, .blocks = (uint64_t)s.st_blocks,
		.accessed = stamp_of(s.st_atim), .modified = stamp_of(s.st_mtim), .changed = stamp_of(s.st_ctim),
		.device_major = major(s.st_rdev), .device_minor = minor(s.st_rdev), .in_major = major(s.st_dev), .in_minor = minor(s.st_dev),
	};
	return host_copy_out(t, to, &status, sizeof(status));
}

/* --- access ---------------------------------------------------------------------------------------------------------------------------- */

static int64_t
access_path(struct task *t, int at, uint64_t path, int mode, unsigned flags)
{
	struct walk w;
	int error = walk_user(t, at, path, flags | WALK_FILE, 0, &w);

	if (error)
		return error;
	error = w.node && mode ? node_allows(t, w.node, mode) : 0;
	walk_end(&w);
	return error;
}

/* By the real user and group, unless AT_EACCESS. */
int64_t
unix_faccessat2(struct task *t, int at, uint64_t path, int mode, int flags)
{
	struct credentials *who = &t->process->who;
	uint32_t uid = who->fsuid, gid = who->fsgid;

	if (mode & ~(R_OK | W_OK | X_OK) || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!(flags & AT_EACCESS)) {
		who->fsuid = who->uid;
		who->fsgid = who->gid;
	}
	int64_t result = access_path(t, at, path, mode, walk_flags(flags));
	who->fsuid = uid;
	who->fsgid = gid;
	return result;
}

int64_t
unix_faccessat(struct task *t, int at, uint64_t path, int mode)
{
	return unix_faccessat2(t, at, path, mode, 0);
}

int64_t
unix_access(struct task *t, uint64_t path, int mode)
{
	return unix_faccessat2(t, AT_FDCWD, path, mode, 0);
}

/* --- the tree as a whole --------------------------------------------------------------------------------------------------------------- */

static int64_t
statfs_put(struct task *t, const struct node *n, uint64_t to)
{
	static const unsigned long type[] = { [NODE_STORED] = 0x01021994, [NODE_PROCESS] = 0x9fa0, [NODE_TERMINAL] = 0x1cd1 };
	struct statfs s = { .f_type = type[n ? n->sort : NODE_STORED], .f_bsize = UNIX_PAGE, .f_frsize = UNIX_PAGE, .f_namelen = NAME_LIMIT };

	if (!n || n->sort == NODE_STORED) {
		s.f_blocks = content_limit();
		s.f_bfree = s.f_bavail = content_limit() - shared->file.pages;
	}
	return host_copy_out(t, to, &s, sizeof(s));
}

int64_t
unix_statfs(struct task *t, uint64_t path, uint64_t to)
{
	struct walk w;
	int error = walk_user(t, AT_FDCWD, path, WALK_FOLLOW, 0, &w);

	if (error)
		return error;
	int64_t result = statfs_put(t, w.node, to);
	walk_end(&w);
	return result;
}

int64_t
unix_fstatfs(struct task *t, int fd, uint64_t to)
{
	struct file *f = file_of(t, fd);

	return f ? statfs_put(t, f->node, to) : -EBADF;
}
