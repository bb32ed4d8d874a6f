/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files: nodes of the tree, open files, descriptors; and what a kind of file is to read, write, poll.
 *
 *     descriptor (struct files) ──► open file (struct file) ──► node, pipe, socket, terminal
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/kinds.h>
#include <unix/limits.h>
#include <unix/wait.h>

struct file;
struct node;
struct task;
struct process;

/* --- data of a call: the program's memory, in pieces --------------------------------------------------------------------------------- */

struct user_piece {
	uint64_t address, bytes;
};

/* What is left of what readv, writev and the like were given: a call moves it on. */
struct user_data {
	struct task *task;			/* NULL: the addresses are the core's own (sendfile) */
	const struct user_piece *piece;		/* the first with something left */
	unsigned pieces;
	uint64_t done;				/* of the first */
	uint64_t left;				/* in all */
};

int data_put(struct user_data *d, const void *from, uint64_t bytes);	/* to the program: 0 or -EFAULT */
int data_get(struct user_data *d, void *to, uint64_t bytes);		/* from it */

/* A call's vector of pieces (struct iovec of the program): copied once, before anything is done with it. */
#define PIECES_FEW	8
struct user_pieces {
	struct user_piece few[PIECES_FEW];
	struct piece_table *many;		/* more; NULL: they are few */
};
int data_begin(struct task *t, struct user_data *d, struct user_pieces *p, uint64_t vector, uint64_t count);	/* 0, -EINVAL, -EFAULT, -ENOMEM */
void data_end(struct user_pieces *p);

/* One piece, BYTES at ADDRESS, into D and P. */
static inline void
data_one(struct task *t, struct user_data *d, struct user_piece *p, uint64_t address, uint64_t bytes)
{
	*p = (struct user_piece){ address, bytes };
	*d = (struct user_data){ t, p, 1, 0, bytes };
}

/* --- kinds of files ------------------------------------------------------------------------------------------------------------------------ */

enum file_kind { FILE_NODE, FILE_DIRECTORY, FILE_DEVICE, FILE_TEXT, FILE_PIPE, FILE_SOCKET, FILE_TERMINAL, FILE_EVENT, FILE_TIMER, FILE_EPOLL, FILE_SIGNAL, FILE_KINDS };

struct file {
	uint32_t references;
	uint16_t kind;				/* enum file_kind: file_operations[kind] */
	bool readable, writable;
	uint32_t flags;				/* O_APPEND, O_NONBLOCK, ... */
	uint64_t position;
	struct node *node;			/* what it was opened by; held.  NULL: pipe(), socket() */
	union {
		struct pipe *pipe;
		struct socket *socket;
		struct terminal *terminal;
		struct timer *timer;
		struct epoll *epoll;
		uint64_t value;			/* a device's, an event counter's */
	};
	struct watch *watches;			/* of epoll: the last reference's end calls watch_forget of <unix/terminal.h>, if there are any */
	int32_t owner, owner_signal;		/* F_SETOWN */
	bool writes;				/* it is one of its node's writers */
	struct wait_queue queue;		/* of kinds that have one each */
};

struct poll_call;				/* of poll.c; NULL where nobody waits */

/*
 * NULL: not for this kind.  Results are bytes or 0, or an error.  POSITION is that of pread or of the file.  `read' waits, unless the file has O_NONBLOCK, with wait_at.
 */
struct file_operation {
	int64_t (*read)(struct task *t, struct file *f, struct user_data *d, uint64_t *position);
	int64_t (*write)(struct task *t, struct file *f, struct user_data *d, uint64_t *position);
	int64_t (*read_plain)(struct task *t, struct file *f, uint64_t to, uint64_t bytes);	/* of read() and write(), in their place: what is not usual goes to file_plain */
	int64_t (*write_plain)(struct task *t, struct file *f, uint64_t from, uint64_t bytes);
	int64_t (*seek)(struct file *f, int64_t offset, int whence);	/* the new position */
	unsigned (*poll)(struct file *f, struct poll_call *p);	/* POLL* that hold now; puts P, if there is one, into the queues that tell of a change.  NULL: always ready */
	int64_t (*control)(struct task *t, struct file *f, unsigned request, uint64_t argument);	/* ioctl */
	void (*close)(struct file *f);		/* the last reference goes */
};
extern const struct file_operation *const file_operations[FILE_KINDS];	/* those of FILE_PIPE and what follows are in <unix/terminal.h> */

/* By `read' or `write', at the file's position, after what was not usual; where the program has the bytes is known at a glance the next time. */
int64_t file_plain(struct task *t, struct file *f, uint64_t address, uint64_t bytes, bool writing);

int poll_queue(struct poll_call *p, struct wait_queue *q);	/* for `poll': 0, also if P is NULL, or -ENOMEM */

/* --- descriptors ------------------------------------------------------------------------------------------------------------------------------ */

#define FILES_BLOCK	64

struct files_block {
	uint64_t used, close_on_exec;		/* bits of what there is in: */
	struct file *file[FILES_BLOCK];
};

