/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files and descriptors, for this folder. */
#pragma once

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/arena.h>

extern const struct file_operation node_operation, directory_operation, device_operation, text_operation;

#define MOVE_LIMIT	0x7ffff000ul	/* what one call moves at most */
#define USER_LIMIT	0x7ffffffff000ul	/* addresses of programs are below it */

/* Opened with O_PATH: only a place in the tree. */
static inline bool
is_path(const struct file *f)
{
	return f->flags & O_PATH;
}

/* --- transfer.c ------------------------------------------------------------------------------------------------------------------------ */

int64_t file_move(struct task *t, struct file *f, struct user_data *d, uint64_t *position, bool writing);	/* what its kind reads or writes */

/* --- list.c ---------------------------------------------------------------------------------------------------------------------------- */

/* A name with the place behind it.  False: there is no room for it, or the program's memory is not there. */
struct listing;
bool list_name(struct listing *l, const char *name, size_t length, uint64_t number, uint32_t mode, uint64_t next);

/* --- status.c -------------------------------------------------------------------------------------------------------------------------- */

uint64_t file_number(const struct file *f);		/* st_ino of one that no path led to */

/* --- descriptor.c ---------------------------------------------------------------------------------------------------------------------- */

int64_t seek_to(struct file *f, int64_t base, int64_t offset);	/* operation.c: the new position, -EINVAL */
unsigned files_lowest(const struct files *files, unsigned from);	/* FILES_LIMIT: none */
unsigned files_limit(const struct task *t);				/* RLIMIT_NOFILE, at most FILES_LIMIT */
int files_set(struct files *files, unsigned fd, struct file *f, bool close_on_exec);	/* FD, or -ENOMEM; takes the reference over */
int file_install_from(struct task *t, struct file *f, unsigned from, bool close_on_exec);
int files_unshare(struct task *t);

/* Of close_range. */
#define CLOSE_RANGE_OWN		2u	/* unshare first */
#define CLOSE_RANGE_LATER	4u	/* at execve */
#define CLOSE_RANGE_FLAGS	(CLOSE_RANGE_OWN | CLOSE_RANGE_LATER)

/* --- made.c: see objects.h --------------------------------------------------------------------------------------------------------------------------- */

bool text_number(const char *text, size_t length, uint32_t *number);	/* decimal, at most nine digits */
void made_list(const struct node *n, const struct file *f, struct listing *l);	/* its names, from f->position - 2 on */
void proc_list(const struct node *n, uint64_t from, struct listing *l);
size_t number_text(uint32_t number, char *text);			/* its digits; how many */

/* --- lock.c ---------------------------------------------------------------------------------------------------------------------------- */

void locks_release(struct node *n, const void *owner);
int64_t lock_control(struct task *t, struct file *f, int command, uint64_t address);	/* fcntl's F_*LK* */

/* --- device.c -------------------------------------------------------------------------------------------------------------------------- */

enum { DEVICE_MEMORY = 1, DEVICE_TERMINAL = 5, DEVICE_PSEUDO = 136 };	/* major numbers */

bool device_known(uint64_t minor);		/* of DEVICE_MEMORY */
bool device_zero(uint64_t minor);		/* it can be mapped */
