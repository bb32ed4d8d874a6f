/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * execve: what is known of the program while it is brought up.  The old memory stays as it is until nothing can fail any more.
 *
 *     exec.c           which file, whose interpreter; then the step from the old program to the new one
 *     exec_text.c      arguments and environment, out of the old memory
 *     exec_image.c     segments
 *     exec_stack.c     the new stack
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/file.h>
#include <unix/memory.h>
#include <unix/process.h>

#define EXEC_HEAD	256		/* bytes of a file that say what it is */
#define EXEC_TOP	(MEMORY_END - 8)	/* strings end here */

struct exec_image {
	uint64_t entry, headers, base, end;	/* addresses: of its first instruction, of its program headers, of what is at 0 in its file, behind its last segment */
	uint64_t header_count;
	bool stack_executes;
	char interpreter[NAME_LIMIT + 1];	/* "": none */
};

struct exec {
	struct task *t;
	struct node *file;			/* held */
	unsigned char head[EXEC_HEAD];		/* its begin; zeroes behind its end */

	/* Strings, as they will be at the top of the new stack, page by page. */
	uint32_t *page;				/* page frames, from the top down; NULL: none yet */
	page_t page_table;			/* where that is */
	unsigned pages;
	uint64_t at;				/* address of the lowest one */
	uint64_t limit;				/* it must not be below */
	uint64_t name_at, environment_at;	/* addresses of the program's name and the first string of the environment */
	unsigned arguments, variables;

	uint32_t euid, egid;			/* the program's, with its set-ID bits */

	struct exec_image image, linker;
	uint64_t stack;				/* pointer */
};

/* It is not only the real user's program. */
static inline bool
exec_other(const struct exec *x)
{
	const struct credentials *who = &x->t->process->who;

	return x->euid != who->uid || x->egid != who->gid;
}

/* exec_text.c: each string goes below those that are there.  0, -E2BIG, -EFAULT, -ENOMEM. */
int text_begin(struct exec *x);
int text_put(struct exec *x, const char *string);
int text_put_list(struct exec *x, const char *const *list, unsigned *count);
int text_put_users(struct exec *x, uint64_t list, unsigned *count);	/* a program's list */
uint64_t text_length(const struct exec *x, uint64_t address);
int text_move(struct exec *x);				/* into the new memory */
void text_end(struct exec *x);

/* exec_image.c: into the process's memory, which is the new one.  0, -ENOEXEC, -EINVAL, -ENOMEM. */
int image_load(struct process *p, struct node *file, const unsigned char *head, struct exec_image *image);
int image_write(struct process *p, uint64_t address, const void *from, uint64_t bytes);

/* exec_stack.c. */
int stack_make(struct exec *x);