struct files {
	uint32_t users;				/* processes: clone with CLONE_FILES */
	struct files_block *block[FILES_LIMIT / FILES_BLOCK];	/* NULL: all free */
	struct files_block few;			/* the first */
	struct node *root, *directory;		/* held */
};

struct file *file_make(enum file_kind kind, uint32_t flags);	/* one reference; readable and writable by O_ACCMODE; NULL: no memory */
void file_end(struct file *f);					/* nobody refers to it */
static inline void file_hold(struct file *f) { f->references++; }
static inline void
file_drop(struct file *f)
{
	if (--f->references == 0)
		file_end(f);
}

struct file *files_at(const struct files *files, int fd);	/* NULL: EBADF */
struct file *file_of(struct task *t, int fd);			/* of T's process */
bool files_full(const struct task *t);			/* no descriptor is left: said before anything else is done */
int file_install(struct task *t, struct file *f, uint32_t flags);	/* the lowest descriptor, O_CLOEXEC; takes the reference over, on error too; -EMFILE */
int files_close(struct files *files, int fd);			/* 0, -EBADF */

struct files *files_create(void);				/* without descriptors, in the tree's root */
struct files *files_fork(struct files *from);			/* NULL: no memory */
void files_drop(struct files *files);
int files_exec(struct task *t);					/* closes what is to be closed; its own, if it shared them.  0, -ENOMEM */

/* --- the tree -------------------------------------------------------------------------------------------------------------------------------- */

/* Where PATH leads from directory AT (-100: the working directory).  Held.  -ENOENT, -ENOTDIR, -EACCES, -ELOOP, -ENAMETOOLONG. */
int node_find(struct task *t, int at, const char *path, bool follow, struct node **found);
void node_hold(struct node *n);
void node_drop(struct node *n);

/* As open(2), without a descriptor: one reference.  Errors as open's. */
int file_open(struct task *t, int at, const char *path, uint32_t flags, uint32_t mode, struct file **opened);

/* Where N is, from T's root, before the end of TEXT: its begin.  If it is gone " (deleted)" follows.  NULL: it is longer. */
const char *node_path(struct task *t, const struct node *n, char *text, size_t bytes);

uint64_t node_size(const struct node *n);
int node_executable(struct task *t, struct node *n);		/* 0; -EACCES: not a regular file, or no permission; -ETXTBSY: it is open to be written */
void node_run(struct node *n);		/* held, and not to be written: a memory has it as its program */
void node_rest(struct node *n);		/* and no more */
void node_arms(const struct node *n, uint32_t *uid, uint32_t *gid);	/* its set-user-ID and set-group-ID bits: whom they say, in place of these */

/* Page INDEX of a regular file, made if it is not there; stays the file's. 0 or -ENXIO: behind its end, -ENOMEM. */
int node_page(struct node *n, uint64_t index, page_t *page);

/* Where the numbers of its pages from INDEX on are noted, COUNT of them, 0 for those that are not there; NULL: none is.  Until the node changes. */
const page_t *node_pages(const struct node *n, uint64_t index, uint64_t *count);
int64_t node_read(struct node *n, uint64_t offset, void *to, uint64_t bytes);	/* bytes, fewer at the end */

uint32_t node_mode(const struct node *n);			/* st_mode */
int node_allows(const struct task *t, const struct node *n, int mode);	/* R_OK, W_OK, X_OK: 0 or -EACCES */

/* As mknodat: a FIFO, a socket, a device.  Held.  -EEXIST, -ENOMEM, node_find's. */
int node_special(struct task *t, int at, const char *path, uint32_t mode, uint64_t device, struct node **made);

/* What an area that maps F shows: its node, or NULL, which is zeroes (/dev/zero).  -ENODEV: it cannot be mapped. */
int file_content(struct file *f, struct node **node);

/* A file of zeroes without a name, for shared memory; held.  NULL: there is no memory. */
struct node *node_anonymous(uint64_t bytes);

/* An area shows it: its pages that are cut meanwhile stay as long as one does. */
void node_mapped(struct node *n);
void node_unmapped(struct node *n);

#define NODE_HASH	4096			/* a power of two */

struct file_state {
	struct node *root, *process, *terminals;	/* /proc, /dev/pts */
	struct entry *hash[NODE_HASH];		/* names, by directory and name */
	uint64_t last_number;			/* of a node */
	uint64_t pages;				/* that files have */
	uint64_t tables;			/* and pages with the numbers of these */
	struct record_lock *waiting;		/* what is waited for, by fcntl: who waits for whom */
	struct wait_queue unlocked;		/* of whichever node */
	char path[2][PATH_LIMIT];		/* of the call that has the lock, until it waits */
	char text[PATH_LIMIT];			/* likewise: of node_path */
};

/* The tree: what the archive has, /dev, /proc, /tmp.  0; -EINVAL: the archive is damaged; -ENOMEM. */
int file_begin(const void *archive, size_t bytes);
