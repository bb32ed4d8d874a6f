/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tree is made of; for this folder, and arena.c, which makes them.
 *
 *     node (directory) ──first──► entry ──► entry ...      in the order in which they were made
 *                                   │ name, directory
 *                                   └──► node ──entries──► its names, linked by `also'
 *
 * An entry refers to its node and to its directory.  A name is found through shared->file.hash.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/file.h>

#define TARGET_SHORT	40	/* bytes of a symbolic link that fit in its node */
#define NAME_SHORT	31	/* longer names are in entries of the kind ARENA_LONG_ENTRY */

/* st_dev of what there is: minor numbers of major 0. */
enum { DEVICE_SOCKETS = 8, DEVICE_PIPES = 12, DEVICE_EVENTS = 14, DEVICE_TREE = 21, DEVICE_PROCESSES, DEVICE_TERMINALS };

enum node_sort {
	NODE_STORED,
	NODE_PROCESS,		/* of /proc: made when it is looked for, not kept */
	NODE_TERMINAL,		/* of /dev/pts: likewise */
};

/* Pages by index: a tree of page frames with 1,024 numbers each, HEIGHT levels of them; 0: root is the page. */
struct page_tree {
	page_t root;
	uint32_t height;
	uint64_t limit;			/* none is at it or behind */
};

/* A file, whatever its names. */
struct node {
	uint32_t references;		/* of entries, open files, areas, processes' directories, walks */
	uint32_t links, mode, uid, gid;
	uint32_t mapped;		/* areas that show it */
	int32_t writers;		/* open files that write to it; below 0: memories that have it as their program */
	uint8_t sort;			/* enum node_sort */
	bool nameless;			/* O_TMPFILE: it may get a name */
	uint16_t item;			/* which file of /proc */
	uint32_t seals;
	uint64_t number, size;
	uint64_t accessed, modified, changed;	/* nanoseconds since 1970 */
	uint64_t device;		/* of a device file: st_rdev */
	struct entry *entries;		/* its names, or the last one it had */
	struct record_lock *locks;
	union {
		struct {		/* a regular file, a symbolic link */
			struct page_tree pages;
			uint32_t page_count;
			const unsigned char *content;	/* of pages that are not there: in the archive */
			uint64_t content_bytes;
		};
		char target[TARGET_SHORT];		/* a short symbolic link, without content and pages */
		struct {		/* a directory */
			struct entry *first, *last;
			uint64_t next_place;
			uint32_t count;
		};
		struct {		/* of /proc */
			int32_t pid, descriptor;
		};
	};
};

/* A name in a directory. */
struct entry {
	struct entry *hash_next;
	struct entry *next, *previous;	/* of the directory */
	struct entry *also;		/* of the node */
	struct node *directory, *node;	/* the node is held; by one that is gone the directory, and the node has it for its path */
	uint64_t place;			/* ascending in the directory: where getdents goes on */
	uint32_t hash;
	uint8_t length;
	bool gone;
	char name[];
};

#define ENTRY_BYTES(limit) ((sizeof(struct entry) + (limit) + 1 + 7) & ~7ul)

struct piece_table {
	struct user_piece piece[IOV_LIMIT];
};

/* Of a range of a node.  Its owner is a process's descriptors (fcntl), or an open file (flock, and F_OFD_*). */
struct record_lock {
	struct record_lock *next;	/* of the node, or of those that are waited for */
	struct node *node;
	const void *owner;
	uint64_t start, end;		/* end: the last byte */
	int32_t pid;
	bool exclusive;
	bool whole;			/* flock: meets only its like */
};

/* --- node.c ---------------------------------------------------------------------------------------------------------------------------- */

struct node *node_create(struct task *t, uint32_t mode);	/* one reference, the task's as owner (NULL: the superuser), times; NULL: no memory */
struct node *node_create_in(struct task *t, const struct node *directory, uint32_t mode);	/* which may give it its group */
void node_end(struct node *n);

static inline struct node *
node_held(struct node *n)
{
	n->references++;
	return n;
}

static inline void
node_left(struct node *n)
{
	if (--n->references == 0)
		node_end(n);
}

uint64_t node_time(void);			/* now, since 1970 */
void node_touch(struct node *n);		/* content has changed */
void node_seen(struct node *n);			/* content was read: noted as with relatime, without its day */
void node_disarm(const struct task *t, struct node *n);	/* written: set-user-id and the like go */
bool node_member(const struct task *t, uint32_t gid);			/* T is in that group */
bool node_owned(const struct task *t, const struct node *n);	/* or by the superuser */
bool node_sticky(const struct task *t, const struct node *directory, const struct node *n);	/* T may not remove N's name from it */

/* --- content.c ------------------------------------------------------------------------------------------------------------------------- */

int64_t content_get(struct node *n, uint64_t offset, struct user_data *d);	/* to the program: bytes, or -EFAULT */
int64_t content_put(struct node *n, uint64_t offset, struct user_data *d);	/* from it: bytes, -EFAULT, -ENOSPC */
int content_reserve(struct node *n, uint64_t offset, uint64_t bytes);	/* pages for it: 0 or -ENOSPC */
void content_clear(struct node *n, uint64_t offset, uint64_t bytes);	/* zeroes; whole pages go */
void content_cut(struct node *n, uint64_t bytes);			/* a new size */
void content_end(struct node *n);
uint64_t content_limit(void);						/* pages that files may have in all: half of all */
uint64_t content_blocks(const struct node *n);				/* of 512 bytes */
bool content_page(const struct node *n, uint64_t index);		/* there is something there: for SEEK_DATA */

/* A symbolic link's text, terminated: set once, at most PATH_LIMIT - 1 bytes: -ENOSPC. */
int target_set(struct node *n, const char *text, uint64_t bytes);
const char *target_of(const struct node *n);

/* --- directory.c ----------------------------------------------------------------------------------------------------------------------- */

#define HASH_STEP(hash, c) ((hash) * 31 + (unsigned char)(c))
uint32_t name_hash(const char *name, unsigned length);
struct entry *entry_find(const struct node *directory, const char *name, unsigned length, uint32_t hash);
void entry_end(struct entry *last);		/* the one that a node has left when it ends; NULL: none */
struct entry *entry_make(const char *name, unsigned length, uint32_t hash);	/* in no directory yet; NULL: no memory */
void entry_free(struct entry *e);		/* one in no directory */
void entry_add(struct node *directory, struct entry *e, struct node *n);	/* N is held by it; counts links */
void entry_remove(struct entry *e);
struct node *node_parent(const struct node *directory);

/* --- walk.c ---------------------------------------------------------------------------------------------------------------------------- */

enum walk_flag {
	WALK_FOLLOW = 1,	/* a symbolic link that is last */
	WALK_MISSING = 2,	/* the last name may be of nothing; and a link before a slash is not followed */
	WALK_EMPTY = 4,		/* AT_EMPTY_PATH */
	WALK_FILE = 8,		/* it may lead to an open file that has no node */
};

enum walk_last { LAST_NAME, LAST_DOT, LAST_DOTS, LAST_ROOT, LAST_FILE };	/* LAST_FILE: an open file's, without a name */

struct walk {
	struct node *directory, *node;	/* held; NODE NULL: nothing is there */
	struct file *file;		/* WALK_FILE: in place of a node; held */
	struct entry *entry;		/* of a stored node */
	const char *name;		/* the last */
	unsigned length;
	uint32_t hash;
	enum walk_last last;
	bool slash;			/* it ended with one */
};

/* PATH as in shared->file.path; after an error there is nothing to end. */
int walk_begin(struct task *t, int at, const char *path, unsigned flags, struct walk *w);
void walk_end(struct walk *w);

/* The program's path at ADDRESS, into shared->file.path[WHICH]. */
int walk_user(struct task *t, int at, uint64_t address, unsigned flags, unsigned which, struct walk *w);

/* Whether W, of WALK_MISSING, can become a new name.  0; -EEXIST; -ENOENT with a slash behind, unless DIRECTORY, or in a directory that is gone; -EACCES. */
int walk_vacant(struct task *t, const struct walk *w, bool directory);
int walk_make(struct walk *w, struct node *n);		/* N gets it: 0 or -ENOMEM; N is held by its caller as before */

/* --- made.c: directories whose names are not stored; proc.c: those of /proc ----------------------------------------------------------- */

int made_find(const struct node *directory, const char *name, unsigned length, struct node **found);	/* held; -ENOENT, -ENOMEM */
#define MADE_NAME 64
size_t made_name(const struct node *n, char name[MADE_NAME]);	/* of one without entries, from made_top on: its length */
struct node *made_top(const struct node *n);
int made_parent(const struct node *n, struct node **found);	/* of one without entries */

int proc_find(const struct node *directory, const char *name, unsigned length, struct node **found);
size_t proc_name(const struct node *n, char name[MADE_NAME]);
int proc_parent(const struct node *n, struct node **found);
int proc_jump(struct task *t, const struct node *link, struct node **to, struct file **file);	/* where a link leads: either, held.  -EACCES, -ENOENT, -ENOMEM */
int proc_target(struct task *t, const struct node *link, char *text, size_t bytes, const char **target);	/* what it says, in TEXT.  -ENAMETOOLONG, too */
