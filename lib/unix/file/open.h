/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files and descriptors, for this folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/file.h>

extern const struct file_operation node_operation, directory_operation, device_operation, text_operation;

/* --- descriptor.c ---------------------------------------------------------------------------------------------------------------------- */

int64_t seek_to(struct file *f, int64_t base, int64_t offset);	/* operation.c: the new position, -EINVAL, -EOVERFLOW */
unsigned files_lowest(const struct files *files, unsigned from);	/* FILES_LIMIT: none */
unsigned files_limit(const struct task *t);				/* RLIMIT_NOFILE, at most FILES_LIMIT */
int files_set(struct files *files, unsigned fd, struct file *f, bool close_on_exec);	/* FD, or -ENOMEM; takes the reference over */
int file_install_from(struct task *t, struct file *f, unsigned from, bool close_on_exec);
int files_unshare(struct task *t);

/* --- made.c ---------------------------------------------------------------------------------------------------------------------------- */

bool text_number(const char *text, size_t length, uint32_t *number);	/* decimal, at most nine digits */
size_t number_text(uint32_t number, char *text);			/* its digits; how many */

/* --- lock.c ---------------------------------------------------------------------------------------------------------------------------- */

void locks_release(struct node *n, const void *owner);

/* --- device.c -------------------------------------------------------------------------------------------------------------------------- */

enum { DEVICE_MEMORY = 1, DEVICE_TERMINAL = 5, DEVICE_PSEUDO = 136 };	/* major numbers */

bool device_known(uint64_t minor);		/* of DEVICE_MEMORY */
bool device_zero(uint64_t minor);		/* it can be mapped */
